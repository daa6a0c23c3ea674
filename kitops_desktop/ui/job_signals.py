"""What happens to jobs, told in the GUI thread."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal

from kitops_desktop.jobs.job import Job
from kitops_desktop.jobs.queue import JobQueue
from kitops_desktop.ui.crossing import crossing


class JobSignals(QObject):
    """``changed`` tells in the GUI thread that a job's state changed, or that it was forgotten.

    Progress is not told: who shows it looks at ``job.progress`` from a timer.
    """

    changed = Signal(object)  # Job

    def __init__(self, queue: JobQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue, self._crossing = queue, crossing()
        queue.changed = self._hand_over

    def stop(self) -> None:
        """Listen no more. Call before this object goes."""
        self._queue.changed = None

    def _hand_over(self, job: Job) -> None:
        if threading.current_thread() is threading.main_thread():
            self.changed.emit(job)  # before the job's own thread is in the way of showing it
        else:
            self._crossing.call(self, self.changed.emit, job)
