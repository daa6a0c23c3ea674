"""Rows of values as a Qt model: sorted by any column, filtered by the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

AnyIndex = QModelIndex | QPersistentModelIndex
MOST_ROWS = 30_000
"""More than anybody looks through."""
_MOST_NATURAL = 5_000
"""More rows are sorted letter by letter, which is quicker."""
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """``text`` is what is shown of a row. ``key`` orders rows, None for the text with numbers by size."""

    title: str
    text: Callable[[Any], str]
    key: Callable[[Any], Any] | None = None
    is_number: bool = False


class ValueModel(QAbstractTableModel):
    """``show`` gives it other columns and rows; not sorted, rows stand in the order they were given in."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[ValueColumn, ...] = ()
        self._rows: Sequence[Any] = ()
        self._words: list[str] = []
        self._order: list[int] = []
        self._filter = ""
        self._sorted: tuple[int, Qt.SortOrder] = (-1, Qt.SortOrder.AscendingOrder)

    @property
    def count(self) -> int:
        """Rows without the filter, of those that are shown at most."""
        return len(self._rows)

    def show(self, columns: Sequence[ValueColumn], rows: Sequence[Any]) -> None:
        """Show the first ``MOST_ROWS`` of ``rows``."""
        self.beginResetModel()
        self._columns, self._rows = tuple(columns), rows[:MOST_ROWS]
        first = self._columns[0].text if self._columns else str
        self._words = [first(row).casefold() for row in self._rows]
        self._filter = ""
        self._arrange()
        self.endResetModel()

    def set_filter(self, text: str) -> None:
        """Show rows whose first column has ``text`` in it."""
        self.beginResetModel()
        self._filter = text.strip().casefold()
        self._arrange()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Column -1 is the order the rows came in."""
        self.layoutAboutToBeChanged.emit()
        self._sorted = (column, order)
        before = self.persistentIndexList()
        kept = [(self._order[index.row()], index.column()) for index in before]
        self._arrange()
        places = {number: row for row, number in enumerate(self._order)}
        after = [self.index(places[number], place) for number, place in kept]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def line(self, index: AnyIndex) -> str:
        """A row as text, its cells apart by tabs."""
        row = self._rows[self._order[index.row()]]
        return "\t".join(column.text(row) for column in self._columns)

    # -- what Qt asks

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        column = self._columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.text(self._rows[self._order[index.row()]])
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return column.title if role == Qt.ItemDataRole.DisplayRole else None

    def _arrange(self) -> None:
        order = [number for number, word in enumerate(self._words) if self._filter in word]
        place, direction = self._sorted
        if 0 <= place < len(self._columns):
            key = self._key(self._columns[place], len(order))
            rows = self._rows
            order.sort(
                key=lambda number: key(rows[number]), reverse=direction == Qt.SortOrder.DescendingOrder
            )
        self._order = order

    def _key(self, column: ValueColumn, count: int) -> Callable[[Any], Any]:
        if column.key is not None:
            return column.key
        text = column.text
        if count > _MOST_NATURAL:
            return lambda row: text(row).casefold()
        return lambda row: _NUMBER.sub(lambda number: number[0].zfill(12), text(row).casefold())
