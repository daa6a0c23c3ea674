"""Jobs of earlier runs of the program, made again from the journal."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kitops_desktop.explanation import Explanation
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.work import Work
from kitops_desktop.records.journal import JobRecord, Journal

log = logging.getLogger(__name__)

Restore = Callable[[str, Mapping[str, Any]], Work | None]
"""Makes a work again from its kind and parameters; None for a kind it does not know."""

INTERRUPTED = Explanation(
    "The program ended before the job did",
    "It was closed, or the computer was switched off.",
    "What was finished by then is kept; nothing half-written stands under a final name.",
    "Let it go on: it continues from what is there.",
)


def earlier_jobs(journal: Journal, restore: Restore) -> list[Job]:
    """The jobs of earlier runs that have ended, one way or another; those of other windows are theirs."""
    journal.interrupted()
    theirs = journal.theirs()
    return [job for job in _made_again(journal.records(), restore) if job.id not in theirs]


def _made_again(records: Iterable[JobRecord], restore: Restore) -> Iterable[Job]:
    for record in records:
        try:
            job = Job(record, _restored(restore, record))
        except ValueError:  # a state of a newer version
            continue
        if job.state is JobState.INTERRUPTED and job.explanation is None:
            job.explanation = INTERRUPTED
        if not job.state.is_active:
            yield job


def _restored(restore: Restore, record: JobRecord) -> Work | None:
    try:
        return restore(record.kind, record.parameters)
    except (KeyError, TypeError, ValueError):
        log.warning("job %s of kind %s cannot be made again", record.id, record.kind)
        return None
