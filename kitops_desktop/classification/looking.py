"""Which files of a folder have their beginning read, so that a large folder is classified in bounded time."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from kitops_desktop.classification.file_look import FileLook, look_at
from kitops_desktop.classification.inventory import Folder, Inventory
from kitops_desktop.classification.known_files import (
    LICENCE,
    MEDIA_ENDINGS,
    README,
    WEIGHT_ENDINGS,
    ending_of,
)
from kitops_desktop.kitfile.folder_listing import ListedFile
from kitops_desktop.progress import CancelToken, Progress, Report

MOST_LOOKS = 2_000
MOST_IN_FOLDER = 60
MOST_IN_DEEP_FOLDER = 6
"""Of folders that lie deeper than ``_TOP_LEVELS``: there is seldom anything that decides."""
_TOP_LEVELS = 3
_MOST_JSON = 8 << 20
"""Bytes. Larger JSON files are known by their names; reading one takes a second."""

OnLook = Callable[[FileLook, os.stat_result], None]
"""Gets each look with what the file was before it."""


def look_at_files(
    folder: Path, inventory: Inventory, token: CancelToken, report: Report, on_look: OnLook | None = None
) -> dict[str, FileLook]:
    """What the headers say, by path. Raises ``Cancelled`` only."""
    looks: dict[str, FileLook] = {}
    for inside in inventory.folders:
        room = min(MOST_LOOKS - len(looks), _most_in(inside))
        if room <= 0 and len(looks) >= MOST_LOOKS:
            break
        for file in sorted(inside.files, key=_interest)[:room]:
            if file.size and _interest(file) < _NO_INTEREST:
                token.check()
                report(Progress(detail=file.path))
                before = _stat(folder / file.path) if on_look is not None else None
                look = looks[file.path] = look_at(folder, file.path, token)
                if on_look is not None and before is not None:
                    on_look(look, before)
    return looks


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError:
        return None


_NO_INTEREST = 9


def _most_in(folder: Folder) -> int:
    return MOST_IN_FOLDER if folder.depth < _TOP_LEVELS else MOST_IN_DEEP_FOLDER


def _interest(file: ListedFile) -> int:
    """The lower, the more the content may decide."""
    ending = ending_of(file.name)
    if ending == ".json":
        return 1 if file.size <= _MOST_JSON else _NO_INTEREST
    if ending in WEIGHT_ENDINGS:
        return 0
    if README.fullmatch(file.name) or LICENCE.fullmatch(file.name):
        return 1
    if ending in MEDIA_ENDINGS:
        return _NO_INTEREST
    return 2 if ending in (".py", ".ipynb", ".yaml", ".yml", ".toml", ".cfg", ".ini", ".sh", ".txt") else 3
