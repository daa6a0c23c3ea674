"""Finds out in the background how projects stand, one after another."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kitops_desktop.errors import KitOpsError
from kitops_desktop.explanation import explain
from kitops_desktop.jobs.folder_changes import StateSources
from kitops_desktop.jobs.project_state import PackedAs, ProjectState, ProjectStates
from kitops_desktop.kitfile.problems import Severity
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor.folder_look import FolderLook
from kitops_desktop.ui.editor.project import Project
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)

PAUSE = 300
"""Milliseconds before the first folder is walked: what is shown at once goes first."""


class StatesReader(QObject):
    """``states`` has what is known so far; of projects that are open their pages say it, by ``put``."""

    found = Signal(object)  # Path

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.states: dict[Path, ProjectState] = {}
        self._workspace = workspace
        self._finder = ProjectStates(lambda: state_sources(workspace))
        self._reader = Reader(workspace.background, self)
        self._wanted: dict[Path, PackedAs] = {}
        self._looked_at: Path | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._next)

    def want(self, folders: Iterable[tuple[Path, PackedAs]]) -> None:
        """Find out about these, in their order, instead of what was wanted before."""
        self._wanted = dict(folders)
        if self._wanted and not self._reader.busy:
            self._pause.start()

    def put(self, folder: Path, state: ProjectState) -> None:
        """Its page knows it; what is being found out of it from the disk is older."""
        self._wanted.pop(folder, None)
        if folder == self._looked_at:
            self._reader.cancel()
            self._looked_at = None
            self._next()
        self._take(folder, state)

    def read_plan(self, reader: Reader, project: Project, look: FolderLook) -> None:
        """Find out about a folder that was looked through just now; ``put`` is called with what comes out."""
        folder, kitfile, scan = project.folder, project.document.kitfile, look.scan
        problems = (*project.document.problems, *(concern.problem for concern in scan.problems))
        errors = sum(problem.severity is Severity.ERROR for problem in problems)
        finder, projects = self._finder, self._workspace.projects

        def find(token: CancelToken) -> ProjectState:
            record = projects.find(folder)
            packed = PackedAs(record.last_reference, record.last_digest) if record else PackedAs()
            if errors:
                return ProjectState(problems=errors, packed_as=packed.reference)
            if scan.plan is None:
                trouble = "" if scan.problem is None else scan.problem.title
                return ProjectState(is_gone=not folder.is_dir(), trouble=trouble, packed_as=packed.reference)
            try:
                return finder.of_plan(scan.plan, kitfile, packed, token)
            except KitOpsError as error:
                return ProjectState(trouble=explain(error).title, packed_as=packed.reference)

        reader.read(find, partial(self.put, folder), partial(self._log, folder))

    @Slot()
    def _next(self) -> None:
        if not self._wanted or self._reader.busy:
            return
        folder = self._looked_at = next(iter(self._wanted))
        packed, finder = self._wanted.pop(folder), self._finder

        def find(token: CancelToken) -> ProjectState:
            return finder.of_folder(folder, packed, token)

        self._reader.read(find, partial(self._on_read, folder), partial(self._on_failed, folder))

    def _on_read(self, folder: Path, state: ProjectState) -> None:
        self._looked_at = None
        self._take(folder, state)
        self._next()

    def _on_failed(self, folder: Path, error: Exception) -> None:
        self._looked_at = None
        self._log(folder, error)
        self._next()

    def _take(self, folder: Path, state: ProjectState) -> None:
        if self.states.get(folder) != state:
            self.states[folder] = state
            self.found.emit(folder)

    def _log(self, folder: Path, error: Exception) -> None:
        log.warning("how %s stands is not known: %s", folder, error)


def state_sources(workspace: Workspace) -> StateSources:
    return StateSources(
        workspace.store,
        workspace.memory,
        workspace.listings,
        workspace.same_files,
        workspace.manifest_cache,
    )
