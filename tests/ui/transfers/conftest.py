"""Jobs in every state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.errors import DiskFull
from kitops_desktop.jobs.job import Job
from kitops_desktop.jobs.queue import JobQueue
from kitops_desktop.jobs.work import Result, WorkContext
from support.works import FunctionWork, HeldWork


@pytest.fixture
def done_job(queue: JobQueue) -> Callable[..., Job]:
    """done_job(title="Pack churn:v1", **details): a job that has ended well."""

    def make(title: str = "Pack churn:v1", **details: object) -> Job:
        job = queue.submit(FunctionWork(lambda _: Result("Packed churn:v1", details), title))
        assert job.wait(30)
        return job

    return make


@pytest.fixture
def failed_job(queue: JobQueue) -> Callable[..., Job]:
    """failed_job(title="Unpack big:v9"): a job for which the disk was full."""

    def fail(_: WorkContext) -> Result:
        raise DiskFull(Path("/data"), 40 << 30, 3 << 30)

    def make(title: str = "Unpack big:v9") -> Job:
        job = queue.submit(FunctionWork(fail, title))
        assert job.wait(30)
        return job

    return make


@pytest.fixture
def running_job(queue: JobQueue) -> Callable[..., Job]:
    """running_job(title="Verify the store"): a job that runs until it is cancelled."""

    def make(title: str = "Verify the store") -> Job:
        work = HeldWork(title)
        job = queue.submit(work)
        assert work.begun.wait(30)
        return job

    return make
