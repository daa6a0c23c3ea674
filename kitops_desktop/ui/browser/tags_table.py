"""The table of tags. It says which rows are on view, since only those are read."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from kitops_desktop.ui.browser.tag_cells import AT_TIMES, Column
from kitops_desktop.ui.browser.tag_rows import TagRow
from kitops_desktop.ui.browser.tags_model import Role, TagsModel
from kitops_desktop.ui.widgets.badge import BadgeDelegate

_WIDTHS = {
    Column.TAG: 170,
    Column.KIND: 150,
    Column.SIZE: 84,
    Column.LICENCE: 100,
    Column.FRAMEWORK: 100,
    Column.HERE: 66,
    Column.DIGEST: 118,
    Column.CREATED: 92,
}
_LEAST_TAG = 150
_GIVING_WAY = (
    Column.CREATED,
    Column.DIGEST,
    Column.FRAMEWORK,
    Column.HERE,
    Column.LICENCE,
    Column.KIND,
)
_PAUSE = 40  # milliseconds of rest before rows count as looked at


class TagsTable(QTreeView):
    """``opened`` is a tag, or the digest of what has none, on Enter or a double click; ``looked_at`` carries
    the tags on view of which nothing is known yet, from top to bottom.
    """

    opened = Signal(str)
    chosen = Signal()
    looked_at = Signal(object)  # tuple[str, ...]

    def __init__(self, model: TagsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tags = model
        self._shown_at_times: set[Column] = set()
        self.setModel(model)
        self.setAccessibleName("Tags")
        self.setItemDelegateForColumn(Column.KIND, _KindDelegate(Role.PILLS, self))
        self._set_look()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._look)
        self.activated.connect(self._on_activated)
        self.selectionModel().selectionChanged.connect(self.chosen)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._pause.start())
        self.expanded.connect(lambda _: self._pause.start())
        self.collapsed.connect(lambda _: self._pause.start())
        model.filled.connect(self._pause.start)
        model.dataChanged.connect(lambda *_: self._fit_later())

    def selected(self) -> tuple[TagRow, ...]:
        """The chosen rows in the order of the table; the group of signatures is none."""
        indexes = sorted(self.selectionModel().selectedRows(), key=lambda index: index.row())
        return tuple(row for row in (index.data(Role.ROW) for index in indexes) if isinstance(row, TagRow))

    def choose(self, tag: str) -> None:
        """Choose a row, if it is shown."""
        index = self._tags.index_of(tag)
        if index.isValid():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(index, flags)
            self.scrollTo(index)

    def look_again(self) -> None:
        """Ask for what is on view anew."""
        self._pause.start()

    def on_view(self) -> tuple[str, ...]:
        """The tags on view, from top to bottom."""
        return tuple(self._on_view())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.fit()
        self._pause.start()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._pause.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        self.looked_at.emit(())

    def fit(self) -> None:
        """Hide what matters less where tags would not have the room they need."""
        hidden = {column for column in AT_TIMES if not self._tags.any_with(column)}
        self._shown_at_times = set(AT_TIMES) - hidden
        shown = [column for column in _WIDTHS if column is not Column.TAG and column not in hidden]
        room = self.viewport().width() - _LEAST_TAG - sum(_WIDTHS[column] for column in shown)
        for column in _GIVING_WAY:
            if room < 0 and column not in hidden:
                hidden.add(column)
                room += _WIDTHS[column]
        for column in Column:
            self.setColumnHidden(column, column in hidden)

    def _set_look(self) -> None:
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setIndentation(18)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(Column.TAG, QHeaderView.ResizeMode.Stretch)

    def _fit_later(self) -> None:
        if any(self._tags.any_with(one) and one not in self._shown_at_times for one in AT_TIMES):
            self.fit()

    def _on_view(self) -> Iterator[str]:
        index = self.indexAt(self.viewport().rect().topLeft())
        bottom = self.viewport().rect().bottom()
        while index.isValid() and self.visualRect(index).top() <= bottom:
            row = index.data(Role.ROW)
            if isinstance(row, TagRow) and row.tag:
                yield row.tag
            index = self.indexBelow(index)

    @Slot()
    def _look(self) -> None:
        if not self.isVisible():
            return
        self.looked_at.emit(tuple(filter(self._tags.known.wants_look, self._on_view())))

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        row = index.data(Role.ROW)
        if isinstance(row, TagRow) and row.name:
            self.opened.emit(row.name)
        elif not self.expandsOnDoubleClick():
            self.setExpanded(index, not self.isExpanded(index))


class _KindDelegate(BadgeDelegate):
    """Badges where something is known; a text where not."""

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
