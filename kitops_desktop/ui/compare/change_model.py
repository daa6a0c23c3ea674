"""Differences as a Qt table."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from kitops_desktop.ui.compare.comparison_rows import ChangeRow

AnyIndex = QModelIndex | QPersistentModelIndex


class ChangeColumn(IntEnum):
    STANDING = 0
    NAME = 1
    LEFT = 2
    RIGHT = 3


class ChangeRole(IntEnum):
    SORT = Qt.ItemDataRole.UserRole
    BADGES = Qt.ItemDataRole.UserRole + 1


class ChangeModel(QAbstractTableModel):
    """``headers`` are those of the last three columns."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ChangeRow, ...] = ()
        self._headers = ["", name, "Left", "Right"]

    def show(self, rows: Iterable[ChangeRow], left: str, right: str) -> None:
        """Show other differences; ``left`` and ``right`` name the kits."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self._headers[ChangeColumn.LEFT :] = [left, right]
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(ChangeColumn)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], ChangeColumn(index.column())
        text = (str(row.standing), row.name, row.left, row.right)[column]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return text
        if role == ChangeRole.SORT:
            return row.order if column >= ChangeColumn.LEFT and row.order else text.casefold()
        if role == ChangeRole.BADGES:
            return ((str(row.standing), row.standing.tone),) if column == ChangeColumn.STANDING else ()
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._headers[section] if 0 <= section < len(ChangeColumn) else None
