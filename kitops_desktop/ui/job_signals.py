"""The one crossing from the threads of the jobs to the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from kitops_desktop.jobs.job import Job
from kitops_desktop.jobs.queue import JobQueue


class JobSignals(QObject):
    """``changed`` tells in the GUI thread that a job's state changed, or that it was forgotten.

    Progress is not told: who shows it looks at ``job.progress`` from a timer.
    """

    changed = Signal(object)  # Job

    def __init__(self, queue: JobQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        queue.changed = self._tell

    def stop(self) -> None:
        """Listen no more. Call before this object goes."""
        self._queue.changed = None

    def _tell(self, job: Job) -> None:
        self.changed.emit(job)
