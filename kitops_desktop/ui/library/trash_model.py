"""What is in the trash of the store, as a Qt model."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from kitops_desktop.store.local_store import TrashEntry
from kitops_desktop.ui.units import age_text, size_text, time_text

AnyIndex = QModelIndex | QPersistentModelIndex


class TrashColumn(IntEnum):
    WHAT = 0
    SIZE = 1
    REMOVED = 2


HEADERS = ("What", "Size", "Removed")


class TrashModel(QAbstractTableModel):
    """Newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[TrashEntry, ...] = ()

    def show(self, entries: tuple[TrashEntry, ...]) -> None:
        self.beginResetModel()
        self._entries = tuple(sorted(entries, key=lambda entry: -entry.removed_at))
        self.endResetModel()

    def entry(self, index: AnyIndex) -> TrashEntry:
        return self._entries[index.row()]

    @property
    def size(self) -> int:
        """Bytes of all entries."""
        return sum(entry.size for entry in self._entries)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(TrashColumn)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry, column = self.entry(index), TrashColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return (entry.description, size_text(entry.size), age_text(entry.removed_at))[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return time_text(entry.removed_at) if column == TrashColumn.REMOVED else entry.description
        if role == Qt.ItemDataRole.TextAlignmentRole and column == TrashColumn.SIZE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(TrashColumn):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section == TrashColumn.SIZE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return HEADERS[section] if role == Qt.ItemDataRole.DisplayRole else None
