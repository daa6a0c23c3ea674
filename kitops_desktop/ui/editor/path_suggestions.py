"""Paths of the project's folder, proposed level by level while one types them."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path, PurePosixPath

from PySide6.QtCore import QObject, Signal

from kitops_desktop.jobs.background import Background
from kitops_desktop.kitfile.natural_order import natural_key
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor.suggestions import MOST, Suggestion

MOST_NAMES = 5000
"""Names of one folder that are looked at."""
MOST_FOLDERS = 100
"""Folders whose names are kept."""


class PathSuggestions(QObject):
    """Folders are listed in the background, when somebody types their name, and kept until ``forget``."""

    listed = Signal()
    """More can be proposed than before."""

    def __init__(self, folder: Path, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._reader = Reader(background, self, latest_only=False)
        self._names: dict[str, tuple[str, ...]] = {}
        self._wanted: set[str] = set()

    def forget(self) -> None:
        """What other programs did meanwhile shall be seen."""
        self._names.clear()

    def suggest(self, typed: str) -> list[Suggestion]:
        """What is in the folder that was typed so far and has the rest in its name; nothing yet when the
        folder was not listed, see ``listed``.
        """
        above, _, start = typed.rpartition("/")
        inner = inside(above)
        if inner is None:
            return []
        names = self._names.get(inner)
        if names is None:
            self._list(inner)
            return []
        prefix = typed[: len(typed) - len(start)]
        part = start.casefold()
        found = [name for name in names if part in name.casefold()]
        found.sort(key=lambda name: not name.casefold().startswith(part))
        rows = [Suggestion(prefix + name.rstrip("/"), _about(name)) for name in found[:MOST]]
        if not typed:
            rows.insert(0, Suggestion(".", "everything that no other entry takes"))
        return rows

    def _list(self, inner: str) -> None:
        if inner in self._wanted:
            return
        self._wanted.add(inner)
        self._reader.read(
            lambda token: names_in(self._folder / inner, token),
            lambda names: self._take(inner, names),
            lambda _: self._take(inner, ()),
        )

    def _take(self, inner: str, names: tuple[str, ...]) -> None:
        self._wanted.discard(inner)
        if len(self._names) >= MOST_FOLDERS:
            self._names.clear()
        self._names[inner] = names
        self.listed.emit()


def names_in(folder: Path, token: CancelToken) -> tuple[str, ...]:
    """The names in a folder that a Kitfile can say, those of folders first and with ``/`` at their end; ()
    for what is no folder.
    """
    try:
        with os.scandir(folder) as entries:
            found = [one for entry in islice(entries, MOST_NAMES) if (one := _name(entry, token))]
    except OSError:
        return ()
    return tuple(sorted(found, key=lambda name: (not name.endswith("/"), natural_key(name))))


def inside(path: str) -> str | None:
    """A folder of the project, without ``.`` steps; None for what leads out of it."""
    pure = PurePosixPath(path)
    return None if pure.is_absolute() or ".." in pure.parts else str(pure)


def _name(entry: os.DirEntry[str], token: CancelToken) -> str:
    token.check()
    if not entry.name.isprintable():  # nor are bytes that are no UTF-8
        return ""
    try:
        if entry.is_symlink():  # links are not packed
            return ""
        is_folder = entry.is_dir(follow_symlinks=False)
    except OSError:
        return ""
    return f"{entry.name}/" if is_folder else entry.name


def _about(name: str) -> str:
    return "folder" if name.endswith("/") else ""
