"""The queue: jobs wait for their turn, run in worker threads, and are written down before they start."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

from kitops_desktop.explanation import Explanation, explain
from kitops_desktop.jobs.earlier_jobs import INTERRUPTED, Restore, earlier_jobs
from kitops_desktop.jobs.giving_way import give_way
from kitops_desktop.jobs.hindrance import NoSignIn, worth_waiting_for
from kitops_desktop.jobs.job import Job, JobState, new_job
from kitops_desktop.jobs.job_journal import TAKEN, JobJournal
from kitops_desktop.jobs.job_list import JobList
from kitops_desktop.jobs.lineup import Slots, next_job
from kitops_desktop.jobs.lookout import Lookout, LookoutTimes
from kitops_desktop.jobs.outcome import outcome_of
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.upload_target import end_uploads, unwanted_uploads
from kitops_desktop.jobs.work import Result, Work, WorkContext
from kitops_desktop.jobs.worker_threads import WorkerThreads
from kitops_desktop.log_files import job_log, remove_old_job_logs
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.records.journal import Journal

log = logging.getLogger(__name__)


class JobQueue:
    """Runs so many jobs at a time as there are slots, or one that must be alone. For any thread.

    ``changed`` is called once for every change of a job's state, in the thread where it happened and with no
    lock held; listeners look at ``job.state`` and ``jobs()``, which may be newer already. A job that is gone
    from ``jobs()`` was forgotten. Progress is not announced.

    A transfer that the network, a full disk, a lost sign-in or a registry that wants a pause stands in the
    way of waits until that has changed, instead of failing. ``asks_for_sign_ins`` is whether there is anybody
    who would sign in meanwhile; without, it fails.
    """

    def __init__(
        self,
        journal: Journal,
        tools: Tools,
        *,
        slots: Slots | None = None,
        logs: Path | None = None,
        restore: Restore = lambda kind, parameters: None,
        lookout: LookoutTimes | None = None,
    ) -> None:
        self.changed: Callable[[Job], None] | None = None
        self.asks_for_sign_ins = True
        self._tools = tools
        self._logs = logs
        self._lock = threading.RLock()
        self._idle = threading.Condition(self._lock)
        self._slots = slots or Slots()
        self._accepting = self._begins = True
        self._threads = WorkerThreads(self._idle)
        self._journal = JobJournal(journal)
        self._lookout = Lookout(self._unhindered, lookout or LookoutTimes())
        self._list = JobList(earlier_jobs(journal, restore))

    @property
    def slots(self) -> Slots:
        return self._slots

    def set_transfer_slots(self, count: int) -> None:
        """Run so many transfers at a time from now on; what runs already runs on."""
        with self._lock:
            self._slots = replace(self._slots, transfers=max(1, count))
        self._dispatch()

    def submit(self, work: Work) -> Job:
        """Put the work into the queue; returns at once. Raises ``RuntimeError`` when the queue is closed."""
        with self._lock:
            job = new_job(work, self._tools.store.home, self._logs, self._list.next_position)
            if not self._accepting:
                raise RuntimeError("the queue is closed")
            self._list.add(job)
            written = self._journal.put(job.record)
        self._announce(job)
        written.add_done_callback(lambda _: self._ready(job))
        return job

    def cancel(self, job: Job) -> None:
        """Ask a job to stop for good. One that does not run is cancelled at once; one that has ended stays
        as it is.
        """
        with self._lock:
            if not job.can_cancel:
                return
            running = job.state.is_running
            if running:
                job.state = JobState.CANCELLING
        if running:
            self._announce(job)
            job.token.cancel()
        else:
            self._end(job, JobState.CANCELLED)
            self._clear_away(job)
            self._dispatch()

    def give_up(self, job: Job) -> None:
        """Cancel a job, also one that was interrupted: it will not go on."""
        with self._lock:
            if job.state is JobState.INTERRUPTED:
                job.state = JobState.PAUSED
        self.cancel(job)

    def pause(self, job: Job) -> None:
        """Have a job stop so that it can go on. What would be lost otherwise is finished first; who asks once
        more does not want to wait for that.
        """
        with self._lock:
            if job.state is JobState.PAUSING:
                job.token.cancel(keep=True)
                return
            if not job.can_pause:
                return
            running = job.state is JobState.RUNNING
            job.state = JobState.PAUSING if running else JobState.PAUSED
            if not running:
                self._hold(job, JobState.PAUSED)
        self._announce(job)
        if running:
            job.token.ask_to_pause()
        else:
            self._dispatch()

    def resume(self, job: Job) -> None:
        """Let a paused or interrupted job go on, as the job it is, when it is its turn."""
        with self._lock:
            if not job.can_resume or not self._accepting:
                return
            job.clear_outcome()
            job.written = True
            job.state = JobState.WAITING
            self._list.line_up(job)
        self._announce(job)
        self._dispatch()

    def try_now(self, job: Job) -> None:
        """Look no longer whether what is waited for is there: try. What has stalled begins again."""
        with self._lock:
            if job.is_stalled:
                job.restarts = True
                job.token.cancel(keep=True)
                return
        self._unhindered(job)

    def signed_in(self, host: str) -> None:
        """Somebody has signed in to a registry: what waits for that goes on."""
        for job in self.order():
            hindrance = job.hindrance
            if isinstance(hindrance, NoSignIn) and hindrance.host == host:
                self._unhindered(job)

    def retry(self, job: Job) -> Job:
        """The same work again, as a new job in place of the old one, which is forgotten."""
        if not job.can_retry or job.work is None:
            raise RuntimeError(f"a job that is {job.state} is not started again")
        self._drop(job)
        return self.submit(job.work)

    def forget(self, job: Job) -> None:
        """Take a finished job off the list: it will not go on."""
        if self._drop(job) and job.state in (JobState.FAILED, JobState.INTERRUPTED):
            self._clear_away(job)

    def _drop(self, job: Job) -> bool:
        """Whether it was finished, and on the list."""
        with self._lock:
            if not job.state.is_finished or not self._list.forget(job):
                return False
            self._journal.forgotten(job)
        self._announce(job)
        return True

    def move(self, job: Job, before: Job | None) -> None:
        """Have a job's turn come right before that of another, or last of all (None)."""
        with self._lock:
            if not self._list.move(job, before):
                return
            self._journal.arranged(self._list.order())
        self._announce(job)
        self._dispatch()

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, the oldest first: those of this run, and the ended and paused ones of earlier runs."""
        return self._list.all()

    def order(self) -> tuple[Job, ...]:
        """The jobs that have not ended, in the order in which their turn is or was."""
        return self._list.order()

    def listed(self) -> tuple[Job, ...]:
        """All jobs as people want to see them: those of ``order``, then what has ended, the newest first."""
        return self._list.listed()

    def wind_down(self) -> None:
        """Begin nothing more; all that runs stops where it can go on in the next run of the program."""
        with self._lock:
            self._accepting = self._begins = False
            tokens = [job.token for job in self._list.order() if job.state.is_running]
        for token in tokens:
            token.ask_to_pause()

    def is_idle(self) -> bool:
        """Whether no thread works on any job."""
        return not self._threads.are_busy()

    def close(self, cancel: bool = True) -> None:
        """Take no more jobs; stop the rest so that they can go on another time, or let them finish; return
        when all have ended.
        """
        with self._lock:
            self._accepting = False
            self._begins = self._begins and not cancel
            order = self._list.order()
            left = [job for job in order if job.state is JobState.WAITING and not self._is_due(job)]
            tokens = [job.token for job in order if job.state.is_running]
        self._lookout.close()
        for job in left:
            self._end(job, JobState.INTERRUPTED, explanation=INTERRUPTED)
        for token in tokens if cancel else ():
            token.cancel(keep=True)
        with self._lock:
            self._idle.wait_for(self._has_ended)
        self._threads.join()
        self._journal.close()

    def _has_ended(self) -> bool:
        return not any(job.state.is_running or self._is_due(job) for job in self._list.order())

    def _is_due(self, job: Job) -> bool:
        return job.state is JobState.WAITING and job.hindrance is None and self._begins

    def _ready(self, job: Job) -> None:
        job.written = True
        self._dispatch()

    def _dispatch(self) -> None:
        """Start what may start."""
        with self._lock:
            while self._begins and (job := next_job(self._list.order(), self._slots)) is not None:
                job.begin()
                job.state = JobState.RUNNING
                self._threads.start(f"job {job.id}", partial(self._run, job))

    def _clear_away(self, job: Job) -> None:
        """Have what a job has begun elsewhere forgotten there, unless another job may go on with it."""
        if job.started_at is None or job.explanation is TAKEN:
            return
        with self._lock:
            target = unwanted_uploads(job, self._list.all())
            if target is not None:
                self._threads.start("end uploads", partial(end_uploads, target, self._tools, CancelToken()))

    def _run(self, job: Job) -> None:
        give_way()
        elsewhere = self._journal.claim(job)
        if elsewhere is None:
            self._announce(job)
            self._work(job)
        else:
            self._leave(job, *elsewhere)
        self._dispatch()

    def _work(self, job: Job) -> None:
        self._journal.runs(job)
        work = job.work
        assert work is not None
        with nullcontext() if job.log_path is None else job_log(job.log_path):
            log.info("%s (%s, job %s) begins", job.title, job.kind, job.id)
            done_before = job.progress.done
            context = WorkContext(job.token, self._journal.reporting(job), self._tools)
            result, error = outcome_of(work, context)
            if job.progress.done > done_before:
                job.fruitless = 0
            self._settle(job, result, error)
            log.info("%s: %s", job.title, job.state)
        if self._logs is not None:
            remove_old_job_logs(self._logs)

    def _settle(self, job: Job, result: Result | None, error: Exception | None) -> None:
        """What becomes of a job that has just stopped running."""
        if result is not None:
            self._end(job, JobState.DONE, result)
        elif error is not None and not isinstance(error, Cancelled):
            self._fail(job, error)
        elif job.state is JobState.CANCELLING:
            self._end(job, JobState.CANCELLED)
            self._clear_away(job)  # of an earlier run of it, say, that this one had not come to yet
        elif job.state is JobState.PAUSING:
            with self._lock:
                job.state = JobState.PAUSED
                self._hold(job, JobState.PAUSED)
            self._announce(job)
        elif not self._accepting:
            self._end(job, JobState.INTERRUPTED, explanation=INTERRUPTED)
        elif job.restarts:
            self._wait_again(job)
        else:
            self._end(job, JobState.CANCELLED)

    def _fail(self, job: Job, error: Exception) -> None:
        """End it as failed, or have it wait for what would help."""
        hindrance = worth_waiting_for(job, error, self._tools, asks_for_sign_ins=self.asks_for_sign_ins)
        if hindrance is None:
            self._end(job, JobState.FAILED, error=error)
            return
        log.info("%s waits for %s", job.title, hindrance.what)
        with self._lock:
            stopped = not self._accepting or job.state is not JobState.RUNNING
            if not stopped:
                job.error, job.explanation = error, explain(error)
                self._wait_again(job, announce=False)
                self._lookout.add(job, hindrance)
                job.hindrance = hindrance
        if stopped:  # it was on its way out anyway
            self._settle(job, None, Cancelled())
        else:
            self._announce(job)

    def _wait_again(self, job: Job, *, announce: bool = True) -> None:
        with self._lock:
            job.state = JobState.WAITING
            job.fruitless += 1
            job.count_try()
            self._hold(job, JobState.WAITING)
        if announce:
            self._announce(job)

    def _unhindered(self, job: Job) -> None:
        """What it waited for is there, or somebody wants to know."""
        with self._lock:
            if job.state is not JobState.WAITING or job.hindrance is None:
                return
            self._lookout.drop(job)
            job.hindrance = job.next_look_at = job.explanation = job.error = None
        self._announce(job)
        self._dispatch()

    def _hold(self, job: Job, state: JobState) -> None:
        """Write down that it does not run, but has not ended."""
        if state is JobState.PAUSED:
            self._lookout.drop(job)
            job.hindrance = job.next_look_at = job.explanation = job.error = None
        self._journal.held(job, state)

    def _end(
        self,
        job: Job,
        state: JobState,
        result: Result | None = None,
        error: Exception | None = None,
        explanation: Explanation | None = None,
    ) -> None:
        with self._lock:
            job.result, job.error = result, error
            job.explanation = explanation if error is None else explain(error)
            job.hindrance = job.next_look_at = None
            job.ended_at = time.time()
            self._lookout.drop(job)
            self._take_off(job, state)
            self._journal.ended(job)
        job.mark_finished()
        self._announce(job)

    def _leave(self, job: Job, state: JobState, explanation: Explanation | None) -> None:
        """It is another process's: what it wrote stays."""
        with self._lock:
            job.explanation = explanation
            self._take_off(job, state)
        job.mark_finished()
        self._announce(job)

    def _take_off(self, job: Job, state: JobState) -> None:
        job.state = state
        self._list.take_off(job)
        self._idle.notify_all()

    def _announce(self, job: Job) -> None:
        listener = self.changed
        if listener is None:
            return
        try:
            listener(job)
        except Exception:
            log.exception("whoever listens to the queue failed")
