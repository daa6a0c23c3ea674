"""Keeps status bar and rail true, and tells what came of the jobs."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from kitops_desktop.free_space import free_space
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.jobs_summary import summarise
from kitops_desktop.ui.navigation import TRANSFERS
from kitops_desktop.ui.rail import Rail
from kitops_desktop.ui.status_bar import StatusBar
from kitops_desktop.ui.units import size_text
from kitops_desktop.workspace import Workspace

if TYPE_CHECKING:
    from kitops_desktop.ui.main_window import MainWindow

log = logging.getLogger(__name__)

_SUMMARY_MILLISECONDS = 500
_DISK_MILLISECONDS = 30_000
_QUIET_KINDS = ("remove",)
"""The page that starts these says what came of them, with a way to undo it."""


class StatusWatch(QObject):
    """Looks at the jobs when a state changes, and twice a second while any runs; at the disk now and then."""

    def __init__(self, workspace: Workspace, window: MainWindow, status: StatusBar, rail: Rail) -> None:
        super().__init__(window)
        self._workspace, self._window = workspace, window
        self._status, self._rail = status, rail
        self._reader = Reader(workspace.background, self)
        self._summary_timer = QTimer(self, interval=_SUMMARY_MILLISECONDS)
        self._summary_timer.timeout.connect(self._show_summary)
        self._disk_timer = QTimer(self, interval=_DISK_MILLISECONDS)
        self._disk_timer.timeout.connect(self._read_disk)
        self._disk_timer.start()
        window.job_signals.changed.connect(self._on_job_changed)
        self._show_summary()
        self._read_disk()

    def stop(self) -> None:
        """Look no more, since the window closes."""
        self._summary_timer.stop()
        self._disk_timer.stop()
        self._reader.cancel()

    @Slot(object)
    def _on_job_changed(self, job: Job) -> None:
        self._show_summary()
        if job.state.is_finished:
            self._read_disk()
            self._tell(job)

    def _tell(self, job: Job) -> None:
        """Say what came of a job, unless the user sees it anyway."""
        seen = self._window.place.page == TRANSFERS
        if seen or job.kind in _QUIET_KINDS or job not in self._workspace.jobs.jobs():
            return
        show = partial(self._window.show_page, TRANSFERS)
        if job.state is JobState.FAILED and job.explanation is not None:
            self._window.notify(f"{job.title}: {job.explanation.title}", "Show", show)
        elif job.state is JobState.DONE and job.result is not None:
            self._window.notify(job.result.summary, "Show", show)

    @Slot()
    def _show_summary(self) -> None:
        summary = summarise(self._workspace.jobs.jobs())
        self._status.show_jobs(summary.text)
        self._rail.show_count(TRANSFERS, str(summary.active) if summary.active else "", active=True)
        if summary.active and not self._summary_timer.isActive():
            self._summary_timer.start()
        elif not summary.active:
            self._summary_timer.stop()

    @Slot()
    def _read_disk(self) -> None:
        home = self._workspace.store.home
        self._reader.read(lambda _: free_space(home), self._show_disk, self._log_error)

    def _show_disk(self, free: int | None) -> None:
        text = "" if free is None else f"{size_text(free)} free"
        self._status.show_disk(text, str(self._workspace.store.home))

    def _log_error(self, error: Exception) -> None:
        log.info("the free space is not shown: %s", error)
