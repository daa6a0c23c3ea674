"""Secrets, pickles and junk that would be packed: why they are doubtful, and how to keep them out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from kitops_desktop.classification.looking_over import LookedOver
from kitops_desktop.ui.editor.doubts_model import DoubtsModel
from kitops_desktop.ui.editor.folder_scan import Doubts, FolderScan
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.parts import button, frame, label

_NOTHING = "No secret, no pickle that would run something and no junk was found in what would be packed."


class DoubtsPanel(QWidget):
    """Says so when there is nothing doubtful, and how far files were looked into."""

    counted = Signal(int)  # what is doubtful and not agreed to
    ignore_wanted = Signal(object)  # tuple[Flagged, ...]
    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = DoubtsModel(self)
        self._title = label("", "heading", wrap=True)
        self.list = self._make_list()
        self._all = button("Ignore all", "eye-off")
        self._all.setAccessibleName("Add all to .kitignore")
        self._all.setToolTip("Add all of them to .kitignore")
        self._all.clicked.connect(lambda: self.ignore_wanted.emit(self.model.rows))
        self._chosen = button("Ignore", kind="quiet")
        self._chosen.setAccessibleName("Add selected to .kitignore")
        self._chosen.setToolTip("Add what is selected to .kitignore (Del)")
        self._chosen.clicked.connect(self._on_ignore)
        self._anyway = button("Pack anyway", kind="quiet")
        self._anyway.setAccessibleName("Pack selected anyway")
        self._anyway.setToolTip("Tick what is selected, so that it is packed all the same (Space)")
        self._anyway.clicked.connect(self._on_anyway)
        self.list.selectionModel().selectionChanged.connect(lambda: self._show_chosen())
        self.model.modelReset.connect(self._show_chosen)
        self.model.allowed_changed.connect(self._count)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(8, 0, 8, 0)
        buttons.addWidget(self._all)
        buttons.addWidget(self._chosen)
        buttons.addWidget(self._anyway)
        buttons.addStretch(1)
        inside = QVBoxLayout()
        inside.setContentsMargins(4, 4, 4, 8)
        inside.addWidget(self.list, 1)
        inside.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._title)
        self._says = label("", "caption", wrap=True)
        self._stop = button("Stop", "stop", "quiet")
        self._stop.setAccessibleName("Stop looking into files")
        self._stop.clicked.connect(self.stop_wanted)
        says = QHBoxLayout()
        says.addWidget(self._says, 1)
        says.addWidget(self._stop)
        layout.addLayout(says)
        self._card = frame("warning-panel", inside)
        layout.addWidget(self._card, 1)
        layout.addStretch(0)
        self._looked = LookedOver()
        self._show_looking(False)

    def show_scan(self, scan: FolderScan, looked: LookedOver | None = None) -> None:
        self._looked = looked or self._looked
        self.model.show_scan(scan, self._looked)
        self._show_looking(False)
        self._count()

    def show_progress(self, done: int, total: int) -> None:
        """How many files were looked into, of how many that are looked into."""
        self._show_looking(True)
        self._says.setText(f"Looking into files: {done:,} of {total:,}")

    def _show_looking(self, looking: bool) -> None:
        rows = bool(self.model.rows)
        self._stop.setVisible(looking)
        self._title.setText(doubts_text(self.model.doubts) or "Nothing to check")
        self._card.setVisible(rows)
        self._says.setText(says_text(self._looked, rows))

    @Slot()
    def _count(self) -> None:
        self.counted.emit(sum(row.path not in self.model.allowed for row in self.model.rows))

    def _make_list(self) -> QListView:
        made = QListView()
        made.setModel(self.model)
        made.setAccessibleName("Secrets, pickles and junk")
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
        self._anyway.setEnabled(any(self.model.rows[row].is_agreeable for row in self._selected()))

    def _selected(self) -> list[int]:
        return [index.row() for index in self.list.selectionModel().selectedRows()]

    @Slot()
    def _on_anyway(self) -> None:
        for row in self._selected():
            if self.model.rows[row].is_agreeable:
                self.model.allow(self.model.rows[row].path, True)

    @Slot()
    def _on_ignore(self) -> None:
        rows = self._selected()
        if rows:
            self.ignore_wanted.emit(tuple(self.model.rows[row] for row in rows))


def doubts_text(doubts: Doubts) -> str:
    """``2 secrets, 1 pickle and 1 piece of junk would be packed``."""
    parts = []
    if doubts.secrets:
        parts.append(count_text(len(doubts.secrets), "secret"))
    if doubts.pickles:
        parts.append(count_text(len(doubts.pickles), "doubtful pickle"))
    if doubts.junk:
        parts.append(count_text(len(doubts.junk), "piece of junk", "pieces of junk"))
    if not parts:
        return ""
    *before, last = parts
    return f"{', '.join(before)} and {last} would be packed" if before else f"{last} would be packed"


def says_text(looked: LookedOver, rows: bool) -> str:
    """What a tick means where there are ``rows``, and how far files were looked into."""
    says = "Tick a secret or pickle to pack it all the same." if rows else _NOTHING
    if looked.is_whole:
        return says
    return f"{says} Looked into {looked.looked:,} of {looked.files:,} files."
