"""From "Delete…" to the job in a registry, the word when it is done, and the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kitops_desktop.jobs.delete_remote_job import DeleteRemoteWork, What
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.remote import repository_of
from kitops_desktop.jobs.restore_remote_job import RestoreRemoteWork
from kitops_desktop.jobs.version_tags import tags_of_version
from kitops_desktop.jobs.work import Result
from kitops_desktop.oci.reference import Reference, parse_reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.records.deleted_versions import DeletedVersion
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.delete_choice import Deletion, deleted_text, done_text
from kitops_desktop.ui.browser.delete_sheet import DeleteSheet
from kitops_desktop.ui.browser.deleted_sheet import DeletedSheet
from kitops_desktop.ui.navigation import TRANSFERS, Navigator
from kitops_desktop.workspace import Workspace


class Deleting(QObject):
    """``deleted`` carries the repository name (``host/path``) in which something is gone, ``failed`` that in
    which something else may be there than was thought, ``restored`` that in which something is there again.
    """

    deleted = Signal(str)
    failed = Signal(str)
    restored = Signal(str)

    def __init__(self, workspace: Workspace, navigator: Navigator, host: QWidget) -> None:
        super().__init__(host)
        self._workspace, self._navigator, self._host = workspace, navigator, host
        self._reader = Reader(workspace.background, self)
        self._started: dict[str, str] = {}
        navigator.job_signals.changed.connect(self._on_job)

    def ask(self, reference: Reference, digest: str, signatures: tuple[str, ...] = ()) -> DeleteSheet:
        """Open the sheet for a tag that stands for ``digest``, or for that version, and find out what else
        stands for it. ``signatures`` and the like are known to refer to it.
        """
        deletion = Deletion(reference, digest, signatures=signatures)
        label = self._workspace.host_label(reference.registry)
        sheet = DeleteSheet(deletion, self._host, label)
        reader = Reader(self._workspace.registry_reads, sheet)
        workspace = self._workspace

        def read(token: CancelToken) -> tuple[str, ...]:
            # anew, since others put tags meanwhile: what is not named here could not be agreed to
            repository = repository_of(workspace.tools, reference, token)
            return tags_of_version(repository, digest, repository.tags(), token)

        def look() -> None:
            sheet.problem.clear()
            reader.read(
                read, lambda found: sheet.show_deletion(replace(deletion, tags=found)), sheet.show_error
            )

        sheet.delete_wanted.connect(lambda what: self._delete(sheet.deletion, cast(What, what)))
        sheet.problem.retry_wanted.connect(look)
        sheet.open_sheet()
        look()
        return sheet

    def _delete(self, deletion: Deletion, what: What) -> None:
        reference = deletion.reference if what == "tag" else deletion.reference.with_digest(deletion.digest)
        work = DeleteRemoteWork(str(reference), what, _tags(deletion, what), deletion.digest)
        job = self._workspace.jobs.submit(work)
        self._started[job.id] = deletion.reference.repository_name
        self._navigator.notify(done_text(deletion, what), "Show", self._show_transfers)

    def show_deleted(self, name: str = "") -> DeletedSheet:
        """Open the sheet with what was deleted from here, in the repository ``name`` or everywhere."""
        sheet = DeletedSheet(self._host)
        records = self._workspace.deleted_versions
        reader = Reader(self._workspace.background, sheet)
        reader.read(lambda _: records.recent(name or None), sheet.show_entries, self._navigator.show_error)
        sheet.restore_wanted.connect(lambda entry: self.restore(entry.id, entry.text))
        sheet.open_sheet()
        return sheet

    def restore_version(self, version: Reference) -> None:
        """Put back the version that was deleted last with that digest, if it is kept."""

        def found(entries: tuple[DeletedVersion, ...]) -> None:
            entry = next((one for one in entries if one.digest == version.digest), None)
            if entry is None:
                self._navigator.notify("Nothing is kept of that: it was put back already, or is long ago.")
            else:
                self.restore(entry.id, entry.text)

        records = self._workspace.deleted_versions
        self._reader.read(
            lambda _: records.recent(version.repository_name), found, self._navigator.show_error
        )

    def restore(self, id: int, reference: str) -> None:
        """Put back what is kept as ``id``."""
        job = self._workspace.jobs.submit(RestoreRemoteWork(id, reference))
        self._started[job.id] = ""
        self._navigator.notify(f"{job.title} …", "Show", self._show_transfers)

    def _on_job(self, job: Job) -> None:
        if job.id not in self._started or not job.state.is_finished:
            return
        name = self._started.pop(job.id)
        if job.state is JobState.DONE and job.result is not None:
            self._tell(job.result)
        elif job.state is JobState.FAILED and job.explanation is not None:
            self._navigator.show_error(job.explanation)
        if name:
            (self.deleted if job.state is JobState.DONE else self.failed).emit(name)

    def _tell(self, result: Result) -> None:
        """What was deleted can be put back; what was put back can be looked at."""
        reference, undo = str(result.details["reference"]), result.details.get("undo")
        if undo:
            text = deleted_text(result.details)
            self._navigator.notify(text, "Undo", lambda: self.restore(undo, reference))
        elif undo is None:
            show = "Open", lambda: self._navigator.open_remote(reference)
            self._navigator.notify(f"{result.summary}.", *show)
            self.restored.emit(parse_reference(reference).repository_name)
        else:
            self._navigator.notify(f"{deleted_text(result.details)} It cannot be put back: it was damaged.")

    def _show_transfers(self) -> None:
        self._navigator.show_page(TRANSFERS)


def _tags(deletion: Deletion, what: What) -> tuple[str, ...]:
    """Those that go with a version, the chosen one first."""
    if what == "tag":
        return ()
    return tuple(dict.fromkeys((*filter(None, (deletion.tag,)), *(deletion.tags or ()))))
