"""A tree of files, as it is looked at and clicked on."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTreeView, QWidget

from kitops_desktop.ui.library.buttons import copy_text
from kitops_desktop.ui.library.file_tree import FileNode
from kitops_desktop.ui.library.file_tree_model import FileColumn, FileTreeModel
from kitops_desktop.ui.widgets.parts import restyle

_MOST_REOPENED = 100
_SIZE_WIDTH = 90  # pixels


class FileView(QTreeView):
    """Space ticks what is current; the context menu copies paths.

    A double click opens or closes the folder it began on, also when rows have come or were sorted meanwhile.
    """

    def __init__(self, model: FileTreeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files = model
        self.setModel(model)
        self.setAccessibleName("Files")
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSortingEnabled(True)
        self.sortByColumn(FileColumn.NAME, Qt.SortOrder.AscendingOrder)
        header = self.header()
        header.setStretchLastSection(False)
        header.resizeSection(FileColumn.SIZE, _SIZE_WIDTH)
        for number, column in enumerate(model.columns, len(FileColumn)):
            header.resizeSection(number, column.width)
        header.setSectionResizeMode(FileColumn.NAME, QHeaderView.ResizeMode.Stretch)
        copy = QAction("Copy path", self)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self._copy_paths)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self._open: dict[int, FileNode] = {}
        self._look = QTimer(self, interval=0, singleShot=True)
        self._look.timeout.connect(self._show_more)
        bar = self.verticalScrollBar()
        for changed in (bar.valueChanged, bar.rangeChanged, model.layoutChanged, model.settled):
            changed.connect(lambda *_: self._look.start())  # their numbers are no times
        self.expanded.connect(self._on_expanded)
        self.collapsed.connect(lambda index: self._open.pop(model.node(index).identity, None))
        model.modelReset.connect(self._open.clear)
        model.ticks_changed.connect(self.viewport().update)
        self._pressed = QPersistentModelIndex()
        self._clicking = QTimer(self, singleShot=True)

    @property
    def is_being_clicked(self) -> bool:
        """Whether what was pressed a moment ago may become a double click."""
        return self._clicking.isActive()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._clicking.start(QGuiApplication.styleHints().mouseDoubleClickInterval())
        self._pressed = QPersistentModelIndex(self._name_at(event))
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Qt takes it for two clicks when another row has come below the pointer, or all rows were made anew,
        and does nothing with a folder whose files have not come yet.
        """
        there = self._name_at(event)
        pressed = self._files.index_of(self._files.node(self._pressed))
        if pressed.isValid() and pressed != there:
            self.setExpanded(pressed, not self.isExpanded(pressed))
            return
        opens = not pressed.isValid() or not self._files.rowCount(there)
        was_open = self.isExpanded(there)
        super().mouseDoubleClickEvent(event)
        if opens and there.isValid():
            self.setExpanded(there, not was_open)

    def _name_at(self, event: QMouseEvent) -> QModelIndex:
        return self.indexAt(event.position().toPoint()).siblingAtColumn(FileColumn.NAME)

    def set_dense(self, dense: bool) -> None:
        """Rows as low as can be."""
        for part in (self, self.header()):
            restyle(part, dense="true" if dense else "false")
        self.scheduleDelayedItemsLayout()

    def opened(self) -> tuple[str, ...]:
        """The paths of the folders that are open, as far as there are not too many."""
        return tuple(node.path for node in self._open.values())[:_MOST_REOPENED]

    def open_again(self, paths: Iterable[str]) -> None:
        """Open these folders, if they have rows."""
        for path in paths:
            node: FileNode | None = self._files.tree.root
            for name in path.split("/"):
                node = node.children.get(f"{name}/") if node is not None and node.children else None
            if node is not None and self._files.index_of(node).isValid():
                self.expand(self._files.index_of(node))

    @Slot(QModelIndex)
    def _on_expanded(self, index: QModelIndex) -> None:
        node = self._files.node(index)
        self._open[node.identity] = node
        self._look.start()

    @Slot()
    def _show_more(self) -> None:
        """Make more rows of the folders whose last row has come into view."""
        model, height = self._files, self.viewport().height()
        for folder in (model.tree.root, *self._open.values()):
            made = model.rows.row_count(folder)
            if not made or not model.rows.lacks(folder):
                continue
            place = self.visualRect(model.index(made - 1, 0, model.index_of(folder)))
            if place.isValid() and -height <= place.top() <= 2 * height:
                model.show_more(folder)
                self._look.start()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """What matters least gives way to names."""
        for number, column in enumerate(self._files.columns, len(FileColumn)):
            self.setColumnHidden(number, event.size().width() < column.least)
        super().resizeEvent(event)

    def sort_again(self) -> None:
        header = self.header()
        self._files.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions())
        menu.addAction("Tick", lambda: self._tick_selected(True))
        menu.addAction("Untick", lambda: self._tick_selected(False))
        menu.popup(self.viewport().mapToGlobal(place))

    def _tick_selected(self, ticked: bool) -> None:
        state = Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        for index in self._selected():
            self._files.setData(index, state, Qt.ItemDataRole.CheckStateRole)

    def _copy_paths(self) -> None:
        copy_text("\n".join(self._files.node(index).path for index in self._selected()))

    def _selected(self) -> list[QModelIndex]:
        return self.selectionModel().selectedRows()
