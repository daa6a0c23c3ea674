"""What an argument of the program means: a folder, a Kitfile, or a reference."""

from __future__ import annotations

import os
from pathlib import Path

from kitops_desktop.errors import FileAccessError
from kitops_desktop.kitfile.lookup import KITFILE_NAMES
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.ui.navigation import LIBRARY, PROJECTS, Place


def place_of(argument: str) -> Place:
    """Where ``argument`` leads. A file or folder of that name counts before a reference.

    Raises ``FileAccessError`` for a path that is neither folder nor Kitfile, ``InvalidReference`` for other
    text that is no reference.
    """
    path = Path(argument).expanduser()
    if path.is_dir():
        return Place(PROJECTS, str(path.absolute()))
    if path.is_file() and path.name in KITFILE_NAMES:
        return Place(PROJECTS, str(path.absolute().parent))
    if path.exists():
        raise FileAccessError(path, "open", "it is neither a folder nor a Kitfile")
    if argument.startswith((os.sep, "./", "../", "~")):
        raise FileAccessError(path, "open", "there is no such folder")
    return Place(LIBRARY, parse_reference(argument).short)
