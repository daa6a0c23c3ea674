"""The table of repositories and kits: a tree view that knows how kits are looked at and chosen."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from kitops_desktop.ui.library.library_filter import LibraryFilter
from kitops_desktop.ui.library.library_model import Column, LibraryModel, Role
from kitops_desktop.ui.library.library_rows import KitRow, RepositoryRow
from kitops_desktop.ui.widgets.badge import BadgeDelegate

_WIDTHS = {
    Column.NAME: 250,
    Column.CONTENTS: 244,
    Column.SIZE: 74,
    Column.UNIQUE: 74,
    Column.SHARED: 74,
    Column.AUTHOR: 96,
    Column.DIGEST: 112,
    Column.STORED: 88,
}
_LEAST_NAME, _MOST_NAME = 240, 400
_OTHERS = tuple(column for column in _WIDTHS if column is not Column.NAME)
_GIVING_WAY = (Column.AUTHOR, Column.DIGEST, Column.SHARED, Column.STORED, Column.UNIQUE)
"""What is not shown, one after the other, where names would not have the room they need."""


class KitTable(QTreeView):
    """``opened`` is a kit on Enter or a double click; ``chosen`` comes after the selection has changed."""

    opened = Signal(object)  # KitRow
    chosen = Signal()

    def __init__(self, model: LibraryModel, shown: LibraryFilter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kits, self._shown = model, shown
        shown.setSourceModel(model)
        self.setModel(shown)
        self.setAccessibleName("ModelKits")
        self.setItemDelegateForColumn(Column.CONTENTS, _ContentsDelegate(Role.PILLS, self))
        self._set_look()
        self.activated.connect(self._on_activated)
        self.selectionModel().selectionChanged.connect(self.chosen)
        shown.rowsInserted.connect(self._on_rows_inserted)

    def selected(self) -> tuple[KitRow, ...]:
        """The chosen kits in the order of the table; a chosen repository stands for all its kits on view."""
        rows: dict[tuple[str, str], KitRow] = {}
        for index in sorted(self.selectionModel().selectedRows(), key=_place):
            for row in self._kits_at(index):
                rows[row.key] = row
        return tuple(rows.values())

    def select(self, keys: Iterable[tuple[str, ...]]) -> None:
        """Choose the kits with these keys that are on view, and scroll to the first."""
        self.clearSelection()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for number, key in enumerate(keys):
            index = self._shown.mapFromSource(self._kits.index_of(key))
            if index.isValid():
                self.selectionModel().select(index, flags)
                if number == 0:
                    self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
                    self.scrollTo(index)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Hide what matters less where the names on view would not have the room they need."""
        name = min(max(_LEAST_NAME, self.sizeHintForColumn(Column.NAME)), _MOST_NAME)
        room = self.viewport().width() - name - sum(_WIDTHS[column] for column in _OTHERS)
        for column in _GIVING_WAY:
            self.setColumnHidden(column, room < 0)
            room += _WIDTHS[column] if room < 0 else 0

    def _set_look(self) -> None:
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setSortingEnabled(True)
        self.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)
        self.setIndentation(20)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(60)

    def _kits_at(self, index: QModelIndex) -> list[KitRow]:
        row = index.data(Role.ROW)
        if isinstance(row, KitRow):
            return [row]
        below = (self._shown.index(number, 0, index) for number in range(self._shown.rowCount(index)))
        return [kit for kit in (child.data(Role.ROW) for child in below) if isinstance(kit, KitRow)]

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        row = index.data(Role.ROW)
        if isinstance(row, KitRow):
            self.opened.emit(row)
        elif isinstance(row, RepositoryRow) and not self.expandsOnDoubleClick():
            self.setExpanded(index, not self.isExpanded(index))

    @Slot(QModelIndex, int, int)
    def _on_rows_inserted(self, parent: QModelIndex, first: int, last: int) -> None:
        """Repositories come open: what was packed is to be seen, not to be looked for."""
        if parent.isValid():
            self.expand(parent)
            return
        for row in range(first, last + 1):
            self.expand(self._shown.index(row, 0))


class _ContentsDelegate(BadgeDelegate):
    """Badges for kits; a repository has a text instead."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        if index.data(Role.PILLS):
            super().paint(painter, option, index)
        else:
            QStyledItemDelegate.paint(self, painter, option, index)


def _place(index: QModelIndex) -> tuple[int, int]:
    parent = index.parent()
    return (parent.row(), index.row()) if parent.isValid() else (index.row(), -1)
