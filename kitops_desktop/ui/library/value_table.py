"""A table of values that can be sorted, filtered and copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.ui.library.buttons import copy_text
from kitops_desktop.ui.library.value_model import MOST_ROWS, ValueColumn, ValueModel
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.ui.widgets.search_field import SearchField

_LOOKED_AT = 60
_LEAST, _MOST = 60, 260
_PADDING = 22
_NO_SORTING = -1


class ValueTable(QWidget):
    """``name`` is what screen readers call it; with ``filtered`` it has a field to filter by."""

    def __init__(self, name: str, *, filtered: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.model = ValueModel(self)
        self.view = _ValueView(self.model, name)
        self.search = SearchField(f"Filter {name.casefold()}", f"Filter {name.casefold()}")
        self.search.setMinimumWidth(100)
        self.search.list_widget = self.view
        self.search.searched.connect(self._filter)
        self._says = label("", "caption")
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.search, 1)
        bar.addWidget(self._says)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(bar)
        layout.addWidget(self.view, 1)
        self._filtered = filtered
        self.search.setVisible(filtered)
        self._says.hide()

    def show_rows(self, columns: Sequence[ValueColumn], rows: Sequence[Any], *, stretch: int = 0) -> None:
        """``stretch`` is the column that gets the room that is left, -1 for none: the table can be scrolled
        sideways then."""
        self.search.clear()
        self._all = len(rows)
        self.model.sort(_NO_SORTING)
        self.view.header().setSortIndicator(_NO_SORTING, Qt.SortOrder.AscendingOrder)
        self.model.show(columns, rows)
        self.view.fit(stretch)
        self.view.scrollToTop()
        self._say()

    @Slot(str)
    def _filter(self, text: str) -> None:
        self.model.set_filter(text)
        self._say()

    def _say(self) -> None:
        shown, all_rows = self.model.rowCount(), self._all
        text = f"{shown:,} of {all_rows:,}" if shown < all_rows else ""
        if all_rows > MOST_ROWS and shown == MOST_ROWS:
            text = f"The first {MOST_ROWS:,} of {all_rows:,}"
        self._says.setText(text)
        self._says.setVisible(bool(text))


class _ValueView(QTreeView):
    def __init__(self, model: ValueModel, name: str) -> None:
        super().__init__()
        self._values = model
        self.setModel(model)
        self.setAccessibleName(name)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setAlternatingRowColors(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.header().setSortIndicator(_NO_SORTING, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.header().setSortIndicatorClearable(True)
        self.header().setMinimumSectionSize(40)
        copy = QAction("Copy rows", self)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self._copy)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)

    def fit(self, stretch: int) -> None:
        """Give each column the width of its first cells, within reason."""
        header = self.header()
        header.setStretchLastSection(False)
        metrics = self.fontMetrics()
        model = self._values
        for column in range(model.columnCount()):
            texts = [str(model.headerData(column, Qt.Orientation.Horizontal) or "") + "  "]
            texts += [
                str(model.index(row, column).data()) for row in range(min(model.rowCount(), _LOOKED_AT))
            ]
            width = max(metrics.horizontalAdvance(text[:80]) for text in texts) + _PADDING
            mode = QHeaderView.ResizeMode.Stretch if column == stretch else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(column, mode)
            if column != stretch:
                header.resizeSection(column, min(max(width, _LEAST), _MOST))

    @Slot()
    def _copy(self) -> None:
        copy_text("\n".join(self._values.line(index) for index in self.selectionModel().selectedRows()))

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions())
        menu.popup(self.viewport().mapToGlobal(place))
