"""Files in the way of unpacking, each with what is to happen to it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from PySide6.QtCore import QObject, Qt, Signal

from kitops_desktop.modelkit.conflicts import Conflict
from kitops_desktop.ui.library.file_tree_model import printable
from kitops_desktop.ui.units import size_text
from kitops_desktop.ui.widgets.row_model import AnyIndex, RowModel


class ConflictColumn(IntEnum):
    PATH = 0
    EXISTING = 1
    NEW = 2


class ConflictModel(RowModel[Conflict]):
    """With ``choosing`` each file has a tick for "replace". ``choice_changed`` comes after one was ticked."""

    choice_changed = Signal()
    HEADINGS = ("Replace", "There now", "New")
    NUMBERS = frozenset({ConflictColumn.EXISTING, ConflictColumn.NEW})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._replace: set[str] = set()
        self._choosing = False

    def show_rows(self, rows: Iterable[Conflict]) -> None:
        """Show other files; ticks of those that stay are kept."""
        rows = tuple(rows)
        self._replace &= {conflict.path for conflict in rows}
        super().show_rows(rows)

    def set_choosing(self, choosing: bool) -> None:
        if choosing != self._choosing:
            self.beginResetModel()
            self._choosing = choosing
            self.endResetModel()

    @property
    def replace(self) -> frozenset[str]:
        """The paths ticked."""
        return frozenset(self._replace)

    def heading(self, column: int) -> str:
        return "File" if column == ConflictColumn.PATH and not self._choosing else super().heading(column)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and self._can_choose(index):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        conflict = self.row_at(index)
        if conflict is None:
            return None
        column = ConflictColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(conflict, column)
        if role == Qt.ItemDataRole.ToolTipRole and column == ConflictColumn.PATH:
            return printable(conflict.path)
        if role == Qt.ItemDataRole.CheckStateRole and self._can_choose(index):
            ticked = conflict.path in self._replace
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        return self.alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid() or not self._can_choose(index):
            return False
        path = self.rows[index.row()].path
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._replace.add(path)
        else:
            self._replace.discard(path)
        self.dataChanged.emit(index, index, [Qt.ItemDataRole.CheckStateRole])
        self.choice_changed.emit()
        return True

    def _can_choose(self, index: AnyIndex) -> bool:
        same_kind = self.rows[index.row()].same_kind
        return self._choosing and same_kind and index.column() == ConflictColumn.PATH


def _text(conflict: Conflict, column: ConflictColumn) -> str:
    if column == ConflictColumn.PATH:
        note = "" if conflict.same_kind else "  (a folder where a file belongs, or the reverse)"
        return printable(conflict.path) + note
    return size_text(conflict.existing_size if column == ConflictColumn.EXISTING else conflict.new_size)
