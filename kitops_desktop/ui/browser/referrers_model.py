"""What refers to a version: signatures, attestations, bills of materials, as a Qt model."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from kitops_desktop.oci.digest import short_digest
from kitops_desktop.registry.referrers import Referrer
from kitops_desktop.ui.browser.artifact_kinds import ArtifactKind, type_text
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.units import size_text
from kitops_desktop.ui.widgets.row_model import AnyIndex, RowModel

SIGNATURE, UNKNOWN = ArtifactKind.SIGNATURE.value, "Unknown"
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


class ReferrersModel(RowModel[Referrer]):
    """A row for each referrer."""

    HEADINGS = ("Kind", "Found", "Manifest", "Digest")
    NUMBERS = frozenset({Column.SIZE})

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self.row_at(index), index.column()
        if row is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _cell(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (row.artifact_type, row.tag, row.descriptor.digest)))
        if role == Qt.ItemDataRole.DecorationRole and column == Column.KIND:
            return icon("signature", "success") if kind_text(row) == SIGNATURE else icon("artifact", "muted")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole and column != Column.KIND:
            return QGuiApplication.palette().placeholderText()
        return None


def kind_text(referrer: Referrer) -> str:
    """What it is, as far as its type says."""
    return type_text(referrer.artifact_type) or UNKNOWN


def _cell(row: Referrer, column: int) -> str:
    if column == Column.KIND:
        return kind_text(row)
    if column == Column.FOUND:
        return _FOUND.get(row.how, row.how)
    if column == Column.SIZE:
        return size_text(row.descriptor.size)
    return short_digest(row.descriptor.digest)
