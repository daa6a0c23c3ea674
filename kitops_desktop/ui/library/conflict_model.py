"""Files in the way of unpacking, each with what is to happen to it."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from kitops_desktop.modelkit.conflicts import Conflict
from kitops_desktop.ui.library.file_tree_model import printable
from kitops_desktop.ui.units import size_text

AnyIndex = QModelIndex | QPersistentModelIndex


class ConflictColumn(IntEnum):
    PATH = 0
    EXISTING = 1
    NEW = 2


HEADERS = ("Replace", "There now", "New")


class ConflictModel(QAbstractTableModel):
    """With ``choosing`` each file has a tick for "replace". ``choice_changed`` comes after one was ticked."""

    choice_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._conflicts: tuple[Conflict, ...] = ()
        self._replace: set[str] = set()
        self._choosing = False

    def show(self, conflicts: tuple[Conflict, ...]) -> None:
        """Show other files; ticks of those that stay are kept."""
        self.beginResetModel()
        self._conflicts = conflicts
        self._replace &= {conflict.path for conflict in conflicts}
        self.endResetModel()

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        return self._conflicts

    def set_choosing(self, choosing: bool) -> None:
        if choosing != self._choosing:
            self.beginResetModel()
            self._choosing = choosing
            self.endResetModel()

    @property
    def replace(self) -> frozenset[str]:
        """The paths ticked."""
        return frozenset(self._replace)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._conflicts)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(ConflictColumn)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and self._can_choose(index):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        conflict, column = self._conflicts[index.row()], ConflictColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(conflict, column)
        if role == Qt.ItemDataRole.ToolTipRole and column == ConflictColumn.PATH:
            return printable(conflict.path)
        if role == Qt.ItemDataRole.CheckStateRole and self._can_choose(index):
            ticked = conflict.path in self._replace
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.TextAlignmentRole and column != ConflictColumn.PATH:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid() or not self._can_choose(index):
            return False
        path = self._conflicts[index.row()].path
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._replace.add(path)
        else:
            self._replace.discard(path)
        self.dataChanged.emit(index, index, [Qt.ItemDataRole.CheckStateRole])
        self.choice_changed.emit()
        return True

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            at_left = section == ConflictColumn.PATH
            side = Qt.AlignmentFlag.AlignLeft if at_left else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if section == ConflictColumn.PATH and not self._choosing:
            return "File"
        return HEADERS[section] if 0 <= section < len(ConflictColumn) else None

    def _can_choose(self, index: AnyIndex) -> bool:
        same_kind = self._conflicts[index.row()].same_kind
        return self._choosing and same_kind and index.column() == ConflictColumn.PATH


def _text(conflict: Conflict, column: ConflictColumn) -> str:
    if column == ConflictColumn.PATH:
        note = "" if conflict.same_kind else "  (a folder where a file belongs, or the reverse)"
        return printable(conflict.path) + note
    return size_text(conflict.existing_size if column == ConflictColumn.EXISTING else conflict.new_size)
