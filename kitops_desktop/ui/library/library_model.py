"""The Library as a Qt model: repositories, and below each the kits in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QIcon

from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.library import library_texts
from kitops_desktop.ui.library.library_rows import RepositoryRow, Row

AnyIndex = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    NAME = 0
    CONTENTS = 1
    SIZE = 2
    UNIQUE = 3
    SHARED = 4
    AUTHOR = 5
    DIGEST = 6
    STORED = 7


class Role(IntEnum):
    SORT = Qt.ItemDataRole.UserRole  # the raw value
    ROW = Qt.ItemDataRole.UserRole + 1  # the KitRow or RepositoryRow
    PILLS = Qt.ItemDataRole.UserRole + 2  # (text, tone) of the badges of a kit


HEADERS = ("Name", "Contents", "Size", "Unique", "Shared", "Maintainer", "Digest", "Stored")
_HEADER_TIPS = {
    Column.UNIQUE: "Bytes that no other ModelKit in the store uses: what removing would free",
    Column.SHARED: "Bytes that other ModelKits in the store use as well",
}
_NUMBERS = (Column.SIZE, Column.UNIQUE, Column.SHARED)


@dataclass(slots=True, eq=False)
class _Node:
    """``identity`` is the index's internal id, the same as long as the row exists. The root has 0."""

    identity: int
    value: Row | None
    parent: _Node | None
    children: list[_Node] = field(default_factory=list)


class LibraryModel(QAbstractItemModel):
    """``show`` takes a new listing and changes only the rows that differ, so selection and expansion stay."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = _Node(0, None, None)
        self._nodes = {0: self._root}
        self._last_identity = 0
        self._strong = QFont()
        self._strong.setWeight(QFont.Weight.DemiBold)

    def show(self, rows: Iterable[RepositoryRow]) -> None:
        """Make the model equal to ``rows``."""
        rows = tuple(rows)
        self._synchronise(self._root, rows)
        by_key = {row.key: row for row in rows}
        for node in self._root.children:
            assert node.value is not None
            self._synchronise(node, by_key[node.value.key].kits)  # type: ignore[index]

    def row_at(self, index: AnyIndex) -> Row | None:
        return self._node(index).value if index.isValid() else None

    def index_of(self, key: tuple[str, ...]) -> QModelIndex:
        """The index of the repository or kit with this key; an invalid one when there is none."""
        for node in self._nodes.values():
            if node.value is not None and node.value.key == key:
                return self._index(node)
        return QModelIndex()

    # -- what Qt asks

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:
        children = self._node(parent).children
        if parent.column() > 0 or not (0 <= row < len(children) and 0 <= column < len(Column)):
            return QModelIndex()
        return self.createIndex(row, column, children[row].identity)

    def parent(self, index: AnyIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]
        node = self._node(index)
        return self._index(node.parent) if node.parent is not None else QModelIndex()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return 0 if parent.column() > 0 else len(self._node(parent).children)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return len(Column)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index)
        if row is None:
            return None
        column = Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return library_texts.cell(row, column.name)
        if role == Role.SORT:
            return _sort_value(row, column)
        if role == Role.ROW:
            return row
        if role == Role.PILLS:
            return library_texts.pills(row) if column == Column.CONTENTS else ()
        if role == Qt.ItemDataRole.DecorationRole and column == Column.NAME:
            return _icon(row)
        if role == Qt.ItemDataRole.FontRole and column == Column.NAME and isinstance(row, RepositoryRow):
            return self._strong
        if role == Qt.ItemDataRole.ToolTipRole:
            return library_texts.tool_tip(row, column.name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return library_texts.accessible(row, column.name)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in _NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return _HEADER_TIPS.get(Column(section))
        if role == Qt.ItemDataRole.TextAlignmentRole and section in _NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    # -- keeping up with the store

    def _synchronise(self, parent: _Node, values: Iterable[Row]) -> None:
        wanted = {value.key: value for value in values}
        self._drop_missing(parent, wanted)
        for node in parent.children:
            assert node.value is not None
            self._replace(node, wanted.pop(node.value.key))
        if wanted:
            first = len(parent.children)
            self.beginInsertRows(self._index(parent), first, first + len(wanted) - 1)
            parent.children.extend(self._new_node(value, parent) for value in wanted.values())
            self.endInsertRows()

    def _drop_missing(self, parent: _Node, wanted: dict[Any, Row]) -> None:
        for position in range(len(parent.children) - 1, -1, -1):
            node = parent.children[position]
            if node.value is not None and node.value.key not in wanted:
                self.beginRemoveRows(self._index(parent), position, position)
                del parent.children[position]
                for gone in (node, *node.children):
                    del self._nodes[gone.identity]
                self.endRemoveRows()

    def _replace(self, node: _Node, value: Row) -> None:
        if node.value != value:
            node.value = value
            first = self._index(node)
            self.dataChanged.emit(first, first.siblingAtColumn(len(Column) - 1))

    def _new_node(self, value: Row, parent: _Node) -> _Node:
        self._last_identity += 1
        node = _Node(self._last_identity, value, parent)
        self._nodes[node.identity] = node
        return node

    def _node(self, index: AnyIndex) -> _Node:
        if not index.isValid():
            return self._root
        return self._nodes.get(index.internalId(), self._root)

    def _index(self, node: _Node) -> QModelIndex:
        if node.parent is None:
            return QModelIndex()
        return self.createIndex(node.parent.children.index(node), 0, node.identity)


def _icon(row: Row) -> QIcon:
    if isinstance(row, RepositoryRow):
        return icon("kit", "accent")
    return icon("warning", "danger") if row.damaged else icon("tag", "muted")


def _sort_value(row: Row, column: Column) -> int | float | str:
    """Raw values, of one type for each column."""
    if column == Column.SIZE:
        return row.size
    if column == Column.UNIQUE:
        return row.unique
    if column == Column.SHARED:
        return row.shared
    if column == Column.STORED:
        return row.stored_at
    return library_texts.cell(row, column.name).casefold()
