"""The view of a project's folder: columns that share the width, and which files are before the eyes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
)

from kitops_desktop.ui.editor.tree_cells import PATH_ROLE, Column
from kitops_desktop.ui.editor.tree_model import Index, TreeModel

_ROW_INDENT = 16
_MOST_LOOKED_AT = 100
_WIDTH_WITH_KIND = 460
_GOES_TO_SHARE = 0.3
_LEAST_NAME = 150
_LEAST_GOES_TO, _GOES_TO_ICON = 84, 38
"""Pixels. Where a name would have less than ``_LEAST_NAME``, a picture says where it goes."""
_WIDEST_SIZE = "1023 bytes"
_CELL_MARGINS = 22


class _ElideRight(QStyledItemDelegate):
    """What comes first matters most."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802 - Qt's name
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideRight


class FolderTreeView(QTreeView):
    """Shows the model; rows can be dragged away, and several chosen."""

    def __init__(self, model: TreeModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setAccessibleName("Files of the project")
        self.setUniformRowHeights(True)
        self.setIndentation(_ROW_INDENT)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setItemDelegateForColumn(Column.GOES_TO, _ElideRight(self))
        self._arrange_columns()

    def fit_columns(self, width: int) -> None:
        """Share out ``width`` pixels: the kind goes first, then the words of where it goes."""
        self.setColumnHidden(Column.KIND, width < _WIDTH_WITH_KIND)
        size = self.fontMetrics().horizontalAdvance(_WIDEST_SIZE) + _CELL_MARGINS
        self.header().resizeSection(Column.SIZE, size)
        left = width - size - _LEAST_NAME
        wanted = max(_LEAST_GOES_TO, round(width * _GOES_TO_SHARE))
        goes_to = min(wanted, left) if left >= _LEAST_GOES_TO else _GOES_TO_ICON
        self.header().resizeSection(Column.GOES_TO, goes_to)

    def reveal(self, path: str) -> bool:
        """Select a path and bring it into view; false when it is not shown."""
        index = self._model.index_of(path)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
        return index.isValid()

    def unseen_in_view(self) -> Sequence[str]:
        """The files in view that were not looked into."""
        found: list[str] = []
        index = self.indexAt(QPoint(2, 2))
        height = self.viewport().height()
        for _ in range(_MOST_LOOKED_AT):
            if not index.isValid() or self.visualRect(index).top() > height:
                break
            path = index.data(PATH_ROLE)
            if self._model.is_file(index) and not self._model.cells.was_looked_at(path):
                found.append(path)
            index = self.indexBelow(index)
        return found

    def _arrange_columns(self) -> None:
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(40)
        header.setSortIndicator(Column.NAME, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in {Column.SIZE: 90, Column.KIND: 84}.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width)
        header.setSectionResizeMode(Column.GOES_TO, QHeaderView.ResizeMode.Fixed)
