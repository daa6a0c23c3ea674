"""Closing the window: asks first when something would be lost, and lets what runs come to a good end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from kitops_desktop.errors import KitOpsError
from kitops_desktop.ui.close_sheet import CloseSheet
from kitops_desktop.ui.closing import CloseQuestion, close_question
from kitops_desktop.ui.navigation import HoldsChanges
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.ui.widgets.sheet import Sheet
from kitops_desktop.workspace import Workspace

if TYPE_CHECKING:
    from kitops_desktop.ui.main_window import MainWindow

_LOOK_MILLISECONDS = 50
_PATIENT_LOOKS = 10
"""Half a second: what stops sooner needs no explaining."""


class Leaving(QObject):
    """``may_leave`` is False while there is a question, which is then on the window, over ``host``; and while
    something is finished that the next run of the program could not go on with otherwise.
    """

    def __init__(self, workspace: Workspace, window: MainWindow, host: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._window, self._host = workspace, window, host
        self._agreed = self._discards = False
        self._sheet: Sheet | None = None
        self._timer = QTimer(self, interval=_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)
        self._looks = 0

    def may_leave(self) -> bool:
        if self._agreed:
            return True
        if self._timer.isActive():
            return False
        question = close_question(self._unsaved(), self._workspace.jobs.jobs())
        if question is None:
            return True
        if self._sheet is None:
            self._ask(question)
        return False

    def _ask(self, question: CloseQuestion) -> None:
        sheet = CloseSheet(question, self._host)
        sheet.leave_wanted.connect(self._discard_and_leave)
        sheet.save_wanted.connect(self._save_and_leave)
        sheet.closed.connect(self._forget)
        self._sheet = sheet
        sheet.open_sheet()

    def _forget(self) -> None:
        self._sheet = None

    @Slot()
    def _discard_and_leave(self) -> None:
        self._discards = True
        self._leave()

    def _leave(self) -> None:
        self._workspace.jobs.wind_down()
        self._timer.start()
        self._look()

    @Slot()
    def _look(self) -> None:
        """Leave once nothing runs; when that takes a while, say why, with a way to leave at once."""
        if self._workspace.jobs.is_idle():
            self._leave_now()
            return
        self._looks += 1
        if self._looks == _PATIENT_LOOKS:
            self._say_why()

    def _leave_now(self) -> None:
        self._timer.stop()
        self._agreed = True
        if self._discards:
            for page in self._holding():
                page.discard_all()
        self._window.close()

    def _say_why(self) -> None:
        if self._sheet is not None:
            self._sheet.close_sheet()
        sheet = Sheet("Finishing what would be lost", self._host, width=440)
        text = (
            "What is being sent right now is brought to where the registry keeps it; the rest goes on the "
            "next time. Quitting at once may cost a part that is sent again then."
        )
        sheet.body.addWidget(label(text, wrap=True))
        sheet.body.addStretch(1)
        leave = sheet.add_button("Quit at once", "danger")
        leave.clicked.connect(self._leave_now)
        sheet.first = leave
        sheet.open_sheet()

    @Slot()
    def _save_and_leave(self) -> None:
        """Where something cannot be saved the window stays, and the question makes way for the reason."""
        try:
            for page in self._holding():
                page.save_all()
        except (KitOpsError, OSError) as error:
            if self._sheet is not None:
                self._sheet.close_sheet()
            self._window.show_error(error)
            return
        self._leave()

    def _unsaved(self) -> tuple[str, ...]:
        return tuple(name for page in self._holding() for name in page.unsaved())

    def _holding(self) -> list[HoldsChanges]:
        return [page for page in self._window.shown_pages if isinstance(page, HoldsChanges)]
