"""What a search over everything seen found, as a Qt model: registries, and below each what was found."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QGuiApplication, QIcon

from kitops_desktop.records.seen import SeenHit
from kitops_desktop.ui.browser import seen_results
from kitops_desktop.ui.browser.seen_results import SeenGroup
from kitops_desktop.ui.icons import icon

AnyIndex = QModelIndex | QPersistentModelIndex
_TOP = 0  # internal id of registries; of what is below one, its row and 1


_TEXTS = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.ToolTipRole,
)


class Column(IntEnum):
    NAME = 0
    WHAT = 1
    SEEN = 2


class Role(IntEnum):
    PLACE = Qt.ItemDataRole.UserRole  # as ``places.parse_place`` takes it


class SeenModel(QAbstractItemModel):
    """``show`` takes the groups of ``seen_results.grouped``."""

    HEADINGS = ("Found", "What it is", "Seen")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.groups: Sequence[SeenGroup] = ()
        self._strong = QFont()
        self._strong.setWeight(QFont.Weight.DemiBold)

    def show(self, groups: Sequence[SeenGroup]) -> None:
        self.beginResetModel()
        self.groups = groups
        self.endResetModel()

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:
        if not (0 <= row < self.rowCount(parent) and 0 <= column < len(Column)):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else _TOP)

    def parent(self, index: AnyIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]
        if not index.isValid() or index.internalId() == _TOP:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, _TOP)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        if not parent.isValid():
            return len(self.groups)
        below = parent.internalId() == _TOP and parent.column() <= 0
        return len(self.groups[parent.row()].hits) if below else 0

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return len(Column)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        shown = orientation is Qt.Orientation.Horizontal and 0 <= section < len(Column)
        return self.HEADINGS[section] if shown and role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        column = Column(index.column())
        if index.internalId() == _TOP:
            return self._of_group(self.groups[index.row()], column, role)
        return _of_hit(self.groups[index.internalId() - 1].hits[index.row()], column, role)

    def _of_group(self, group: SeenGroup, column: Column, role: int) -> object:
        if role == Role.PLACE:
            return group.host
        if column is not Column.NAME:
            return None
        if role in _TEXTS:
            return group.title
        if role == Qt.ItemDataRole.FontRole:
            return self._strong
        return icon("registries", "muted") if role == Qt.ItemDataRole.DecorationRole else None


def _of_hit(hit: SeenHit, column: Column, role: int) -> object:
    if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
        return {
            Column.NAME: seen_results.name_text,
            Column.WHAT: seen_results.what_text,
            Column.SEEN: seen_results.seen_text,
        }[column](hit)
    if role == Qt.ItemDataRole.ToolTipRole:
        return "\n".join(filter(None, (hit.place, seen_results.what_text(hit), seen_results.seen_text(hit))))
    if role == Qt.ItemDataRole.DecorationRole and column is Column.NAME:
        return _icon(hit)
    if role == Qt.ItemDataRole.ForegroundRole and column is not Column.NAME:
        return QGuiApplication.palette().placeholderText()
    return hit.place if role == Role.PLACE else None


def _icon(hit: SeenHit) -> QIcon:
    return icon("tag", "muted") if hit.tag else icon("kit", "accent")
