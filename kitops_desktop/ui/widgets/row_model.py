"""A table as a Qt model: a row for each value, a column for each heading."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

AnyIndex = QModelIndex | QPersistentModelIndex
R = TypeVar("R")


class RowModel(QAbstractTableModel, Generic[R]):
    """What stands in a cell (``data``) is for those to say who know the rows.

    ``NUMBERS`` are the columns whose headings stand at the right.
    """

    HEADINGS: tuple[str, ...] = ()
    NUMBERS: frozenset[int] = frozenset()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[R, ...] = ()

    def show_rows(self, rows: Iterable[R]) -> None:
        shown = tuple(rows)
        self.beginResetModel()
        self.rows = shown
        self.endResetModel()

    def replace_rows(self, rows: Iterable[R]) -> None:
        """As many others in the places of these, so that what is chosen stays chosen."""
        self.rows = tuple(rows)
        if self.rows:
            last = self.index(len(self.rows) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def row_at(self, index: AnyIndex) -> R | None:
        return self.rows[index.row()] if index.isValid() and index.row() < len(self.rows) else None

    def heading(self, column: int) -> str:
        return self.HEADINGS[column]

    def alignment(self, column: int) -> Qt.AlignmentFlag:
        """Of a heading, and of the cells below it."""
        side = Qt.AlignmentFlag.AlignRight if column in self.NUMBERS else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    # -- what Qt asks

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.HEADINGS)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.HEADINGS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.heading(section)
        return self.alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None
