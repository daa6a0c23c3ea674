"""What would be packed and what is left out, with the exact size of all of it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QMenu, QProgressBar, QTreeView, QVBoxLayout, QWidget

from kitops_desktop.ui.editor.contents_model import Column, ContentsModel, Role
from kitops_desktop.ui.editor.folder_scan import FolderScan
from kitops_desktop.ui.units import count_text, exact_size_text
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.ui.widgets.parts import frame, icon_button, label

_ROW_INDENT = 16


class ContentsPane(QWidget):
    """Shows a scan; the signals say what the user asked for."""

    look_wanted = Signal()
    stop_wanted = Signal()
    field_wanted = Signal(str)  # field of a layer, such as "code[0]"
    ignore_wanted = Signal(object)  # path of a file that shall not be packed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ContentsModel(self)
        self.tree = self._make_tree()
        self._says = label("", "caption", wrap=True)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName("Looking through the folder")
        self._look = icon_button("retry", "Look through the folder again", role="muted")
        self._look.setToolTip("Look through the folder again (F5)")
        self._look.clicked.connect(self.look_wanted)
        self._stop = icon_button("stop", "Stop looking through the folder", role="muted")
        self._stop.clicked.connect(self.stop_wanted)
        self._error: ErrorPanel | None = None
        head = QHBoxLayout()
        head.addWidget(label("Contents", "heading"))
        head.addStretch(1)
        for button in (self._look, self._stop):
            button.setIconSize(QSize(15, 15))
            head.addWidget(button)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(6)
        inside.addLayout(head)
        card = frame("card")
        self._card = QVBoxLayout(card)
        self._card.setContentsMargins(4, 4, 4, 8)
        self._card.setSpacing(4)
        self._card.addWidget(self._busy)
        self._card.addWidget(self.tree, 1)
        row = QHBoxLayout()
        row.setContentsMargins(10, 0, 8, 0)
        row.addWidget(self._says)
        self._card.addLayout(row)
        inside.addWidget(card, 1)
        self.show_busy(False)

    def show_scan(self, scan: FolderScan) -> None:
        """Show the layers; what was open stays open while it is there."""
        opened = self._opened()
        self.model.show_plan(scan.plan)
        for row in range(self.model.rowCount()):
            index = self.model.index(row, Column.NAME)
            if index.data(Role.FIELD) in opened:
                self.tree.expand(index)
        self._says.setText(contents_text(scan))
        self._show_error(scan)

    def show_busy(self, busy: bool) -> None:
        self._busy.setVisible(busy)
        self._stop.setVisible(busy)
        self._look.setVisible(not busy)
        self.tree.setEnabled(not busy or self.model.rowCount() > 0)

    def show_outdated(self) -> None:
        """The text cannot be read: what is shown is of an earlier one."""
        shown = self.model.rowCount() > 0
        self._says.setText("As it was before the Kitfile could no longer be read." if shown else "")

    def _make_tree(self) -> QTreeView:
        tree = QTreeView()
        tree.setModel(self.model)
        tree.setAccessibleName("Contents")
        tree.setUniformRowHeights(True)
        tree.setIndentation(_ROW_INDENT)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._show_menu)
        tree.activated.connect(self._on_activated)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.SIZE, QHeaderView.ResizeMode.ResizeToContents)
        self._ignore = QAction("Add to .kitignore", self)
        self._ignore.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        self._ignore.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._ignore.triggered.connect(self._on_ignore)
        tree.addAction(self._ignore)
        return tree

    def _opened(self) -> set[str]:
        rows = (self.model.index(row, Column.NAME) for row in range(self.model.rowCount()))
        return {index.data(Role.FIELD) for index in rows if self.tree.isExpanded(index)}

    def _show_error(self, scan: FolderScan) -> None:
        if self._error is not None:
            self._card.removeWidget(self._error)
            self._error.hide()
            self._error.deleteLater()
            self._error = None
        if scan.problem is not None:
            self._error = ErrorPanel(scan.problem)
            self._card.insertWidget(1, self._error)
        self.tree.setVisible(scan.problem is None)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        field = index.data(Role.FIELD)
        if field:
            self.field_wanted.emit(field)

    @Slot()
    def _on_ignore(self) -> None:
        node = self.model.node(self.tree.currentIndex())
        if node.packed:
            self.ignore_wanted.emit(node.path)

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        if not self.model.node(self.tree.indexAt(place)).packed:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self._ignore)
        menu.popup(self.tree.viewport().mapToGlobal(place))


def contents_text(scan: FolderScan) -> str:
    """How much would be packed, exactly."""
    if scan.plan is None:
        return ""
    files = count_text(scan.plan.file_count, "file")
    layers = count_text(len(scan.plan.layers), "layer")
    return f"{files} in {layers}, {exact_size_text(scan.size)} before compression"
