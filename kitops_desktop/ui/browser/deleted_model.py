"""What was deleted in registries from here, as a Qt model."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt

from kitops_desktop.oci.digest import short_digest
from kitops_desktop.records.deleted_versions import DeletedVersion
from kitops_desktop.ui.units import age_text, time_text
from kitops_desktop.ui.widgets.row_model import AnyIndex, RowModel


class DeletedColumn(IntEnum):
    WHAT = 0
    TAGS = 1
    VERSION = 2
    DELETED = 3


class DeletedModel(RowModel[DeletedVersion]):
    """The latest first."""

    HEADINGS = ("Repository", "Tags", "Version", "Deleted")

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.row_at(index)
        if entry is None:
            return None
        column = DeletedColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _texts(entry)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            tips = {DeletedColumn.DELETED: time_text(entry.deleted_at), DeletedColumn.VERSION: entry.digest}
            return tips.get(column, _texts(entry)[column])
        if role == Qt.ItemDataRole.AccessibleTextRole and column == DeletedColumn.WHAT:
            return f"{entry.text}, deleted {age_text(entry.deleted_at)}"
        return None


def _texts(entry: DeletedVersion) -> tuple[str, ...]:
    kept = "" if entry.whole else " (the version stayed)"
    return (
        entry.name,
        ", ".join(entry.tags) or "none",
        short_digest(entry.digest) + kept,
        age_text(entry.deleted_at),
    )
