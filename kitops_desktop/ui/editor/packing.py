"""From "Pack…" to the job, and the word when it is done."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from kitops_desktop.errors import InvalidReference, KitOpsError
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.pack_job import PackWork
from kitops_desktop.jobs.pack_push_job import PackPushWork
from kitops_desktop.jobs.push_forecast import PushForecast, forecast
from kitops_desktop.jobs.remote import repository_of
from kitops_desktop.jobs.work import Work
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.pack_plan import PackPlan
from kitops_desktop.oci.reference import Reference, parse_reference, short_repository
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.editor import form_edits
from kitops_desktop.ui.editor.folder_scan import Flagged
from kitops_desktop.ui.editor.pack_check import PackAnswers
from kitops_desktop.ui.editor.pack_sheet import PackSheet
from kitops_desktop.ui.editor.pack_source import PackSource
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.ui.editor.push_target import PushSources
from kitops_desktop.ui.editor.text_file import ChangedOutside
from kitops_desktop.ui.library.push_check import TagFacts, look_at_tag
from kitops_desktop.ui.library.push_choice import PushKit, candidates
from kitops_desktop.ui.library.pushing import used_references
from kitops_desktop.ui.navigation import TRANSFERS, Navigator
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)


class Packing(QObject):
    """Opens the sheet of one project page, starts jobs, and tells of those it started when they end."""

    def __init__(self, page: ProjectPage, workspace: Workspace, navigator: Navigator) -> None:
        super().__init__(page)
        self._page, self._workspace, self._navigator = page, workspace, navigator
        self._started: dict[str, bool] = {}
        self.sheet: PackSheet | None = None
        page.pack_wanted.connect(self.ask)
        navigator.job_signals.changed.connect(self._on_job)

    @Slot()
    def ask(self) -> None:
        """Open the sheet, unless it is open."""
        if self.sheet is not None:
            return
        page, workspace = self._page, self._workspace
        page.editor.read_now()
        record = workspace.projects.find(page.project.folder)
        source = PackSource(
            page.project,
            "" if record is None else record.last_reference,
            workspace.settings.author,
            lambda: page.allowed_secrets,
        )
        compression = Compression(workspace.settings.compression)
        sheet = PackSheet(
            source,
            compression,
            workspace.background,
            workspace.tools,
            push_sources(workspace),
            page.sheet_host,
        )
        self.sheet = sheet
        sheet.closed.connect(self._on_closed)
        sheet.pack_wanted.connect(lambda answers, save: self._pack(sheet, source, answers, save, _packed))
        sheet.push_wanted.connect(
            lambda answers, save, expected, keep, index: self._pack(
                sheet,
                source,
                answers,
                save,
                lambda work: PackPushWork(work, "", expected, keep=keep, index=index),
            )
        )
        sheet.remedy_wanted.connect(self._navigator.open_remote)
        sheet.ignore_wanted.connect(self._ignore)
        sheet.secret_allowed.connect(page.doubts.model.allow)
        sheet.author_wanted.connect(lambda: self._name_author(source.author))
        sheet.copied.connect(lambda: self._navigator.notify("The command is on the clipboard."))
        sheet.open_sheet()

    def _pack(
        self,
        sheet: PackSheet,
        source: PackSource,
        answers: PackAnswers,
        save: bool,
        as_job: Callable[[PackWork], Work],
    ) -> None:
        if save and source.project.needs_saving:
            try:
                self._page.write()
            except ChangedOutside:
                sheet.close_sheet()
                self._page.check_outside()
                return
            except KitOpsError as error:
                sheet.show_failure(error)
                return
        work = source.as_saved(answers) if save else source.as_edited(answers)
        self._submit(as_job(work), copies=sheet.copies_reference)
        sheet.close_sheet()

    def _submit(self, work: Work, *, copies: bool) -> None:
        job = self._workspace.jobs.submit(work)
        self._started[job.id] = copies
        self._navigator.notify(f"{job.title} …", "Show", lambda: self._navigator.show_page(TRANSFERS))

    @Slot()
    def _on_closed(self) -> None:
        self.sheet = None

    @Slot(object)
    def _ignore(self, flagged: tuple[Flagged, ...]) -> None:
        self._page.ignore_flagged(flagged)
        if self.sheet is not None:
            self.sheet.refresh()

    def _name_author(self, author: str) -> None:
        edit = form_edits.set_field(("package", "authors"), (author,))
        self._page.editor.edit(edit.change, edit.label)
        if self.sheet is not None:
            self.sheet.refresh()

    @Slot(object)
    def _on_job(self, job: Job) -> None:
        if job.id not in self._started or not job.state.is_finished:
            return
        copies = self._started.pop(job.id)
        if job.state is JobState.DONE and job.result is not None:
            reference = short_repository(str(job.result.details["reference"])).removeprefix("@")
            if copies:
                QGuiApplication.clipboard().setText(reference)
            word = "; the reference is on the clipboard" if copies else ""
            text = f"{job.result.summary}{word}."
            if isinstance(job.work, PackPushWork):
                show = "Open in registry", lambda: self._navigator.open_remote(reference)
            else:
                show = "Show in library", lambda: self._navigator.open_kit(reference)
            self._navigator.notify(text, *show)
        elif job.state is JobState.FAILED:
            title = job.explanation.title if job.explanation else "It failed."
            self._navigator.notify(
                f"{job.title}: {title}", "Show", lambda: self._navigator.show_page(TRANSFERS)
            )


def push_sources(workspace: Workspace) -> PushSources:
    """How the registries of a workspace are asked, and which references it knows."""

    def look(reference: Reference, token: CancelToken) -> TagFacts:
        # asked as somebody who may push: others are not told of a repository that is to be made first
        repository = repository_of(workspace.tools, reference, token).writable()
        return look_at_tag(repository, reference.tag or "")

    def known(suggested: str) -> tuple[str, ...]:
        try:
            kit = PushKit(parse_reference(suggested), "")
        except InvalidReference:
            return ()
        return candidates(kit, workspace.settings.registries, used_references(workspace))

    def foretell(reference: Reference, plan: PackPlan, token: CancelToken) -> PushForecast:
        return forecast(plan, workspace.memory, repository_of(workspace.tools, reference, token), token)

    return PushSources(workspace.registry_reads, look, known, foretell, workspace.host_label)


def _packed(work: PackWork) -> Work:
    return work
