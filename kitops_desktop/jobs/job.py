"""A job: a piece of work and how far it is."""

from __future__ import annotations

import secrets
import threading
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from kitops_desktop.explanation import Explanation, diagnostics
from kitops_desktop.jobs.speed import Speed
from kitops_desktop.jobs.transfers import is_transfer, may_pause
from kitops_desktop.jobs.work import Result, Work
from kitops_desktop.progress import CancelToken, Progress
from kitops_desktop.records.journal import JobRecord

if TYPE_CHECKING:
    from kitops_desktop.jobs.hindrance import Hindrance

STALLED_SECONDS = 30.0
"""A transfer of which no byte has moved for so long is shown as stalled."""


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    PAUSING = "pausing"
    """It finishes what would otherwise be lost, and is paused then."""
    PAUSED = "paused"
    CANCELLING = "cancelling"
    """It was asked to stop and has not yet."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """The program ended before the job did."""

    @property
    def is_running(self) -> bool:
        """Whether a thread works on it."""
        return self in (JobState.RUNNING, JobState.PAUSING, JobState.CANCELLING)

    @property
    def is_active(self) -> bool:
        """Whether it goes on by itself."""
        return self.is_running or self is JobState.WAITING

    @property
    def is_finished(self) -> bool:
        return not self.is_active and self is not JobState.PAUSED


class Job:
    """What is known about a job, to be read from any thread; only the queue changes it.

    ``progress`` is replaced as often as the work reports; read it when it is to be shown. Times are seconds
    since the epoch. ``work`` is None for a job of an earlier run whose kind this version does not know.
    ``error`` is None for jobs of earlier runs, which have their ``explanation`` only.

    ``hindrance`` is what it waits for besides its turn; ``explanation`` then says why, and ``next_look_at``
    when it is looked for the next time. ``written``: it is in the journal.
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
        self.position = record.position
        self.record = record
        self.token = CancelToken()
        self.written = False
        self.restarts = False
        self.hindrance: Hindrance | None = None
        self.next_look_at: float | None = None
        self.fruitless = 0
        self._earlier_tries = 0
        self._tries_again = False
        self._speed = Speed()
        self._moved_at = time.monotonic()
        self._finished = threading.Event()
        if self.state.is_finished:
            self._finished.set()

    @property
    def rate(self) -> float:
        """Bytes per second over the last seconds; 0.0 while not known, or when it does not run."""
        return self._speed.rate() if self._moves else 0.0

    @property
    def seconds_left(self) -> float | None:
        return self._speed.seconds_left() if self._moves else None

    @property
    def is_transfer(self) -> bool:
        return is_transfer(self.work)

    @property
    def alone(self) -> bool:
        """Whether it runs while no other job does."""
        return bool(getattr(self.work, "alone", False))

    @property
    def tries(self) -> int:
        """How often something was tried again since it was started: a request, or all of it."""
        return self._earlier_tries + self.token.tries

    @property
    def stalled_seconds(self) -> float:
        """For how long no byte of a transfer has moved that should; 0.0 when it does not run."""
        done, total = self.progress.done, self.progress.total
        if not self._moves or not self.is_transfer or total is None or done >= total:
            return 0.0
        return time.monotonic() - self._moved_at

    @property
    def is_stalled(self) -> bool:
        return self.stalled_seconds >= STALLED_SECONDS

    @property
    def can_cancel(self) -> bool:
        return self.state in (JobState.WAITING, JobState.RUNNING, JobState.PAUSING, JobState.PAUSED)

    @property
    def can_pause(self) -> bool:
        return self.state is JobState.WAITING or (self.state is JobState.RUNNING and may_pause(self.work))

    @property
    def can_resume(self) -> bool:
        """Whether it can go on as the job it is."""
        return self.state in (JobState.PAUSED, JobState.INTERRUPTED) and self.work is not None

    @property
    def can_retry(self) -> bool:
        again = (JobState.FAILED, JobState.CANCELLED, JobState.INTERRUPTED)
        return self.state in again and self.work is not None

    @property
    def can_try_now(self) -> bool:
        """Whether it waits for what may be there already, or for a connection that may be dead."""
        return (self.state is JobState.WAITING and self.hindrance is not None) or self.is_stalled

    @property
    def can_move(self) -> bool:
        """Whether its place in the queue means something."""
        return self.state in (JobState.WAITING, JobState.PAUSED)

    @property
    def diagnostics(self) -> str:
        """The text to copy for a report; "" when there was no error or it was in an earlier run."""
        return "" if self.error is None else diagnostics(self.error)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the job has ended, at most so many seconds; whether it has."""
        return self._finished.wait(timeout)

    def report(self, progress: Progress) -> None:
        """Take the progress of the work."""
        if progress.done != self.progress.done:
            self._moved_at = time.monotonic()
        self.progress = progress
        self._speed.add(progress)

    def begin(self) -> None:
        """It runs now, for the first time or again. Called by the queue."""
        self.started_at = self.started_at or time.time()
        self.written, self.restarts = True, False
        self._earlier_tries = self.tries + self._tries_again
        self._tries_again = False
        self.token = CancelToken()
        self._speed = Speed()
        self._moved_at = time.monotonic()
        self.clear_outcome()

    def clear_outcome(self) -> None:
        """What came of it before does not count any more. Called by the queue."""
        self.error = self.explanation = self.result = None
        self.ended_at = None
        self.hindrance = self.next_look_at = None
        self._finished.clear()

    def count_try(self) -> None:
        """When it begins the next time, that is a try. Called by the queue."""
        self._tries_again = True

    def mark_finished(self) -> None:
        """Wake whoever waits. Called by the queue, once everything else is set."""
        self._finished.set()

    @property
    def _moves(self) -> bool:
        return self.state in (JobState.RUNNING, JobState.PAUSING)


def new_job(work: Work, store: Path, logs: Path | None, position: int) -> Job:
    """A job for this work, which is to be written into the journal. ``logs`` is the folder of its log."""
    id = secrets.token_hex(8)
    record = JobRecord(
        id=id,
        kind=work.kind,
        title=work.title,
        parameters=work.parameters(),
        store=str(store),
        created_at=time.time(),
        log_path=None if logs is None else logs / f"{id}.log",
        position=position,
    )
    return Job(record, work)


def _result(record: JobRecord) -> Result:
    result = record.result or {}
    details = result.get("details")
    return Result(str(result.get("summary", "")), details if isinstance(details, dict) else {})
