"""A table of differences with a word for when there are none."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStackedWidget, QTreeView, QVBoxLayout, QWidget

from kitops_desktop.ui.compare.change_model import ChangeColumn, ChangeModel, ChangeRole
from kitops_desktop.ui.compare.comparison_rows import ChangeRow
from kitops_desktop.ui.widgets.badge import BadgeDelegate
from kitops_desktop.ui.widgets.parts import frame, label


class ChangeTable(QStackedWidget):
    """Shows rows, or a sentence instead of them."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ChangeModel(name, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSortRole(ChangeRole.SORT)
        self._sorted.setSourceModel(self.model)
        self._says = label("", "muted", wrap=True)
        self._says.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card = frame("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self._make_view(name))
        self.addWidget(card)
        self.addWidget(self._says)

    def show_rows(self, rows: Iterable[ChangeRow], left: str, right: str, when_none: str) -> None:
        self.model.show(rows, left, right)
        if self.model.rowCount():
            self.setCurrentIndex(0)
        else:
            self.say(when_none)

    @property
    def sentence(self) -> str:
        """What was said last instead of a table."""
        return self._says.text()

    def say(self, text: str) -> None:
        """Show a sentence instead of the table."""
        self._says.setText(text)
        self.setCurrentIndex(1)

    def _make_view(self, name: str) -> QTreeView:
        view = QTreeView()
        view.setModel(self._sorted)
        view.setAccessibleName(f"Differences: {name}")
        view.setRootIsDecorated(False)
        view.setUniformRowHeights(True)
        view.setAllColumnsShowFocus(True)
        view.setSortingEnabled(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setItemDelegateForColumn(ChangeColumn.STANDING, BadgeDelegate(ChangeRole.BADGES, view))
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = view.header()
        header.setStretchLastSection(False)
        header.resizeSection(ChangeColumn.STANDING, 120)
        header.setSectionResizeMode(ChangeColumn.NAME, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(ChangeColumn.LEFT, 230)
        header.resizeSection(ChangeColumn.RIGHT, 230)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        return view
