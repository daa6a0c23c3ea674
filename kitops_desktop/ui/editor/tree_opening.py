"""Opens folders in the tree by itself: those the user had opened, and those in which something was found."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QObject, QTimer, Slot

from kitops_desktop.ui.editor.folder_tree_view import FolderTreeView
from kitops_desktop.ui.editor.tree_model import TreeModel

_MOST_OPENED = 200


class TreeOpening(QObject):
    """Opens one folder in each turn of the event loop. What the user opens while it is ``searching`` is not
    remembered.
    """

    def __init__(self, view: FolderTreeView, model: TreeModel) -> None:
        super().__init__(view)
        self.searching = False
        self._view, self._model = view, model
        self._by_user: set[str] = set()
        self._waiting: deque[str] = deque()
        self._reveal = ""
        self._turns = QTimer(self, interval=0)
        self._turns.timeout.connect(self._open_one)
        view.expanded.connect(self._on_expanded)
        view.collapsed.connect(self._on_collapsed)

    def listed(self, path: str) -> None:
        """There are rows now for a folder that the user may have opened before."""
        if path in self._by_user and not self.searching:
            self._waiting.append(path)
            self._turns.start()

    def open_again(self, current: str) -> None:
        """Open what the user had opened, and then go to what was current."""
        self.open(self._by_user, current)

    def open(self, paths: Iterable[str], current: str) -> None:
        """Open these, those above first and not too many; then go to what was current ("" for nothing)."""
        ordered = sorted(paths, key=lambda path: (path.count("/"), path))
        self._waiting = deque(ordered[:_MOST_OPENED])
        if current and "/" not in current:
            self._view.reveal(current)
            current = ""
        self._reveal = current
        self._turns.start()

    @Slot()
    def _open_one(self) -> None:
        if self._waiting:
            index = self._model.index_of(self._waiting.popleft())
            if index.isValid():
                self._view.expand(index)
            return
        self._turns.stop()
        path, self._reveal = self._reveal, ""
        if path and self._view.isExpanded(self._model.index_of(path.rpartition("/")[0])):
            self._view.reveal(path)

    @Slot(QModelIndex)
    def _on_expanded(self, index: QModelIndex) -> None:
        if not self.searching:
            self._by_user.add(self._model.path(index))

    @Slot(QModelIndex)
    def _on_collapsed(self, index: QModelIndex) -> None:
        if not self.searching:
            self._by_user.discard(self._model.path(index))
