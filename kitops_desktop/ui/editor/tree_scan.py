"""The folder's listing and the looks into its files, from threads that may stall into the GUI thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from kitops_desktop.classification.file_look import FileLook
from kitops_desktop.classification.folder_lister import Batch, FileSystem, FolderLister
from kitops_desktop.classification.look_queue import LookQueue
from kitops_desktop.ui.crossing import crossing


class TreeScan(QObject):
    """``busy`` while something is listed; ``stopped`` when the last listing was broken off, ``cut`` when
    there was too much for all of it."""

    arrived = Signal(object)  # Batch
    looked = Signal(object)  # FileLook

    def __init__(
        self, folder: Path, parent: QObject | None = None, *, file_system: FileSystem | None = None
    ) -> None:
        super().__init__(parent)
        self.stopped = self.cut = False
        self._folder, self._file_system = folder, file_system
        listers: set[FolderLister] = set()
        self._listers = listers
        self._waiting: set[str] = set()
        looks = LookQueue(folder, self._tell_look)
        self._looks = looks
        self._crossing = crossing()
        self.destroyed.connect(lambda: _abandon(listers, looks))

    @property
    def busy(self) -> bool:
        return bool(self._listers)

    def start(self) -> None:
        """List everything from the top; what is under way no longer counts."""
        self._waiting.clear()
        self._drop_listers()
        self.stopped = self.cut = False
        self._begin(("",), frozenset())

    def list_anew(self, folders: Iterable[str], known: Set[str]) -> None:
        """List these again, and below them what is not ``known``; while something is listed they wait for
        its end, so that a file system that stalls has one thread only.
        """
        if self.busy:
            self._waiting.update(folders)
        else:
            self._begin(sorted(folders, key=lambda path: (path.count("/"), path)), known)

    def list_waiting(self, known: Set[str]) -> None:
        """List what was to be listed anew meanwhile."""
        waiting, self._waiting = self._waiting, set()
        if waiting:
            self.list_anew(waiting, known)

    def stop(self) -> None:
        """Returns at once, whatever the file system does."""
        self.stopped = self.stopped or self.busy
        self._waiting.clear()
        self._drop_listers()

    def look_at(self, paths: Sequence[str]) -> None:
        """Look into these next, and no longer into others that were asked for."""
        self._looks.want(paths)

    def _begin(self, folders: Iterable[str], known: Set[str]) -> None:
        lister = FolderLister(self._folder, lambda batch: self._tell_batch(lister, batch), self._file_system)
        self._listers.add(lister)
        lister.start(folders, known)

    def _drop_listers(self) -> None:
        for lister in self._listers:
            lister.cancel()
        self._listers.clear()

    def _tell_batch(self, lister: FolderLister, batch: Batch) -> None:
        self._crossing.call(self, self._deliver, lister, batch)

    def _tell_look(self, look: FileLook) -> None:
        self._crossing.call(self, self.looked.emit, look)

    def _deliver(self, lister: FolderLister, batch: Batch) -> None:
        if lister not in self._listers:
            return
        if batch.ended:
            self._listers.discard(lister)
            self.cut = self.cut or batch.cut
        self.arrived.emit(batch)


def _abandon(listers: set[FolderLister], looks: LookQueue) -> None:
    for lister in listers:
        lister.cancel()
    looks.close()
