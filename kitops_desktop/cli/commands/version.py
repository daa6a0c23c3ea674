"""``version``: which version this is, and whether `kit` may look for updates of itself."""

from __future__ import annotations

import argparse
import platform

from kitops_desktop import __version__
from kitops_desktop.cli.arguments import parse_boolean
from kitops_desktop.cli.command import Invocation
from kitops_desktop.errors import FileAccessError
from kitops_desktop.modelkit.media_types import CLI_VERSION

SUMMARY = "Display the version of this program"
FLAG_FILE = "disable-update-notifications"
"""An empty file in the store's home; `kit` looks for updates unless it is there."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--show-update-notifications",
        type=parse_boolean,
        metavar="true|false",
        help="turn the update notices of `kit` on or off for this store (give the value after =)",
    )


def run(invocation: Invocation) -> int:
    shown: bool | None = invocation.arguments.show_update_notifications
    if shown is None:
        invocation.console.result(
            f"Version: {__version__}\nModelKit format: kit {CLI_VERSION}\n"
            f"Python version: {platform.python_version()}"
        )
        return 0
    _set_notices(invocation, shown)
    return 0


def _set_notices(invocation: Invocation, shown: bool) -> None:
    flag = invocation.workspace.store.home / FLAG_FILE
    try:
        if shown:
            flag.unlink(missing_ok=True)
        else:
            flag.parent.mkdir(parents=True, exist_ok=True)
            flag.touch()
    except OSError as error:
        raise FileAccessError(flag, "write", error.strerror or str(error)) from error
