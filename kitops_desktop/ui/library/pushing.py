"""From "Push…" to the job, and the word when it is done."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.jobs.remote import repository_of
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.library.kit_source import StoredKitSource
from kitops_desktop.ui.library.push_check import Parts, Target
from kitops_desktop.ui.library.push_choice import PushKit
from kitops_desktop.ui.library.push_sheet import PushSheet
from kitops_desktop.ui.library.target_sheet import Sending
from kitops_desktop.ui.navigation import TRANSFERS, Navigator
from kitops_desktop.workspace import Workspace

_HISTORY = 100


class Pushing(QObject):
    """Opens the sheet, starts jobs, and tells of those it started when they end."""

    def __init__(self, workspace: Workspace, navigator: Navigator, host: QWidget) -> None:
        super().__init__(host)
        self._workspace, self._navigator, self._host = workspace, navigator, host
        self._reader = Reader(workspace.background, self)
        self._started: set[str] = set()

    def ask(self, source: StoredKitSource) -> None:
        """Read the kit, then open the sheet for it."""

        def loaded(found: tuple[ModelKit, tuple[str, ...]]) -> None:
            self._open(source.reference, *found)

        def read(token: CancelToken) -> tuple[ModelKit, tuple[str, ...]]:
            return source.load(token), used_references(self._workspace)

        self._reader.read(read, loaded, self._navigator.show_error)

    def _open(self, reference: Reference, kit: ModelKit, used: tuple[str, ...]) -> None:
        name = PushKit(reference, kit.descriptor.digest)
        sending = Sending(Parts.of_kit(kit), name, self._target)
        hosts = tuple(self._workspace.settings.registries)
        sheet = PushSheet(sending, hosts, used, self._workspace.registry_reads, self._host)
        sheet.show_labels(self._workspace.host_label)
        sheet.push_wanted.connect(self.start)
        sheet.remedy_wanted.connect(self._navigator.open_remote)
        sheet.copied.connect(lambda: self._navigator.notify("The command is on the clipboard."))
        sheet.open_sheet()

    def start(self, work: PushWork) -> Job:
        job = self._workspace.jobs.submit(work)
        self._started.add(job.id)
        self._navigator.notify(f"{work.title} …", "Show", lambda: self._navigator.show_page(TRANSFERS))
        return job

    def job_changed(self, job: Job) -> None:
        """Tell of a job that was started here when it has ended."""
        if job.id not in self._started or not job.state.is_finished:
            return
        self._started.discard(job.id)
        if job.state is JobState.DONE and job.result is not None:
            reference = str(job.result.details["reference"])
            text = f"{job.result.summary}."
            self._navigator.notify(text, "Open in registry", lambda: self._navigator.open_remote(reference))
        elif job.state is JobState.FAILED:
            title = job.explanation.title if job.explanation else "It failed."
            show = "Show", lambda: self._navigator.show_page(TRANSFERS)
            self._navigator.notify(f"{job.title}: {title}", *show)

    def _target(self, reference: Reference, token: CancelToken) -> Target:
        # asked as somebody who may push: others are not told of a repository that is to be made first
        return repository_of(self._workspace.tools, reference, token).writable()


def used_references(workspace: Workspace) -> tuple[str, ...]:
    """References to registries that were used, those that were pushed to first, each the latest first."""
    entries = [entry for entry in workspace.history.recent(limit=_HISTORY) if entry.is_in_registry]
    pushed = [entry.reference for entry in entries if entry.action == "push"]
    return tuple(dict.fromkeys((*pushed, *(entry.reference for entry in entries))))
