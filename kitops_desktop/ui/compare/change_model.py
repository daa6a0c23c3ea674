"""Differences as a Qt table."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from PySide6.QtCore import QObject, Qt

from kitops_desktop.ui.compare.comparison_rows import ChangeRow
from kitops_desktop.ui.widgets.row_model import AnyIndex, RowModel


class ChangeColumn(IntEnum):
    STANDING = 0
    NAME = 1
    LEFT = 2
    RIGHT = 3


class ChangeRole(IntEnum):
    SORT = Qt.ItemDataRole.UserRole
    BADGES = Qt.ItemDataRole.UserRole + 1


class ChangeModel(RowModel[ChangeRow]):
    """``name`` is what the rows are; the last two columns are called as the kits."""

    HEADINGS = ("", "Name", "Left", "Right")

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headings = ["", name, "Left", "Right"]

    def show(self, rows: Iterable[ChangeRow], left: str, right: str) -> None:
        """Show other differences; ``left`` and ``right`` name the kits."""
        self._headings[ChangeColumn.LEFT :] = [left, right]
        self.show_rows(rows)

    def heading(self, column: int) -> str:
        return self._headings[column]

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index)
        if row is None:
            return None
        column = ChangeColumn(index.column())
        text = (str(row.standing), row.name, row.left, row.right)[column]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return text
        if role == ChangeRole.SORT:
            return row.order if column >= ChangeColumn.LEFT and row.order else text.casefold()
        if role == ChangeRole.BADGES:
            return ((str(row.standing), row.standing.tone),) if column == ChangeColumn.STANDING else ()
        return None
