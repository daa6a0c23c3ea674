"""A table of values that can be sorted, filtered and copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
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
_LEAST, _MOST = 60, 260  # pixels of a column
_LEAST_YIELDING, _SHARE_YIELDING = 120, 55  # pixels, and per cent of the room
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

    def show_rows(
        self,
        columns: Sequence[ValueColumn],
        rows: Sequence[Any],
        *,
        stretch: int = 0,
        yielding: bool = False,
    ) -> None:
        """``stretch`` is the column that gets the room that is left, -1 for none: the table can be scrolled
        sideways then. With ``yielding`` the first column gives way as far as others are seen whole by that.
        """
        self.search.clear()
        self._all = len(rows)
        self.model.sort(_NO_SORTING)
        self.view.header().setSortIndicator(_NO_SORTING, Qt.SortOrder.AscendingOrder)
        self.model.show(columns, rows)
        self.view.fit(stretch, yielding=yielding)
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
        self._widths: list[int] = []
        self._is_sharing = False
        self.header().sectionResized.connect(self._on_resized)
        copy = QAction("Copy rows", self)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self._copy)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)

    def fit(self, stretch: int, *, yielding: bool = False) -> None:
        """Give each column the width of its first cells, within reason."""
        self._widths = []
        widths = self._give_widths(stretch)
        self._widths = widths if yielding else []
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._share()

    @Slot(int, int, int)
    def _on_resized(self, _column: int, _before: int, _now: int) -> None:
        if not self._is_sharing:  # somebody has taken it in hand
            self._widths = []

    def _share(self) -> None:
        """Make the first column as narrow as the others need, or as wide as they leave it."""
        if not self._widths:
            return
        room, (first, *others) = self.viewport().width(), self._widths
        least = max(_LEAST_YIELDING, room * _SHARE_YIELDING // 100)
        whole = 0
        for width in others:
            if least + whole + width > room:
                break
            whole += width
        else:
            first = room
        self._is_sharing = True
        self.header().resizeSection(0, min(first, max(room - whole, least)))
        self._is_sharing = False

    def _give_widths(self, stretch: int) -> list[int]:
        """The width that each column has got."""
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
        return [header.sectionSize(column) for column in range(model.columnCount())]

    @Slot()
    def _copy(self) -> None:
        copy_text("\n".join(self._values.line(index) for index in self.selectionModel().selectedRows()))

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions())
        menu.popup(self.viewport().mapToGlobal(place))
