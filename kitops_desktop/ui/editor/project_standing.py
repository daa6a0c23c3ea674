"""Keeps true what a project's page says of how the folder stands to what it was packed as."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.ui.editor.project_states import StatesReader
from kitops_desktop.workspace import Workspace


class ProjectStanding(QObject):
    """Asks after each look at the folder, and when ``ask`` says that something was packed. Lives with the
    page.
    """

    def __init__(self, page: ProjectPage, states: StatesReader, workspace: Workspace) -> None:
        super().__init__(page)
        self._page, self._states = page, states
        self._reader = Reader(workspace.background, self)
        page.look.scanned.connect(self.ask)
        states.found.connect(self._show)
        self._show(page.project.folder)

    @Slot()
    def ask(self) -> None:
        """Find out how the folder stands now; what is of an earlier text will be looked at again."""
        if not self._page.look.outdated:
            self._states.read_plan(self._reader, self._page.project, self._page.look)

    @Slot(object)
    def _show(self, folder: Path) -> None:
        if folder == self._page.project.folder:
            self._page.header.show_standing(self._states.states.get(folder))
