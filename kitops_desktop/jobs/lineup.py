"""Whose turn it is: transfers and local work have places of their own, some work needs to be alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kitops_desktop.jobs.job import Job, JobState


@dataclass(frozen=True, slots=True)
class Slots:
    """So many transfers run at a time, and beside them so much local work: packing does not wait for an
    upload of hours.
    """

    transfers: int = 3
    local: int = 2


def next_job(order: Sequence[Job], slots: Slots) -> Job | None:
    """The job that may start now, out of those that have not ended, in the order in which they wait.

    Nobody passes one who waits to be alone.
    """
    running = [job for job in order if job.state.is_running]
    if any(job.alone for job in running):
        return None
    busy = sum(job.is_transfer for job in running)
    free = {True: slots.transfers - busy, False: slots.local - (len(running) - busy)}
    for job in order:
        if not is_ready(job):
            continue
        if job.alone:
            return None if running else job
        if free[job.is_transfer] > 0:
            return job
    return None


def is_ready(job: Job) -> bool:
    """Whether it waits for nothing but its turn."""
    return job.state is JobState.WAITING and job.written and job.hindrance is None
