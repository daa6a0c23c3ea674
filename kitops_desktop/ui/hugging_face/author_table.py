"""The repositories of an author: a filter by name and one by kind, and the table."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QHeaderView, QTreeView, QVBoxLayout, QWidget

from kitops_desktop.importers.hugging_face.address import HfAddress, HfKind
from kitops_desktop.importers.hugging_face.authors import HfListed
from kitops_desktop.ui.hugging_face.author_facts import KIND_PLURALS, listed_text
from kitops_desktop.ui.hugging_face.author_model import AuthorColumn, AuthorModel
from kitops_desktop.ui.library.buttons import copy_text
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import frame, label
from kitops_desktop.ui.widgets.search_field import SearchField

_UNSORTED = -1
_WIDTHS = {
    AuthorColumn.KIND: 140,
    AuthorColumn.PURPOSE: 190,
    AuthorColumn.DOWNLOADS: 120,
    AuthorColumn.LIKES: 80,
    AuthorColumn.CHANGED: 150,
}
_NARROW_WIDTHS = {AuthorColumn.KIND: 115, AuthorColumn.DOWNLOADS: 105, AuthorColumn.CHANGED: 115}
_NARROW, _WIDE = 720, 900
"""Pixels below which names get more of the room, and from which there is some for what models are for."""


class AuthorTable(QWidget):
    """``opened`` carries the ``HfAddress`` of a repository, ``copied`` what was copied. ``tools`` stands at
    the end of the row above the table, for those who have more.
    """

    opened = Signal(object)
    copied = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = AuthorModel()
        self.model.setParent(self)
        self.search = SearchField("Filter repositories", "Filter repositories")
        self.search.setMinimumWidth(130)
        self.kinds = self._make_kinds()
        self.table = self._make_table()
        self.search.list_widget = self.table
        self.search.searched.connect(lambda _: self._filter())
        self._says = ElidedLabel("", "muted", Qt.TextElideMode.ElideRight)
        self._no_match = label("No repository matches the filter.", "muted")
        self._no_match.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._ended, self._is_narrow = True, False
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        self._lay_out()
        self._say()

    def clear(self, *, filters: bool) -> None:
        """Nothing is listed yet; ``filters`` are cleared as well."""
        self._ended = False
        self.model.clear()
        if filters:
            self.search.clear()
            self.kinds.setCurrentIndex(0)
            self._filter()
        self._say()

    def add(self, repositories: tuple[HfListed, ...], *, ended: bool) -> None:
        """More has arrived, or nothing more will."""
        current = self.current()
        self._ended = ended
        self.model.add(repositories)
        self._choose(current)
        self._say()

    def current(self) -> HfAddress | None:
        row = self.model.row_at(self.table.currentIndex())
        return None if row is None else row.address

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.table.setColumnHidden(AuthorColumn.PURPOSE, event.size().width() < _WIDE)
        is_narrow = event.size().width() < _NARROW
        if is_narrow is not self._is_narrow:
            self._is_narrow = is_narrow
            self.table.setColumnHidden(AuthorColumn.LIKES, is_narrow)
            for column, width in (_NARROW_WIDTHS if is_narrow else _WIDTHS).items():
                self.table.header().resizeSection(column, width)

    # -- building

    def _make_kinds(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName("Kind")
        box.addItem("All kinds", None)
        for kind in HfKind:
            box.addItem(KIND_PLURALS[kind], kind)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.currentIndexChanged.connect(lambda _: self._filter())
        return box

    def _make_table(self) -> QTreeView:
        table = QTreeView()
        table.setModel(self.model)
        table.setAccessibleName("Repositories")
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setAllColumnsShowFocus(True)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setMinimumHeight(100)
        header = table.header()
        header.setSortIndicator(_UNSORTED, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        table.setSortingEnabled(True)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(AuthorColumn.NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        header.sortIndicatorChanged.connect(self._on_sorted)
        table.activated.connect(self._on_activated)
        for text, keys, run in (
            ("Open", "", lambda: self._on_activated(table.currentIndex())),
            ("Copy hf:// address", QKeySequence(QKeySequence.StandardKey.Copy), self._copy),
        ):
            action = QAction(text, table, shortcut=QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(run)
            table.addAction(action)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        return table

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.kinds)
        bar.addWidget(self._says, 1)
        bar.addLayout(self.tools)
        inside = QVBoxLayout()
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self.table, 1)
        inside.addWidget(self._no_match)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(bar)
        column.addWidget(frame("card", inside), 1)

    # -- events

    @Slot()
    def _filter(self) -> None:
        current = self.current()
        kind = self.kinds.currentData()  # a plain text by now
        self.model.set_filter(self.search.text(), HfKind(kind) if kind else None)
        self._choose(current)
        self._say()

    @Slot()
    def _on_sorted(self) -> None:
        self.table.scrollToTop()

    def _choose(self, address: HfAddress | None) -> None:
        """What was chosen stays so while it is shown; else the first is."""
        found = self.model.find(address)
        if not found.isValid() and self.model.rows:
            found = self.model.index(0, 0)
        if found.isValid() and found.row() != self.table.currentIndex().row():
            self.table.setCurrentIndex(found)

    def _say(self) -> None:
        model = self.model
        shown, listed = len(model.rows), len(model.all_rows)
        self._says.setText(listed_text(shown, listed, filtered=model.is_filtered, ended=self._ended))
        self._no_match.setVisible(bool(listed) and not shown)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        row = self.model.row_at(index)
        if row is not None:
            self.opened.emit(row.address)

    def _copy(self) -> None:
        address = self.current()
        if address is not None:
            copy_text(str(address))
            self.copied.emit("Address")
