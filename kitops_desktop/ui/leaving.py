"""Closing the window: asks first when something would be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from kitops_desktop.errors import KitOpsError
from kitops_desktop.ui.closing import CloseQuestion, close_question
from kitops_desktop.ui.navigation import HoldsChanges
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.ui.widgets.sheet import Sheet
from kitops_desktop.workspace import Workspace

if TYPE_CHECKING:
    from kitops_desktop.ui.main_window import MainWindow


class Leaving(QObject):
    """``may_leave`` is False while there is a question, which is then on the window, over ``host``."""

    def __init__(self, workspace: Workspace, window: MainWindow, host: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._window, self._host = workspace, window, host
        self._agreed = False
        self._sheet: Sheet | None = None

    def may_leave(self) -> bool:
        if self._agreed:
            return True
        question = close_question(self._unsaved(), self._workspace.jobs.jobs())
        if question is None:
            return True
        if self._sheet is None:
            self._ask(question)
        return False

    def _ask(self, question: CloseQuestion) -> None:
        sheet = Sheet(question.title, self._host, width=440)
        sheet.body.addWidget(label(question.text, wrap=True))
        for name in question.names:
            sheet.body.addWidget(label(f"• {name}", wrap=True))
        sheet.body.addStretch(1)
        leave = sheet.add_button(question.leave, "danger")
        leave.clicked.connect(self._leave)
        stay = sheet.add_button(question.stay, "" if question.save else "primary")
        stay.clicked.connect(sheet.close_sheet)
        sheet.first = stay
        if question.save:
            save = sheet.add_button(question.save, "primary")
            save.clicked.connect(self._save_and_leave)
            sheet.first = save
        sheet.closed.connect(self._forget)
        self._sheet = sheet
        sheet.open_sheet()

    def _forget(self) -> None:
        self._sheet = None

    def _leave(self) -> None:
        self._agreed = True
        self._window.close()

    def _save_and_leave(self) -> None:
        try:
            for page in self._holding():
                page.save_all()
        except (KitOpsError, OSError) as error:
            self._window.show_error(error)
            return
        self._leave()

    def _unsaved(self) -> tuple[str, ...]:
        return tuple(name for page in self._holding() for name in page.unsaved())

    def _holding(self) -> list[HoldsChanges]:
        return [page for page in self._window.shown_pages if isinstance(page, HoldsChanges)]
