"""Jobs in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.queue import JobQueue
from kitops_desktop.progress import Progress
from kitops_desktop.ui.jobs_summary import summarise
from kitops_desktop.ui.transfers.job_text import (
    Group,
    fraction,
    line_text,
    percent_text,
    spoken_text,
    state_text,
    took_text,
)
from support.works import HeldWork

MakeJob = Callable[..., Job]


def test_a_running_job_tells_its_bytes(running_job: MakeJob) -> None:
    job = running_job()
    job.report(Progress(3 << 30, 12 << 30, "model.safetensors"))
    assert line_text(job) == "3.0 GiB of 12.0 GiB · model.safetensors"
    assert (fraction(job), percent_text(job)) == (0.25, "25 %")
    assert spoken_text(job) == "Verify the store, Running, 25 %, " + line_text(job)


def test_without_a_total_there_is_no_part(running_job: MakeJob) -> None:
    job = running_job()
    job.report(Progress(5 << 20))
    assert (line_text(job), fraction(job), percent_text(job)) == ("5.0 MiB", None, "")


def test_a_job_that_waits_says_for_what(queue: JobQueue, running_job: MakeJob) -> None:
    running_job(), running_job()
    job = queue.submit(HeldWork())
    assert (state_text(job), line_text(job)) == ("Waiting", "Begins when another job has ended")


def test_what_has_ended(
    queue: JobQueue, done_job: MakeJob, failed_job: MakeJob, running_job: MakeJob
) -> None:
    done, failed, cancelled = done_job(), failed_job(), running_job()
    queue.cancel(cancelled)
    assert cancelled.wait(30)
    assert line_text(done) == "Packed churn:v1 · now"
    assert line_text(failed) == f"{failed.explanation.title} · now" if failed.explanation else False
    assert line_text(cancelled) == "Stopped as you asked · now"
    assert [state_text(job) for job in (done, failed, cancelled)] == ["Done", "Failed", "Cancelled"]
    assert took_text(done) == "1 s"
    assert fraction(failed) is None


@pytest.mark.parametrize(
    ("group", "states"),
    [
        (Group.ALL, set(JobState)),
        (
            Group.ACTIVE,
            {
                JobState.WAITING,
                JobState.RUNNING,
                JobState.PAUSING,
                JobState.PAUSED,
                JobState.CANCELLING,
            },
        ),
        (Group.FAILED, {JobState.FAILED, JobState.INTERRUPTED, JobState.CANCELLED}),
        (Group.DONE, {JobState.DONE}),
    ],
)
def test_groups(group: Group, states: set[JobState]) -> None:
    assert {state for state in JobState if group.holds(state)} == states


def test_the_summary_counts_what_runs(
    queue: JobQueue, running_job: MakeJob, done_job: MakeJob, failed_job: MakeJob
) -> None:
    assert summarise(queue.jobs()).text == ""
    failed_job(), done_job(), running_job()
    summary = summarise(queue.jobs())
    assert (summary.active, summary.failed, summary.text) == (1, 1, "1 job")
    running_job()
    assert summarise(queue.jobs()).text == "2 jobs"
