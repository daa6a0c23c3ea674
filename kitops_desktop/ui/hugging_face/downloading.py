"""From "Download…" on the page of a repository of Hugging Face to the job, and what comes when it is done."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from kitops_desktop.errors import KitOpsError, SettingsError
from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.importers.hugging_face.sign_in import hugging_face
from kitops_desktop.importers.hugging_face.survey import DownloadSurvey, survey_download
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository
from kitops_desktop.jobs.hugging_face_job import HuggingFaceWork
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.progress import CancelToken, Report
from kitops_desktop.ui.desktop_files import open_in_desktop
from kitops_desktop.ui.hugging_face.download_choice import DownloadChoice, Wanted, done_text, recalled
from kitops_desktop.ui.hugging_face.download_sheet import DownloadSheet
from kitops_desktop.ui.library.chosen_folder import chosen_folder
from kitops_desktop.ui.navigation import TRANSFERS, Navigator
from kitops_desktop.ui.widgets.sheet import Sheet
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)

_DEFAULT = "Models"
"""In the home folder."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """What was started here. ``opens``: its folder is to be opened in the end."""

    address: HfAddress
    opens: bool


class Downloading(QObject):
    """Opens the sheet over ``host``, starts jobs, and tells of those it started when they end.

    ``shown`` says which repository is looked at now, None for none: who waits there for the end is taken to
    the project. Without it that is whoever sees ``host``.
    """

    def __init__(
        self,
        workspace: Workspace,
        navigator: Navigator,
        host: QWidget,
        shown: Callable[[], HfAddress | None] | None = None,
    ) -> None:
        super().__init__(host)
        self._workspace, self._navigator, self._host = workspace, navigator, host
        self._shown = shown
        self._begun: dict[Path, _Begun] = {}
        """By folder: who tries again what was stopped, or failed, begins another job with the same."""
        self._ended: set[str] = set()
        """Jobs that were told of, since more may be said of one that has ended."""
        navigator.job_signals.changed.connect(self._on_job)

    def start(
        self, repository: HfRepository, files: tuple[HfFile, ...], globs: tuple[str, ...] = ()
    ) -> DownloadSheet:
        """Ask what is to be known, then begin. ``files`` are all of the repository, ``globs`` of those that
        are ticked.
        """
        wanted = Wanted(repository, files, globs)

        def look(choice: DownloadChoice, token: CancelToken, report: Report) -> DownloadSurvey:
            client = hugging_face(self._workspace.registries)
            folder = chosen_folder(choice.target)
            return survey_download(client, repository, files, choice.globs(wanted), folder, token, report)

        sheet = DownloadSheet(wanted, self.proposed(wanted), look, self._workspace.registry_reads, self._host)
        sheet.download_wanted.connect(lambda work: self._begin(wanted, sheet.choice, work))
        sheet.copied.connect(lambda: self._navigator.notify("The command is on the clipboard."))
        sheet.open_sheet()
        return sheet

    def proposed(self, wanted: Wanted) -> DownloadChoice:
        """What is proposed for a repository: what was chosen for it last, else where others went."""
        kept = self._workspace.unpack_choices.get(str(wanted.address))
        usual = self._usual_folder() / wanted.address.name.rpartition("/")[2]
        return recalled(kept, str(usual), wanted.globs)

    def _usual_folder(self) -> Path:
        """Where the last download went, else where the last project is, else where kits are unpacked."""
        settings = self._workspace.settings
        if settings.download_folder:
            return Path(settings.download_folder).expanduser()
        for project in self._workspace.projects.list()[:1]:
            return project.folder.parent
        return Path(settings.unpack_folder).expanduser() if settings.unpack_folder else Path.home() / _DEFAULT

    def _begin(self, wanted: Wanted, choice: DownloadChoice, work: HuggingFaceWork) -> None:
        """Start, and remember the answers for the next time."""
        if self._goes_there(work.target):
            text = f"Something is being downloaded into {work.target} already."
            self._navigator.notify(text, "Show", self._show_transfers)
            return
        self._begun[work.target] = _Begun(wanted.address, choice.opens)
        self._workspace.jobs.submit(work)
        self._workspace.unpack_choices.put(str(wanted.address), choice.remembered())
        try:
            self._workspace.change_settings(download_folder=str(work.target.parent))
        except SettingsError as error:
            log.warning("the folder is not remembered: %s", error)
        self._navigator.notify(f"{work.title} into {work.target} …", "Show", self._show_transfers)

    def _goes_there(self, folder: Path) -> bool:
        works = (job.work for job in self._workspace.jobs.jobs() if not job.state.is_finished)
        return any(isinstance(work, HuggingFaceWork) and work.target == folder for work in works)

    @Slot(object)
    def _on_job(self, job: Job) -> None:
        work = job.work
        if not job.state.is_finished or job.id in self._ended or not isinstance(work, HuggingFaceWork):
            return
        if work.target not in self._begun:
            return
        self._ended.add(job.id)
        if job.state is JobState.DONE and job.result is not None:
            folder = Path(str(job.result.details["folder"]))
            self._tell_done(self._begun.pop(work.target), done_text(job.result), folder)
        elif job.state is JobState.FAILED:
            title = job.explanation.title if job.explanation else "It failed."
            self._navigator.notify(f"{job.title}: {title}", "Show", self._show_transfers)

    def _tell_done(self, begun: _Begun, text: str, folder: Path) -> None:
        if begun.opens and self._is_waited_for(begun.address):
            self._navigator.open_project(folder)
            self._navigator.notify(text, "Open folder", lambda: self._open(folder))
        else:
            self._navigator.notify(text, "Open as project", lambda: self._navigator.open_project(folder))

    def _is_waited_for(self, address: HfAddress) -> bool:
        """Whether somebody still looks at the repository, and does nothing else meanwhile."""
        if not self._host.isVisible():
            return False
        sheets = self._host.findChildren(Sheet, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if any(sheet.isVisible() for sheet in sheets):
            return False
        if self._shown is None:
            return True
        shown = self._shown()
        return shown is not None and (shown.name, shown.kind) == (address.name, address.kind)

    def _show_transfers(self) -> None:
        self._navigator.show_page(TRANSFERS)

    def _open(self, folder: Path) -> None:
        try:
            open_in_desktop(folder)
        except KitOpsError as error:
            self._navigator.show_error(error)
