"""What of the jobs is written down, and when."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import replace

from kitops_desktop.explanation import Explanation
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.journal_writer import JournalWriter
from kitops_desktop.progress import Progress
from kitops_desktop.records.journal import JobRecord, Journal

log = logging.getLogger(__name__)

JOURNAL_SECONDS = 5.0
"""How often the progress of a running job is written down."""
TAKEN = Explanation(
    "Another program has taken this job over",
    "It was resumed elsewhere, from the command line or in another window.",
    "Nothing was done here.",
    "See there how far it is.",
)


class JobJournal:
    """The journal, for the queue: written to in the order of the calls, without waiting for it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._writer = JournalWriter()

    def put(self, record: JobRecord) -> Future[None]:
        """There is a job; done when that is written down."""
        return self._writer.write(self._journal.start, record)

    def claim(self, job: Job) -> tuple[JobState, Explanation | None] | None:
        """None when it is ours to run; else what became of it in another process, which may have run it since
        we read of it. Waits for the journal.
        """
        try:
            claimed = self._journal.claim(job.id)
            found = self._journal.find(job.id) if claimed else None
        except Exception:
            log.exception("the journal cannot say whose job %s is", job.id)
            return None
        if not claimed:
            return JobState.INTERRUPTED, TAKEN
        if found is not None and found.state in (JobState.DONE, JobState.CANCELLED, JobState.FAILED):
            self._journal.release(job.id)
            return JobState(found.state), found.explanation
        return None

    def runs(self, job: Job) -> None:
        self.put(
            replace(
                job.record,
                state=str(JobState.RUNNING),
                started_at=job.started_at,
                position=job.position,
                progress=job.progress,
            )
        )

    def reporting(self, job: Job) -> Callable[[Progress], None]:
        """Tells a job of its progress, and writes it down now and then."""
        written = time.monotonic()

        def report(progress: Progress) -> None:
            nonlocal written
            job.report(progress)
            now = time.monotonic()
            if now - written >= JOURNAL_SECONDS:
                written = now
                self._writer.write(self._journal.progress, job.id, progress)

        return report

    def held(self, job: Job, state: JobState) -> None:
        """It does not run, but has not ended."""
        self._writer.write(self._journal.progress, job.id, job.progress)
        self._writer.write(self._journal.set_state, job.id, str(state))
        self._writer.write(self._journal.release, job.id)

    def ended(self, job: Job) -> None:
        result = job.result
        value = None if result is None else {"summary": result.summary, "details": dict(result.details)}
        self._writer.write(self._journal.progress, job.id, job.progress)
        self._writer.write(
            self._journal.finish, job.id, str(job.state), job.explanation or value, job.ended_at
        )
        self._writer.write(self._journal.release, job.id)

    def forgotten(self, job: Job) -> None:
        self._writer.write(self._journal.forget, [job.id])

    def arranged(self, order: Iterable[Job]) -> None:
        self._writer.write(self._journal.arrange, [job.id for job in order])

    def close(self) -> None:
        """Returns when all is written."""
        self._writer.close()
