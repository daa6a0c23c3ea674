"""From "Copy to…" to the job, and the word when it is done."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from kitops_desktop.errors import KitOpsError
from kitops_desktop.jobs.copy_job import CopyWork, read_source
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.remote import repository_of
from kitops_desktop.modelkit.parents import parent_reference
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import short_digest
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.add_tag_sheet import AddTagSheet
from kitops_desktop.ui.browser.copy_choice import CopySource
from kitops_desktop.ui.browser.copy_sheet import CopySheet
from kitops_desktop.ui.library.push_check import Parts, Target
from kitops_desktop.ui.navigation import TRANSFERS, Navigator
from kitops_desktop.workspace import Workspace

if TYPE_CHECKING:
    from kitops_desktop.registry.repository import Repository

log = logging.getLogger(__name__)

T = TypeVar("T")
_HISTORY = 100
_LONG = 600  # milliseconds after which it is said what is waited for


class Copying(QObject):
    """Opens the sheet over ``host``, starts jobs, and tells of those it started when they end. ``outdated``
    carries the repository name (``host/path``) in which a tag stands for something else than is shown.
    """

    outdated = Signal(str)

    def __init__(self, workspace: Workspace, navigator: Navigator, host: QWidget) -> None:
        super().__init__(host)
        self._workspace, self._navigator, self._host = workspace, navigator, host
        self._reader = Reader(workspace.registry_reads, self)
        self._started: set[str] = set()
        self._looked_at: Reference | None = None
        self._slow = QTimer(self, singleShot=True, interval=_LONG)
        self._slow.timeout.connect(self._on_slow)
        navigator.job_signals.changed.connect(self._on_job)

    def ask(self, reference: Reference, digest: str = "") -> None:
        """Read what is to be copied, then open the sheet for it. ``digest`` is what the reference is shown to
        stand for, "" where that is not known yet.
        """

        def read(token: CancelToken) -> tuple[CopySource, tuple[str, ...]]:
            source = read_copy_source(self._workspace, reference, token)
            return source, copied_to(self._workspace)

        def opened(found: tuple[CopySource, tuple[str, ...]]) -> None:
            if self._is_as_shown(found[0], digest):
                self._open(*found)

        self._look(reference, read, opened)

    def ask_tag(self, reference: Reference, digest: str) -> None:
        """Read what is to be tagged, then open the sheet for another tag in its repository."""

        def read(token: CancelToken) -> CopySource:
            return read_copy_source(self._workspace, reference, token, with_referrers=False)

        def opened(source: CopySource) -> None:
            if self._is_as_shown(source, digest):
                self._open_tag(source)

        self._look(reference, read, opened)

    def _look(
        self, reference: Reference, read: Callable[[CancelToken], T], opened: Callable[[T], None]
    ) -> None:
        """Read, and say so where that takes long."""

        def done(found: T) -> None:
            self._slow.stop()
            opened(found)

        def failed(error: Exception) -> None:
            self._slow.stop()
            self._navigator.show_error(error)

        self._looked_at = reference
        self._slow.start()
        self._reader.read(read, done, failed)

    @Slot()
    def _on_slow(self) -> None:
        if self._looked_at is not None:
            self._navigator.notify(f"Looking at {self._looked_at.short}…")

    def _is_as_shown(self, source: CopySource, digest: str) -> bool:
        """Whether it is the version that somebody looked at; else that is told, and is to be shown anew."""
        reference, now = source.reference, source.parts.manifest.digest
        if digest in ("", now):
            return True
        self._navigator.notify(
            f"{reference.short} is {short_digest(now)} by now, and no longer {short_digest(digest)}. Look at"
            " it, then decide again."
        )
        self.outdated.emit(reference.repository_name)
        return False

    def start(self, work: CopyWork) -> Job:
        job = self._workspace.jobs.submit(work)
        self._started.add(job.id)
        self._navigator.notify(f"{work.title} …", "Show", self._show_transfers)
        return job

    def _open_tag(self, source: CopySource) -> None:
        sheet = AddTagSheet(source, self._target, self._workspace.registry_reads, self._host)
        sheet.copy_wanted.connect(self.start)
        sheet.remedy_wanted.connect(self._navigator.open_remote)
        sheet.copied.connect(lambda: self._navigator.notify("The command is on the clipboard."))
        sheet.open_sheet()

    def _open(self, source: CopySource, used: tuple[str, ...]) -> None:
        hosts = tuple(self._workspace.settings.registries)
        sheet = CopySheet(source, self._target, hosts, used, self._workspace.registry_reads, self._host)
        sheet.show_labels(self._workspace.host_label)
        sheet.copy_wanted.connect(self.start)
        sheet.remedy_wanted.connect(self._navigator.open_remote)
        sheet.copied.connect(lambda: self._navigator.notify("The command is on the clipboard."))
        sheet.open_sheet()

    @Slot(object)
    def _on_job(self, job: Job) -> None:
        if job.id not in self._started or not job.state.is_finished:
            return
        self._started.discard(job.id)
        if job.state is JobState.DONE and job.result is not None:
            reference = str(job.result.details["reference"])
            text = f"{job.result.summary}."
            self._navigator.notify(text, "Open", lambda: self._navigator.open_remote(reference))
        elif job.state is JobState.FAILED:
            title = job.explanation.title if job.explanation else "It failed."
            self._navigator.notify(f"{job.title}: {title}", "Show", self._show_transfers)

    def _show_transfers(self) -> None:
        self._navigator.show_page(TRANSFERS)

    def _target(self, reference: Reference, token: CancelToken) -> Target:
        # asked as somebody who may push: others are not told of a repository that is to be made first
        return repository_of(self._workspace.tools, reference, token).writable()


def read_copy_source(
    workspace: Workspace, reference: Reference, token: CancelToken, *, with_referrers: bool = True
) -> CopySource:
    """What refers to it is counted only ``with_referrers``.

    Raises ``RemoteNotFound``, ``InvalidManifest``, ``RegistryError``s and ``Cancelled``.
    """
    repository = repository_of(workspace.tools, reference, token)
    kit, graph = read_source(repository, reference.tag_or_digest, workspace.tools, token)
    manifest, _ = graph.manifests[-1]
    return CopySource(
        reference,
        Parts(manifest, graph.layers),
        _count_referrers(repository, manifest) if with_referrers else None,
        (parent_reference(kit.kitfile) or "") if kit is not None else "",
    )


def copied_to(workspace: Workspace) -> tuple[str, ...]:
    """References to registries that were used, those that were written to first, each the latest first."""
    entries = [entry for entry in workspace.history.recent(limit=_HISTORY) if entry.is_in_registry]
    by_action = (
        tuple(entry.reference for entry in entries if entry.action == action) for action in ("copy", "push")
    )
    written = (reference for references in by_action for reference in references)
    return tuple(dict.fromkeys((*written, *(entry.reference for entry in entries))))


def _count_referrers(repository: Repository, manifest: Descriptor) -> int | None:
    """None when they cannot be listed."""
    try:
        return len(repository.referrers(manifest))
    except KitOpsError as error:
        log.info("what refers to %s cannot be listed: %s", manifest.digest, error)
        return None
