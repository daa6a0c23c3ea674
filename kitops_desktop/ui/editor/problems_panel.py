"""The list of problems under the text: go to one, or have it mended."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from kitops_desktop.kitfile.problems import Severity
from kitops_desktop.ui.editor.problem_rows import ProblemRow
from kitops_desktop.ui.editor.problems_model import ProblemsModel, Role
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.parts import button, frame, label

FIX_KEY = "Ctrl+."
_LONGEST_LABEL = 28


class ProblemsPanel(QWidget):
    """Hidden while there are none. Return goes to the place, Ctrl+. mends."""

    place_wanted = Signal(object)  # ProblemRow
    fix_wanted = Signal(object)  # ProblemRow

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ProblemsModel(self)
        self._stepped = False
        self._title = label("", "heading", wrap=True)
        self._fix = button("", "done")
        self._fix.setShortcut(QKeySequence(FIX_KEY))
        self._fix.clicked.connect(self._on_fix)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._fix)
        self.list = self._make_list()
        inside = QVBoxLayout()
        inside.setContentsMargins(4, 4, 4, 4)
        inside.addWidget(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(frame("card", inside), 1)
        self.hide()

    def show_rows(self, rows: tuple[ProblemRow, ...]) -> None:
        chosen = self._current() if self._stepped else None
        before = self.list.currentIndex().row()
        self.model.show_rows(rows)
        if rows and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(self._place_of(chosen, before)))
        self._title.setText(rows_text(rows))
        self.setVisible(bool(rows))
        self._show_fix()

    def _place_of(self, chosen: ProblemRow | None, before: int) -> int:
        """Where to stand in a list that was filled anew: on the row one stood on, or where it was; at the top
        for who never chose one.
        """
        if chosen is None:
            return 0
        now = self.model.row_like(chosen)
        if now >= 0:
            return now
        self._stepped = False  # it is gone, mended most likely; the next step begins at the top
        return min(before, len(self.model.rows) - 1)

    def step(self) -> ProblemRow | None:
        """Make the next problem the current one; after the last comes the first."""
        if not self.model.rows:
            return None
        before = self.list.currentIndex().row() if self._stepped else -1
        self._stepped = True
        self.list.setCurrentIndex(self.model.index((before + 1) % len(self.model.rows)))
        return self._current()

    def _make_list(self) -> QListView:
        made = QListView()
        made.setModel(self.model)
        made.setAccessibleName("Problems")
        made.setTextElideMode(Qt.TextElideMode.ElideRight)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.activated.connect(self._on_activated)
        made.clicked.connect(self._on_activated)
        made.selectionModel().currentChanged.connect(lambda: self._show_fix())
        go = QAction("Go to problem", made)
        go.triggered.connect(lambda: self._on_activated(made.currentIndex()))
        made.addAction(go)
        return made

    def _current(self) -> ProblemRow | None:
        row = self.list.currentIndex().data(Role.ROW)
        return row if isinstance(row, ProblemRow) else None

    def _show_fix(self) -> None:
        row = self._current()
        self._fix.setVisible(row is not None and row.fix is not None)
        if row is not None and row.fix is not None:
            text = row.fix.label
            shown = text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…"
            self._fix.setText(shown.replace("&", "&&"))
            self._fix.setAccessibleName(text)
            self._fix.setToolTip(f"{row.fix.label} ({FIX_KEY})")
            self._fix.setShortcut(QKeySequence(FIX_KEY))  # a new text takes the key away

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        row = index.data(Role.ROW)
        if isinstance(row, ProblemRow):
            self._stepped = True
            self.place_wanted.emit(row)

    @Slot()
    def _on_fix(self) -> None:
        row = self._current()
        if row is not None and row.fix is not None:
            self.fix_wanted.emit(row)


def rows_text(rows: tuple[ProblemRow, ...]) -> str:
    """``2 problems and 1 piece of advice``."""
    pieces = sum(row.severity is Severity.ADVICE for row in rows)
    texts = []
    if len(rows) > pieces:
        texts.append(count_text(len(rows) - pieces, "problem"))
    if pieces:
        texts.append(count_text(pieces, "piece of advice", "pieces of advice"))
    return " and ".join(texts)
