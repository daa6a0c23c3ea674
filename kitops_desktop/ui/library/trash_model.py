"""What is in the trash of the store, as a Qt model."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from PySide6.QtCore import Qt

from kitops_desktop.store.local_store import TrashEntry
from kitops_desktop.ui.units import age_text, size_text, time_text
from kitops_desktop.ui.widgets.row_model import AnyIndex, RowModel


class TrashColumn(IntEnum):
    WHAT = 0
    SIZE = 1
    REMOVED = 2


class TrashModel(RowModel[TrashEntry]):
    """Newest first."""

    HEADINGS = ("What", "Size", "Removed")
    NUMBERS = frozenset({TrashColumn.SIZE})

    def show_rows(self, rows: Iterable[TrashEntry]) -> None:
        super().show_rows(sorted(rows, key=lambda entry: -entry.removed_at))

    @property
    def size(self) -> int:
        """Bytes of all entries."""
        return sum(entry.size for entry in self.rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.row_at(index)
        if entry is None:
            return None
        column = TrashColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return (entry.description, size_text(entry.size), age_text(entry.removed_at))[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return time_text(entry.removed_at) if column == TrashColumn.REMOVED else entry.description
        return self.alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None
