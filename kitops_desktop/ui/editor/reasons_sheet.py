"""Why a proposed Kitfile is as it is: each guess with its evidence, to be changed with one key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QTreeView, QVBoxLayout, QWidget

from kitops_desktop.classification.classification import Guess
from kitops_desktop.kitfile.generate import Reason
from kitops_desktop.ui.editor.reasons_model import ReasonsModel, alternative_text
from kitops_desktop.ui.widgets.parts import frame, label
from kitops_desktop.ui.widgets.sheet import Sheet

_BY_NAMES = (
    "The folder had no Kitfile, so one is proposed from the names of its files, by the rules of kit init. "
    "Nothing is written until you save or pack."
)
_BY_CONTENT = (
    "The folder had no Kitfile, so one is proposed from what is in its files. The keys 1 to 9 take another "
    "answer for the row that is chosen; each is a step that can be undone. Nothing is written until you save "
    "or pack."
)
_EDITED = "What stands in the editor was edited and is not this proposal."


class ReasonsTable(QTreeView):
    """``number_typed`` has the row and a digit from 1; ``menu_wanted`` a row and a place in the table."""

    number_typed = Signal(int, int)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, model: ReasonsModel) -> None:
        super().__init__()
        self.setUniformRowHeights(True)
        self.ensurePolished()  # else rows are laid out before their padding is known
        self.setModel(model)
        self.setAccessibleName("Reasons")
        self.setRootIsDecorated(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)
        self.doubleClicked.connect(lambda index: self._ask_menu(self.visualRect(index).bottomLeft()))
        header = self.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate((140, 160, 300)):
            header.resizeSection(column, width)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        number = event.key() - Qt.Key.Key_0
        if 1 <= number <= 9 and self.currentIndex().isValid():
            self.number_typed.emit(self.currentIndex().row(), number)
            event.accept()
            return
        super().keyPressEvent(event)

    def _ask_menu(self, place: QPoint) -> None:
        """At the row under the mouse; by the menu key, at the row that is chosen."""
        index = self.indexAt(place)
        index = index if index.isValid() else self.currentIndex()
        if index.isValid():
            self.menu_wanted.emit(index.row(), place)


class ReasonsSheet(Sheet):
    """Shows the reasons; ``changed`` has a guess and the alternative that was chosen.

    ``proposal_wanted``: the proposal shall stand in place of what was edited.
    """

    changed = Signal(object, object)
    proposal_wanted = Signal()

    def __init__(
        self, reasons: Sequence[Reason], guesses: Sequence[Guess], host: QWidget, *, edited: bool = False
    ) -> None:
        super().__init__("Why this Kitfile", host, width=960 if guesses else 720)
        self.model = ReasonsModel(guesses or reasons, self)
        self.body.addWidget(label(_BY_CONTENT if guesses else _BY_NAMES, "muted", wrap=True))
        self.table = ReasonsTable(self.model)
        self.table.setColumnHidden(3, not guesses)
        self.table.number_typed.connect(self._take)
        self.table.menu_wanted.connect(self._show_menu)
        inside = QVBoxLayout()
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self.table)
        self.body.addWidget(frame("card", inside), 1)
        if self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 0))
        self.first = self.table
        if guesses and edited:
            self.body.addWidget(label(_EDITED, "muted", wrap=True))
            use = self.add_button("Use the proposal")
            use.clicked.connect(self._use_proposal)
        if guesses:
            self._change = self.add_button("Change…")
            self._change.clicked.connect(self._change_current)
        close = self.add_button("Close", "primary")
        close.clicked.connect(self.close_sheet)

    @Slot(int, int)
    def _take(self, row: int, number: int) -> None:
        guess, alternative = self.model.guess(row), self.model.alternative(row, number)
        if guess is None or alternative is None:
            return
        self.model.show_changed(row, alternative)
        self.changed.emit(guess, alternative)

    @Slot()
    def _change_current(self) -> None:
        index = self.table.currentIndex()
        if index.isValid():
            self._show_menu(index.row(), self.table.visualRect(index).bottomLeft())

    @Slot(int, QPoint)
    def _show_menu(self, row: int, place: QPoint) -> None:
        guess = self.model.guess(row)
        if guess is None or not guess.alternatives:
            return
        menu = QMenu(self)
        menu.setAccessibleName("Other answers")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, alternative in enumerate(guess.alternatives[:9], 1):
            action = menu.addAction(f"&{number}  {alternative_text(alternative)}")
            action.triggered.connect(lambda _=False, number=number: self._take(row, number))
        menu.popup(self.table.viewport().mapToGlobal(place))

    @Slot()
    def _use_proposal(self) -> None:
        self.close_sheet()
        self.proposal_wanted.emit()
