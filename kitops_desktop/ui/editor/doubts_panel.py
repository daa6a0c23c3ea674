"""Secrets and junk that would be packed: what they are, why they are doubtful, and how to keep them out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from kitops_desktop.ui.editor.doubts_model import DoubtsModel
from kitops_desktop.ui.editor.folder_scan import FolderScan
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.parts import button, frame, label


class DoubtsPanel(QWidget):
    """Hidden while there is nothing doubtful."""

    ignore_wanted = Signal(object)  # tuple[Flagged, ...]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = DoubtsModel(self)
        self._title = label("", "heading", wrap=True)
        self.list = self._make_list()
        self._all = button("Ignore all", "eye-off")
        self._all.setAccessibleName("Add all to .kitignore")
        self._all.setToolTip("Add all of them to .kitignore")
        self._all.clicked.connect(lambda: self.ignore_wanted.emit(self.model.rows))
        self._chosen = button("Ignore selected", kind="quiet")
        self._chosen.setAccessibleName("Add selected to .kitignore")
        self._chosen.setToolTip("Add what is selected to .kitignore (Del)")
        self._chosen.clicked.connect(self._on_ignore)
        self.list.selectionModel().selectionChanged.connect(lambda: self._show_chosen())
        self.model.modelReset.connect(self._show_chosen)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(8, 0, 8, 0)
        buttons.addWidget(self._all)
        buttons.addWidget(self._chosen)
        buttons.addStretch(1)
        inside = QVBoxLayout()
        inside.setContentsMargins(4, 4, 4, 8)
        inside.addWidget(self.list, 1)
        inside.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._title)
        layout.addWidget(label("Tick a secret to pack it all the same.", "caption", wrap=True))
        layout.addWidget(frame("warning-panel", inside), 1)
        self.hide()

    def show_scan(self, scan: FolderScan) -> None:
        self.model.show_scan(scan)
        self._title.setText(doubts_text(scan))
        self.setVisible(bool(self.model.rows))

    def _make_list(self) -> QListView:
        made = QListView()
        made.setModel(self.model)
        made.setAccessibleName("Secrets and junk")
        made.setUniformItemSizes(True)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        made.setTextElideMode(Qt.TextElideMode.ElideRight)
        ignore = QAction("Add to .kitignore", made)
        ignore.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        ignore.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        ignore.triggered.connect(self._on_ignore)
        made.addAction(ignore)
        made.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        return made

    @Slot()
    def _show_chosen(self) -> None:
        self._chosen.setEnabled(self.list.selectionModel().hasSelection())

    @Slot()
    def _on_ignore(self) -> None:
        indexes = self.list.selectionModel().selectedRows()
        if indexes:
            self.ignore_wanted.emit(tuple(self.model.rows[index.row()] for index in indexes))


def doubts_text(scan: FolderScan) -> str:
    """``2 secrets and 1 piece of junk would be packed``."""
    parts = []
    if scan.secrets:
        parts.append(count_text(len(scan.secrets), "secret"))
    if scan.junk:
        parts.append(count_text(len(scan.junk), "piece of junk", "pieces of junk"))
    return f"{' and '.join(parts)} would be packed" if parts else ""
