"""Search over everything that was seen in registries: a field, and what it finds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QVBoxLayout, QWidget

from kitops_desktop.ui.browser.seen_model import Column, Role, SeenModel
from kitops_desktop.ui.browser.seen_results import SeenGroup, found_text
from kitops_desktop.ui.widgets.parts import frame, label
from kitops_desktop.ui.widgets.search_field import SearchField

_SEEN_WIDTH = 130


class SeenField(SearchField):
    """Return opens the first match."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Search all that was seen: names, kits, files", "Search all that was seen", parent)


class SeenPane(QWidget):
    """``show_groups`` shows what was found; ``opened`` carries a place of ``places``."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = SeenModel(self)
        self.tree = self._make_tree()
        self._says = label("", "muted", wrap=True)
        inside = QVBoxLayout()
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self.tree)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._says)
        self._card = frame("card", inside)
        column.addWidget(self._card, 1)
        column.addStretch(0)

    @property
    def sentence(self) -> str:
        """What is said of what was found."""
        return self._says.text()

    def show_groups(self, groups: Sequence[SeenGroup]) -> None:
        self.model.show(groups)
        self.tree.expandAll()
        for row in range(len(groups)):
            self.tree.setFirstColumnSpanned(row, QModelIndex(), True)
        self._says.setText(found_text(groups))
        self._card.setVisible(bool(groups))
        if groups:
            self.tree.setCurrentIndex(self.model.index(0, 0, self.model.index(0, 0)))
            self.tree.scrollToTop()

    def open_current(self) -> None:
        """Open what is chosen."""
        self._on_activated(self.tree.currentIndex())

    def _make_tree(self) -> QTreeView:
        tree = QTreeView()
        tree.setModel(self.model)
        tree.setAccessibleName("Found")
        tree.setUniformRowHeights(True)
        tree.setAllColumnsShowFocus(True)
        tree.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        tree.setIndentation(18)
        tree.activated.connect(self._on_activated)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.WHAT, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(Column.SEEN, _SEEN_WIDTH)
        return tree

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        place = index.data(Role.PLACE)
        if place:
            self.opened.emit(place)
