"""What is in the files of a folder, remembered: a file that has not changed is not read again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path

from kitops_desktop.classification.file_look import FileLook, look_at
from kitops_desktop.progress import CancelToken

MOST_REMEMBERED = 100_000
"""Files; what is kept of each has a few hundred bytes."""
_MOST_FOLDERS = 4


class Looks:
    """The looks at files of one folder. Safe to use from several threads.

    Tensors and tables of what was recognised are left out: nobody asks for those of all files at once.
    """

    def __init__(self, folder: Path, most: int = MOST_REMEMBERED) -> None:
        self.folder = folder
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[Hashable, FileLook]] = OrderedDict()

    def look(self, path: str, identity: Hashable, token: CancelToken | None = None) -> FileLook:
        """The look at a file whose identity (size, times, inode) is ``identity``; read when that is new.

        Raises ``Cancelled`` only.
        """
        known = self.known(path, identity)
        if known is not None:
            return known
        look = look_at(self.folder, path, token)
        self.keep(identity, look)
        return _slim(look)

    def keep(self, identity: Hashable, look: FileLook) -> None:
        """Remember a look that somebody else made."""
        if not look.unreadable:  # it may be readable in a moment, and that changes no identity
            self._keep(look.path, identity, _slim(look))

    def known(self, path: str, identity: Hashable) -> FileLook | None:
        """The look that is remembered, None when it would have to be read."""
        with self._lock:
            found = self._known.get(path)
            if found is None or found[0] != identity:
                return None
            self._known.move_to_end(path)
            return found[1]

    def _keep(self, path: str, identity: Hashable, look: FileLook) -> None:
        with self._lock:
            self._known[path] = identity, look
            self._known.move_to_end(path)
            while len(self._known) > self._most:
                self._known.popitem(last=False)


class LooksOfFolders:
    """The ``Looks`` of the folders that were asked for last. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folders: OrderedDict[Path, Looks] = OrderedDict()

    def of(self, folder: Path) -> Looks:
        folder = folder.absolute()
        with self._lock:
            found = self._folders.pop(folder, None) or Looks(folder)
            self._folders[folder] = found
            while len(self._folders) > _MOST_FOLDERS:
                self._folders.popitem(last=False)
            return found


def _slim(look: FileLook) -> FileLook:
    if look.recognised is None:
        return look
    return replace(look, recognised=replace(look.recognised, tensors=(), table=()))
