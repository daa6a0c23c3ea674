"""What refers to a version: signatures, attestations, bills of materials, as a Qt model."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication

from kitops_desktop.oci.digest import short_digest
from kitops_desktop.registry.referrers import Referrer
from kitops_desktop.ui.browser.artifact_kinds import type_text
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.units import size_text

AnyIndex = QModelIndex | QPersistentModelIndex
_FOUND = {
    "api": "listed by the registry",
    "tag-schema": "in an index under a tag",
    "cosign-tag": "under cosign's tag",
}


class Column(IntEnum):
    KIND = 0
    FOUND = 1
    SIZE = 2
    DIGEST = 3


class ReferrersModel(QAbstractTableModel):
    """A row for each referrer."""

    HEADINGS = ("Kind", "Found", "Manifest", "Digest")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Referrer, ...] = ()

    def show_rows(self, rows: Sequence[Referrer]) -> None:
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(Column)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.HEADINGS[section]
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row, column = self.rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _cell(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (row.artifact_type, row.tag, row.descriptor.digest)))
        if role == Qt.ItemDataRole.DecorationRole and column == Column.KIND:
            return icon("signature", "success")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole and column != Column.KIND:
            return QGuiApplication.palette().placeholderText()
        return None


def kind_text(referrer: Referrer) -> str:
    """What it is, as far as its type says."""
    return type_text(referrer.artifact_type) or "Unknown"


def _cell(row: Referrer, column: int) -> str:
    if column == Column.KIND:
        return kind_text(row)
    if column == Column.FOUND:
        return _FOUND.get(row.how, row.how)
    if column == Column.SIZE:
        return size_text(row.descriptor.size)
    return short_digest(row.descriptor.digest)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column == Column.SIZE else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
