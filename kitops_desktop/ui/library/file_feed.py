"""Files that arrive in a tree: a moment's work at a time, and nothing moves away below the pointer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kitops_desktop.ui.library.file_tree_model import FileTreeModel
from kitops_desktop.ui.library.file_view import FileView

_TICK = 30  # milliseconds between two rounds of taking files
_MOMENT = 0.012  # seconds a round may take
_HELPING = 50

T = TypeVar("T")


class FileFeed(QObject):
    """From ``start`` it takes what there is now and then, until there is no more or it is told to ``stop``.

    ``taken`` is emitted after each round, and ``ended`` when all files are there.
    """

    taken = Signal()
    ended = Signal()

    def __init__(self, model: FileTreeModel, tree: FileView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model, self._tree = model, tree
        self._more: Callable[[int], Sequence[Any] | None] = lambda limit: None
        self._add: Callable[[Sequence[Any]], None] = lambda files: None
        self._timer = QTimer(self, interval=_TICK)
        self._timer.timeout.connect(self._take)

    @property
    def running(self) -> bool:
        return self._timer.isActive()

    def start(self, more: Callable[[int], Sequence[T] | None], add: Callable[[Sequence[T]], None]) -> None:
        """``more`` gives up to so many files: nothing when there are none by now, None when none will come.
        ``add`` is the method of the model that takes their kind.
        """
        self._more, self._add = more, add
        self._timer.start()

    def stop(self) -> None:
        """Take no more than what was taken."""
        self._timer.stop()

    @Slot()
    def _take(self) -> None:
        """Take as many files as fit into a moment."""
        model = self._model
        if model.busy:  # what is being worked out is to find the files as they are
            return
        if self._tree.is_being_clicked:  # nothing moves away below the pointer
            return
        is_first = model.rowCount() == 0
        until = time.monotonic() + _MOMENT
        while (files := self._more(_HELPING)) and time.monotonic() < until:
            self._add(files)
        if files:
            self._add(files)
        if is_first and model.rowCount() == 1:
            self._tree.expand(model.index(0, 0))
        self.taken.emit()
        if files is None and self.running:
            self.stop()
            self.ended.emit()
