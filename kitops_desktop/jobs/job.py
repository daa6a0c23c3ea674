"""A job: a piece of work and how far it is."""

from __future__ import annotations

import threading
from enum import StrEnum
from pathlib import Path

from kitops_desktop.explanation import Explanation, diagnostics
from kitops_desktop.jobs.speed import Speed
from kitops_desktop.jobs.work import Result, Work
from kitops_desktop.progress import CancelToken, Progress
from kitops_desktop.records.journal import JobRecord


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    CANCELLING = "cancelling"
    """It was asked to stop and has not yet."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """The program ended before the job did."""

    @property
    def is_finished(self) -> bool:
        return self not in (JobState.WAITING, JobState.RUNNING, JobState.CANCELLING)


class Job:
    """What is known about a job, to be read from any thread; only the queue changes it.

    ``progress`` is replaced as often as the work reports; read it when it is to be shown. Times are seconds
    since the epoch. ``work`` is None for a job of an earlier run whose kind this version does not know.
    ``error`` is None for jobs of earlier runs, which have their ``explanation`` only.
    """

    def __init__(self, record: JobRecord, work: Work | None) -> None:
        self.id = record.id
        self.kind = record.kind
        self.title = record.title
        self.work = work
        self.state = JobState(record.state)
        self.progress = record.progress
        self.result = None if record.result is None else _result(record)
        self.error: Exception | None = None
        self.explanation: Explanation | None = record.explanation
        self.created_at = record.created_at
        self.started_at = record.started_at
        self.ended_at = record.ended_at
        self.log_path: Path | None = record.log_path
        self.token = CancelToken()
        self._speed = Speed()
        self._finished = threading.Event()
        if self.state.is_finished:
            self._finished.set()

    @property
    def rate(self) -> float:
        """Bytes per second over the last seconds; 0.0 while not known, or when it does not run."""
        return self._speed.rate() if self.state is JobState.RUNNING else 0.0

    @property
    def seconds_left(self) -> float | None:
        return self._speed.seconds_left() if self.state is JobState.RUNNING else None

    @property
    def can_cancel(self) -> bool:
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def can_retry(self) -> bool:
        again = (JobState.FAILED, JobState.CANCELLED, JobState.INTERRUPTED)
        return self.state in again and self.work is not None

    @property
    def diagnostics(self) -> str:
        """The text to copy for a report; "" when there was no error or it was in an earlier run."""
        return "" if self.error is None else diagnostics(self.error)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the job has ended, at most so many seconds; whether it has."""
        return self._finished.wait(timeout)

    def report(self, progress: Progress) -> None:
        """Take the progress of the work."""
        self.progress = progress
        self._speed.add(progress)

    def mark_finished(self) -> None:
        """Wake whoever waits. Called by the queue, once everything else is set."""
        self._finished.set()


def _result(record: JobRecord) -> Result:
    result = record.result or {}
    details = result.get("details")
    return Result(str(result.get("summary", "")), details if isinstance(details, dict) else {})
