"""The queue: jobs wait for a slot, run in worker threads, and are written down before they start."""

from __future__ import annotations

import logging
import secrets
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from kitops_desktop.explanation import Explanation, diagnostics, explain
from kitops_desktop.jobs.gate import Gate
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Result, Work, WorkContext
from kitops_desktop.log_files import job_log, remove_old_job_logs
from kitops_desktop.progress import Cancelled, Progress
from kitops_desktop.records.journal import JobRecord, Journal

log = logging.getLogger(__name__)

Restore = Callable[[str, Mapping[str, Any]], Work | None]
"""Makes a work again from its kind and parameters; None for a kind it does not know."""

SLOTS = 2
JOURNAL_SECONDS = 5.0
"""How often the progress of a running job is written down."""
INTERRUPTED = Explanation(
    "The program ended before the job did",
    "It was closed, or the computer was switched off.",
    "What was finished by then is kept; nothing half-written stands under a final name.",
    "Start it again: it goes on from what is there.",
)


class JobQueue:
    """Runs ``slots`` jobs at a time, or one that must be alone. May be used from any thread.

    ``changed`` is called once for every change of a job's state, in the thread where it happened and with no
    lock held; listeners look at ``job.state`` and ``jobs()``, which may be newer already. A job that is gone
    from ``jobs()`` was forgotten. Progress is not announced.
    """

    def __init__(
        self,
        journal: Journal,
        tools: Tools,
        *,
        slots: int = SLOTS,
        logs: Path | None = None,
        restore: Restore = lambda kind, parameters: None,
    ) -> None:
        self.changed: Callable[[Job], None] | None = None
        self._journal = journal
        self._tools = tools
        self._logs = logs
        self._lock = threading.RLock()
        self._closed = False
        self._gate = Gate()
        self._workers = ThreadPoolExecutor(slots, thread_name_prefix="job")
        # a thread of its own: a journal that another process holds for seconds must not stop the window
        self._journal_writer = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._jobs = {job.id: job for job in _earlier(journal, restore)}

    def submit(self, work: Work) -> Job:
        """Put the work into the queue; returns at once. Raises ``RuntimeError`` when the queue is closed."""
        job_id = secrets.token_hex(8)
        record = JobRecord(
            id=job_id,
            kind=work.kind,
            title=work.title,
            parameters=work.parameters(),
            store=str(self._tools.store.home),
            created_at=time.time(),
            log_path=None if self._logs is None else self._logs / f"{job_id}.log",
        )
        job = Job(record, work)
        with self._lock:
            if self._closed:
                raise RuntimeError("the queue is closed")
            self._jobs[job.id] = job
            written = self._write(self._journal.start, record)
            self._workers.submit(self._run, job, record, written)
        self._announce(job)
        return job

    def cancel(self, job: Job) -> None:
        """Ask a job to stop. One that waits is cancelled at once; one that has ended stays as it is."""
        with self._lock:
            if not job.can_cancel:
                return
            waiting = job.state is JobState.WAITING
            job.state = JobState.CANCELLING
        if waiting:
            self._end(job, JobState.CANCELLED)
            self._gate.look_again()
        else:
            self._announce(job)
        job.token.cancel()

    def retry(self, job: Job) -> Job:
        """The same work again, as a new job in place of the old one, which is forgotten."""
        if not job.can_retry or job.work is None:
            raise RuntimeError(f"a job that is {job.state} is not started again")
        self.forget(job)
        return self.submit(job.work)

    def forget(self, job: Job) -> None:
        """Take a finished job off the list."""
        with self._lock:
            if not job.state.is_finished or self._jobs.pop(job.id, None) is None:
                return
            if not self._closed:
                self._write(self._journal.forget, [job.id])
        self._announce(job)

    def clear_finished(self) -> None:
        """Take all finished jobs off the list."""
        for job in self.jobs():
            self.forget(job)

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, the oldest first: those of this run, and the ended ones of earlier runs."""
        with self._lock:
            return tuple(self._jobs.values())

    def running(self) -> bool:
        """Whether any job has not ended."""
        return any(not job.state.is_finished for job in self.jobs())

    def close(self, cancel: bool = True) -> None:
        """Take no more jobs; cancel the rest, or let them finish; return when all have ended."""
        with self._lock:
            self._closed = True
        if cancel:
            for job in self.jobs():
                self.cancel(job)
        self._workers.shutdown()
        self._journal_writer.shutdown()

    def _run(self, job: Job, record: JobRecord, written: Future[None]) -> None:
        written.result()
        if job.work is None or not self._gate.enter(_is_alone(job.work), lambda: job.state.is_finished):
            return
        try:
            self._run_admitted(job, job.work, record)
        finally:
            self._gate.leave()

    def _run_admitted(self, job: Job, work: Work, record: JobRecord) -> None:
        with self._lock:
            if job.state is not JobState.WAITING:
                return
            job.state = JobState.RUNNING
            job.started_at = time.time()
        self._write(self._journal.start, _running(record, job.started_at))
        self._announce(job)
        with nullcontext() if job.log_path is None else job_log(job.log_path):
            log.info("%s (%s, job %s) begins", job.title, job.kind, job.id)
            state, outcome, error = self._outcome(job, work)
            log.info("%s: %s", job.title, state)
        if self._logs is not None:
            remove_old_job_logs(self._logs)
        self._end(job, state, outcome, error)

    def _outcome(self, job: Job, work: Work) -> tuple[JobState, Result | None, Exception | None]:
        try:
            result = work.run(WorkContext(job.token, self._reporting(job), self._tools))
        except Cancelled:
            return JobState.CANCELLED, None, None
        except Exception as error:
            log.warning("%s", diagnostics(error))
            traceback.clear_frames(error.__traceback__)  # its frames would keep buffers and files alive
            if (
                job.token.cancelled
            ):  # what was shut down under it broke: that is how cancelling looks from inside
                return JobState.CANCELLED, None, None
            return JobState.FAILED, None, error
        return JobState.DONE, result, None

    def _reporting(self, job: Job) -> Callable[[Progress], None]:
        written = time.monotonic()

        def report(progress: Progress) -> None:
            nonlocal written
            job.report(progress)
            now = time.monotonic()
            if now - written >= JOURNAL_SECONDS:
                written = now
                self._write(self._journal.progress, job.id, progress)

        return report

    def _end(
        self, job: Job, state: JobState, result: Result | None = None, error: Exception | None = None
    ) -> None:
        with self._lock:
            job.result, job.error = result, error
            job.explanation = None if error is None else explain(error)
            job.ended_at = time.time()
            job.state = state
            value = None if result is None else {"summary": result.summary, "details": dict(result.details)}
            self._write(self._journal.progress, job.id, job.progress)
            self._write(self._journal.finish, job.id, str(state), job.explanation or value, job.ended_at)
        job.mark_finished()
        self._announce(job)

    def _announce(self, job: Job) -> None:
        listener = self.changed
        if listener is None:
            return
        try:
            listener(job)
        except Exception:
            log.exception("whoever listens to the queue failed")

    def _write(self, function: Callable[..., None], *arguments: object) -> Future[None]:
        """Write to the journal, in the order of the calls. What fails there is logged and hurts no job."""

        def write() -> None:
            try:
                function(*arguments)
            except Exception:
                log.exception("the journal could not be written")

        return self._journal_writer.submit(write)


def _is_alone(work: Work) -> bool:
    return bool(getattr(work, "alone", False))


def _running(record: JobRecord, started_at: float) -> JobRecord:
    return replace(record, state=str(JobState.RUNNING), started_at=started_at)


def _earlier(journal: Journal, restore: Restore) -> list[Job]:
    """The jobs of earlier runs that have ended, one way or another; those of other windows are theirs."""
    journal.interrupted()
    jobs = []
    for record in journal.records():
        try:
            job = Job(record, _restored(restore, record))
        except ValueError:  # a state of a newer version
            continue
        if job.state is JobState.INTERRUPTED:
            job.explanation = INTERRUPTED
        if job.state.is_finished:
            jobs.append(job)
    return jobs


def _restored(restore: Restore, record: JobRecord) -> Work | None:
    try:
        return restore(record.kind, record.parameters)
    except (KeyError, TypeError, ValueError):
        log.warning("job %s of kind %s cannot be made again", record.id, record.kind)
        return None
