"""The pictures of docs/screenshots: every place of the window, light, dark and at 150 %, from real ModelKits.

    .venv/bin/python packaging/screenshots.py [light|dark|150 ...]

Opens real windows on an X server of its own, as the tests in tests/integration do, and needs what they need
(python3 packaging/dev.py test installs it), and some 2 GiB of room in the folder for temporary files.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import screenshot_kits as kits

sys.path.insert(0, str(kits.ROOT / "tests"))

from support.application import Application
from support.desktop import Desktop
from support.waiting import until

TARGET = kits.ROOT / "docs" / "screenshots"
WIDTH, HEIGHT = 1280, 800
COLOURS = 192


@dataclass(frozen=True, slots=True)
class Variant:
    """How the window is drawn; ``scale`` is Qt's."""

    name: str
    appearance: str
    scale: float = 1

    @property
    def size(self) -> tuple[int, int]:
        return round(WIDTH * self.scale), round(HEIGHT * self.scale)


VARIANTS = (Variant("light", "light"), Variant("dark", "dark"), Variant("150", "light", 1.5))


def main(names: list[str]) -> int:
    chosen = [variant for variant in VARIANTS if not names or variant.name in names]
    TARGET.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.gettempdir()) / "home"
    for variant in chosen:
        kits.make_home(home)
        try:
            take(variant, home)
        finally:
            shutil.rmtree(home)
    return 0


def take(variant: Variant, home: Path) -> None:
    """All pictures of a variant."""
    width, height = variant.size
    with Desktop((width + 40, height + 60)) as desktop:
        kits.write_settings(home, appearance=variant.appearance)
        with window(desktop, variant, home) as shown:
            shown.find("label", "Welcome to KitOps Desktop")
            picture(shown, variant, "welcome")
        kits.write_settings(home, appearance=variant.appearance, first_run_done=True)
        with window(desktop, variant, home) as shown:
            for show in (projects, library, kit_page, unpacking, comparing, transfers, settings, palette):
                show(shown, variant, home)


@contextmanager
def window(desktop: Desktop, variant: Variant, home: Path) -> Iterator[Application]:
    """The program for that home; the window has the size of the pictures."""
    scale = {"QT_SCALE_FACTOR": str(variant.scale)} if variant.scale != 1 else {}
    with desktop.start_kitops(**kits.environment(home), **scale) as shown:
        shown.place(20, 30, *variant.size)
        yield shown


def picture(shown: Application, variant: Variant, name: str) -> None:
    """Write docs/screenshots/NAME-VARIANT.png once the window no longer changes."""
    run = shown.desktop.run
    run("xdotool", "mousemove", 5, 5)
    search = ("search", "--all", "--onlyvisible", "--pid", shown.process.pid, "--name", ".")
    number = run("xdotool", *search).split()[0]
    now, before = kits.ROOT / ".now.png", ""

    def still() -> bool:
        nonlocal before
        run("import", "-window", number, now)
        last, before = before, run("identify", "-format", "%#", now)
        return last == before

    try:
        if name == "transfers":  # where something always moves
            run("import", "-window", number, now)
        else:
            until(still, f"{name} to stand still", explain=shown.explain)
        made = TARGET / f"{name}-{variant.name}.png"
        run(
            "convert",
            now,
            "-strip",
            "+dither",
            "-colors",
            COLOURS,
            "-define",
            "png:compression-level=9",
            made,
        )
    finally:
        now.unlink(missing_ok=True)
    print(made.relative_to(kits.ROOT), flush=True)


# The places ------------------------------------------------------------------------------------------------


def projects(shown: Application, variant: Variant, home: Path) -> None:
    for name in ("bearing-faults", "speech", "churn"):
        open_project(shown, home / "projects" / name)
    shown.find("list item", re.compile(r"src/\.env"))
    picture(shown, variant, "project")
    shown.find("push button", "Pack…").click()
    shown.find("label", re.compile("^Nothing|free on the disk"))
    picture(shown, variant, "pack")
    shown.desktop.keys("Escape")
    shown.gone("text", "Reference")
    place(shown, "Projects")
    shown.find("table cell", re.compile("churn"))
    picture(shown, variant, "projects")


def library(shown: Application, variant: Variant, home: Path) -> None:
    place(shown, "Library")
    shown.find("table cell", f"{kits.REGISTRY}/churn:v2").click()
    shown.find("label", re.compile("^Removing frees"))
    picture(shown, variant, "library")


def kit_page(shown: Application, variant: Variant, home: Path) -> None:
    shown.find("push button", "Open", state="sensitive").click()
    shown.find("page tab", "Overview")
    shown.find("label", "README")
    picture(shown, variant, "kit-overview")
    shown.find("page tab", "Files").click()
    shown.find("label", re.compile(r"^\d+ files"))
    shown.find("table cell", "src").click()
    shown.desktop.keys("space", "asterisk")
    picture(shown, variant, "kit-files")
    for tab in ("Kitfile", "Manifest"):
        shown.find("page tab", tab).click()
        shown.find("page tab", tab, state="selected")
        picture(shown, variant, f"kit-{tab.lower()}")


def unpacking(shown: Application, variant: Variant, home: Path) -> None:
    shown.find("page tab", "Files").click()
    shown.find("push button", "Untick all", state="sensitive").click()
    shown.find("push button", "Unpack…").click()
    shown.find("text", "Unpack into").type(str(home / "serving"))
    shown.find("label", "3 files are there already")
    shown.find("radio button", "Decide for each file").click()
    shown.find("push button", "Unpack", state="sensitive")
    picture(shown, variant, "unpack")
    shown.find("radio button", "Replace with what is unpacked").click()
    shown.find("push button", "Unpack", state="sensitive").click()
    shown.find("label", re.compile("^Unpacked "))


def comparing(shown: Application, variant: Variant, home: Path) -> None:
    place(shown, "Library")
    shown.find("table cell", f"{kits.REGISTRY}/churn:v1").click()
    shown.desktop.run("xdotool", "keydown", "ctrl")
    shown.find("table cell", f"{kits.REGISTRY}/churn:v2").click()
    shown.desktop.run("xdotool", "keyup", "ctrl")
    shown.find("push button", "Compare", state="sensitive").click()
    shown.find("label", "Compare")
    shown.find("label", re.compile("only here"))
    picture(shown, variant, "compare")


def transfers(shown: Application, variant: Variant, home: Path) -> None:
    """A job of each kind: done, failed, running."""
    place(shown, "Library")
    shown.find("table cell", f"{kits.REGISTRY}/assistant:7b-q8").click()
    shown.find("push button", "Unpack…", state="sensitive").click()
    shown.find("text", "Unpack into").type(str(home / "assistant"))
    shown.find("push button", "Unpack", state="sensitive").click()
    shown.find("label", re.compile("^Unpack.*: "), timeout=60)
    open_project(shown, home / "projects" / "speech")
    shown.find("push button", "Pack…").click()
    shown.find("combo box", "Compression").select("gzip")
    shown.find("push button", "Pack", state="sensitive").click()
    place(shown, "Transfers")
    shown.find("list item", re.compile("(?s)Unpack.*Failed")).click()
    shown.find("list item", re.compile(r"Pack speech.*Running, ([4-9]|\d\d) %.*left"))
    picture(shown, variant, "transfers")
    shown.find("list item", re.compile("(?s)Pack.*speech")).click()
    shown.find("push button", "Cancel").click()
    shown.gone("push button", "Cancel")


def settings(shown: Application, variant: Variant, home: Path) -> None:
    place(shown, "Settings")
    shown.find("label", re.compile("^Free on this disk: "))
    picture(shown, variant, "settings")


def palette(shown: Application, variant: Variant, home: Path) -> None:
    place(shown, "Library")
    shown.desktop.keys("ctrl+k")
    shown.find("text", "Find or do", state="focused")
    shown.desktop.type("chu")
    shown.find("list item", re.compile("churn"))
    picture(shown, variant, "palette")


def place(shown: Application, name: str) -> None:
    shown.find("radio button", name).click()
    shown.find("radio button", name, state="checked")


def open_project(shown: Application, folder: Path) -> None:
    shown.desktop.keys("ctrl+o")
    shown.find("text", "Directory:", state="focused")
    shown.desktop.type(str(folder))
    shown.tab_to("push button", "Choose")
    shown.desktop.keys("space")
    shown.find("label", folder.name)
    shown.find("push button", "Pack…")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
