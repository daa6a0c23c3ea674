"""Tells the desktop of the jobs of a window."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

from kitops_desktop.jobs.job import Job
from kitops_desktop.ui.crossing import crossing
from kitops_desktop.ui.desktop_notice.desktop import Desktop, Shown
from kitops_desktop.ui.desktop_notice.notice import LONG_SECONDS, notice_of
from kitops_desktop.ui.job_signals import JobSignals
from kitops_desktop.ui.jobs_summary import overall_fraction
from kitops_desktop.ui.single_window import bring_to_front
from kitops_desktop.workspace import Workspace

_LOOK_MILLISECONDS = 500


class DesktopNotice(QObject):
    """A job that has run for ``LONG_SECONDS`` and ends while no window of the program has the focus is told
    by a notification, if the settings say so; following it leads to the job. While jobs run, the task bar
    shows how far they are, and the computer stays awake, if the settings say so.
    """

    def __init__(
        self,
        workspace: Workspace,
        job_signals: JobSignals,
        window: QWidget,
        show_job: Callable[[str], None],
        desktop: Callable[[Shown], Desktop],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(window)
        self._workspace, self._job_signals, self._clock = workspace, job_signals, clock
        self._window, self._show_job = window, show_job
        self._crossing = crossing()
        self._make_desktop = desktop
        self._made: Desktop | None = None
        self._began: dict[str, float] = {}
        self._timer = QTimer(self, interval=_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)
        job_signals.changed.connect(self._on_job_changed)
        self._look()

    def stop(self) -> None:
        """Tell nothing more, and let the computer sleep."""
        self._timer.stop()
        self._job_signals.changed.disconnect(self._on_job_changed)
        if self._made is not None:
            self._made.close()

    @property
    def _desktop(self) -> Desktop:
        """Made for the first job: most starts of the program need none."""
        if self._made is None:
            self._made = self._make_desktop(self._on_followed)
        return self._made

    @Slot(object)
    def _on_job_changed(self, job: Job) -> None:
        now = self._clock()
        if job.state.is_running:
            self._began.setdefault(job.id, now)
        elif now - self._began.pop(job.id, now) >= LONG_SECONDS:
            self._tell(job)
        self._look()

    def _tell(self, job: Job) -> None:
        notice = notice_of(job)
        unseen = QApplication.activeWindow() is None
        if notice is not None and unseen and self._workspace.settings.notify:
            self._desktop.notifier.tell(notice)

    @Slot()
    def _look(self) -> None:
        running = [job for job in self._workspace.jobs.jobs() if job.state.is_running]
        if running or self._made is not None:
            self._desktop.task_bar.show(overall_fraction(running))
            self._desktop.wakefulness.keep(bool(running) and self._workspace.settings.keep_awake)
        if not running:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def _on_followed(self, job_id: str, token: str) -> None:
        self._crossing.call(self, self._show, job_id, token)  # from the desktop's threads

    def _show(self, job_id: str, token: str) -> None:
        bring_to_front(self._window, token)
        self._show_job(job_id)
