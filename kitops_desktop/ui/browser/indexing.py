"""From "Attach a file index" to the job, and the word when it is done."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from kitops_desktop.jobs.index_job import IndexWork
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.oci.reference import Reference
from kitops_desktop.ui.navigation import TRANSFERS, Navigator
from kitops_desktop.workspace import Workspace


class Indexing(QObject):
    """Starts jobs, and tells of those it started when they end."""

    def __init__(self, workspace: Workspace, navigator: Navigator, host: QWidget) -> None:
        super().__init__(host)
        self._workspace, self._navigator = workspace, navigator
        self._started: set[str] = set()
        navigator.job_signals.changed.connect(self._on_job)

    def start(self, reference: Reference) -> None:
        """Read the layers of that kit, and attach an index of them."""
        job = self._workspace.jobs.submit(IndexWork(str(reference)))
        self._started.add(job.id)
        show = "Show", lambda: self._navigator.show_page(TRANSFERS)
        self._navigator.notify(f"{job.title}: its layers are read once …", *show)

    def _on_job(self, job: Job) -> None:
        if job.id not in self._started or not job.state.is_finished:
            return
        self._started.discard(job.id)
        if job.state is JobState.DONE and job.result is not None:
            self._navigator.notify(f"{job.result.summary}.")
        elif job.state is JobState.FAILED and job.explanation is not None:
            self._navigator.show_error(job.explanation)
