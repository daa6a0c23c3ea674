"""The pictures of docs/screenshots: every place of the window, light, dark and at 150 %, from real ModelKits.

    .venv/bin/python packaging/screenshots.py [--target DIR] [light|dark|150 ...]

Opens real windows on an X server of its own, as the tests in tests/integration do, with real registries in
a network of its own. It needs what those tests need (python3 packaging/dev.py test installs it), and 8 GiB of
room in the folder for temporary files, most of it for a download that is only asked about.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import screenshot_hub as hub
import screenshot_hugging_face as hugging_face
import screenshot_kits as kits
import screenshot_network
import screenshot_places as places
import screenshot_registry as registry
import screenshot_remote_places as remote
from screenshot_window import VARIANTS, Variant, window

from support.desktop import Desktop
from support.secret_service import secret_service

TARGET = kits.ROOT / "docs" / "screenshots"
UPLOAD_LIMIT = 2 << 20
"""Bytes a second, so that a push is still running when its picture is taken."""
PLACES = (
    places.projects,
    places.editing,
    places.library,
    places.kit_page,
    places.unpacking,
    places.comparing,
    remote.registries,
    remote.adding,
    remote.browsing,
    remote.looking_inside,
    remote.searching,
    remote.history,
    remote.pushing,
    remote.packing,
    hugging_face.looking,
    hugging_face.downloading,
    hugging_face.signing_in,
    hugging_face.listing,
    remote.running,
    places.transfers,
    places.settings,
    places.palette,
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", type=Path, default=TARGET, help="the folder the pictures go to")
    parser.add_argument("variants", nargs="*", metavar="VARIANT", help="light, dark or 150; all if left out")
    chosen = parser.parse_args()
    screenshot_network.enter(registry.NAMES | hub.NAMES)
    target = chosen.target.absolute()
    target.mkdir(parents=True, exist_ok=True)
    for variant in VARIANTS:
        if variant.name in (chosen.variants or {one.name for one in VARIANTS}):
            take_all(variant, target)
    return 0


def take_all(variant: Variant, target: Path) -> None:
    """All pictures of a variant."""
    temporary = Path(tempfile.gettempdir())
    home, folder = temporary / "home", temporary / "registries"
    kits.make_home(home)
    try:
        with registry.registries(folder, home) as registries, hub.hub(folder / "hub") as trust:
            take(variant, home, target, registries, trust)
    finally:
        shutil.rmtree(home)
        shutil.rmtree(folder, ignore_errors=True)


def take(
    variant: Variant, home: Path, target: Path, registries: registry.Registries, trust: dict[str, str]
) -> None:
    width, height = variant.size
    with Desktop((width + 40, height + 60)) as desktop, secret_service(desktop.environment):
        kits.write_settings(home, appearance=variant.appearance)
        with window(desktop, variant, home, target, trust) as first:
            first.shown.find("label", "Welcome to KitOps Desktop")
            first.picture("welcome")
        kits.write_settings(
            home,
            appearance=variant.appearance,
            first_run_done=True,
            upload_limit=UPLOAD_LIMIT,
            **registries.settings,
        )
        registry.sign_in(home, desktop.environment["DBUS_SESSION_BUS_ADDRESS"])
        with window(desktop, variant, home, target, trust) as session:
            for show in PLACES:
                show(session)


if __name__ == "__main__":
    sys.exit(main())
