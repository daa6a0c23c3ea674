"""What was deleted in registries from here, as a Qt model."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from kitops_desktop.oci.digest import short_digest
from kitops_desktop.records.deleted_versions import DeletedVersion
from kitops_desktop.ui.units import age_text, time_text

AnyIndex = QModelIndex | QPersistentModelIndex


class DeletedColumn(IntEnum):
    WHAT = 0
    TAGS = 1
    VERSION = 2
    DELETED = 3


HEADERS = ("Repository", "Tags", "Version", "Deleted")


class DeletedModel(QAbstractTableModel):
    """The latest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[DeletedVersion, ...] = ()

    def show(self, entries: tuple[DeletedVersion, ...]) -> None:
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def entry(self, index: AnyIndex) -> DeletedVersion:
        return self._entries[index.row()]

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(DeletedColumn)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry, column = self.entry(index), DeletedColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _texts(entry)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            tips = {DeletedColumn.DELETED: time_text(entry.deleted_at), DeletedColumn.VERSION: entry.digest}
            return tips.get(column, _texts(entry)[column])
        if role == Qt.ItemDataRole.AccessibleTextRole and column == DeletedColumn.WHAT:
            return f"{entry.text}, deleted {age_text(entry.deleted_at)}"
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        wanted = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return HEADERS[section] if wanted and 0 <= section < len(HEADERS) else None


def _texts(entry: DeletedVersion) -> tuple[str, ...]:
    kept = "" if entry.whole else " (the version stayed)"
    return (
        entry.name,
        ", ".join(entry.tags) or "none",
        short_digest(entry.digest) + kept,
        age_text(entry.deleted_at),
    )
