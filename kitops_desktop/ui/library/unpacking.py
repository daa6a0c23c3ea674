"""From "Unpack…" to the job, and the word when it is done."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from kitops_desktop.errors import KitOpsError, SettingsError
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.desktop_files import open_in_desktop
from kitops_desktop.ui.library.kit_source import KitSource
from kitops_desktop.ui.library.remote_parts import RemoteParts
from kitops_desktop.ui.library.unpack_sheet import UnpackSheet
from kitops_desktop.ui.navigation import TRANSFERS, Navigator
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)


class Unpacking(QObject):
    """Opens the sheet, starts jobs, and tells of those it started when they end."""

    def __init__(self, workspace: Workspace, navigator: Navigator, host: QWidget) -> None:
        super().__init__(host)
        self._workspace, self._navigator, self._host = workspace, navigator, host
        self._reader = Reader(workspace.background, self)
        self._started: set[str] = set()

    def ask(self, source: KitSource) -> None:
        """Read the kit, then open the sheet for it."""

        def loaded(kit: ModelKit) -> None:
            self.ask_for(source, kit, ())

        self._reader.read(source.load, loaded, self._navigator.show_error)

    def ask_for(
        self, source: KitSource, kit: ModelKit, globs: Sequence[str], remote: RemoteParts | None = None
    ) -> UnpackSheet:
        """Open the sheet for a kit that was read already; ``globs`` are what is ticked of it, ``remote`` is
        for one of a registry.
        """
        workspace = self._workspace
        background = workspace.background if remote is None else workspace.registry_reads
        target = self.usual_folder() / folder_name(source.reference.repository)
        sheet = UnpackSheet(source, kit, background, target, tuple(globs), self._host, remote)
        sheet.unpack_wanted.connect(self.start)
        sheet.copied.connect(lambda: self._navigator.notify("The command is on the clipboard."))
        sheet.open_sheet()
        return sheet

    def usual_folder(self) -> Path:
        """Where kits were unpacked last."""
        chosen = self._workspace.settings.unpack_folder
        return Path(chosen).expanduser() if chosen else Path.home() / "ModelKits"

    def start(self, work: UnpackWork) -> Job:
        """Submit the job and remember its folder for the next time."""
        job = self._workspace.jobs.submit(work)
        self._started.add(job.id)
        try:
            self._workspace.change_settings(unpack_folder=str(work.target.parent))
        except SettingsError as error:
            log.warning("the folder is not remembered: %s", error)
        self._navigator.notify(f"{work.title} …", "Show", lambda: self._navigator.show_page(TRANSFERS))
        return job

    def job_changed(self, job: Job) -> None:
        """Tell of a job that was started here when it has ended."""
        if job.id not in self._started or not job.state.is_finished:
            return
        self._started.discard(job.id)
        if job.state is JobState.DONE and job.result is not None:
            folder = Path(str(job.result.details["folder"]))
            self._navigator.notify(f"{job.result.summary}.", "Open folder", lambda: self._open(folder))
        elif job.state is JobState.FAILED:
            title = job.explanation.title if job.explanation else "It failed."
            show = "Show", lambda: self._navigator.show_page(TRANSFERS)
            self._navigator.notify(f"{job.title}: {title}", *show)

    def _open(self, folder: Path) -> None:
        try:
            open_in_desktop(folder)
        except KitOpsError as error:
            self._navigator.show_error(error)


def folder_name(repository: str) -> str:
    """The last part of a repository's path, as a name for a folder."""
    return repository.rpartition("/")[2].strip("_") or "modelkit"
