"""What is done with all jobs of a queue together."""

from __future__ import annotations

from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.queue import JobQueue


def pause_all(queue: JobQueue) -> None:
    """Pause what runs and what waits."""
    for job in reversed(queue.order()):  # the last first, so that none begins meanwhile
        if job.state is not JobState.PAUSING:
            queue.pause(job)


def resume_all(queue: JobQueue) -> None:
    """Let all paused jobs go on."""
    for job in queue.order():
        if job.state is JobState.PAUSED:
            queue.resume(job)


def cancel_all(queue: JobQueue) -> None:
    """Cancel everything that has not ended."""
    for job in reversed(queue.order()):
        queue.cancel(job)


def retry_failed(queue: JobQueue) -> None:
    """Try everything again that failed."""
    for job in queue.jobs():
        if job.state is JobState.FAILED and job.can_retry:
            queue.retry(job)


def interrupted(queue: JobQueue) -> tuple[Job, ...]:
    """What the end of an earlier run of the program has stopped, and could go on."""
    return tuple(job for job in queue.jobs() if job.state is JobState.INTERRUPTED and job.can_resume)


def resume_interrupted(queue: JobQueue) -> None:
    """Let all of that go on."""
    for job in interrupted(queue):
        queue.resume(job)


def clear_finished(queue: JobQueue) -> None:
    """Take all finished jobs off the list, but those that can still go on."""
    for job in queue.jobs():
        if not job.can_resume:
            queue.forget(job)
