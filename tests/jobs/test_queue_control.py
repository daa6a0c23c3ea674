"""Pausing, going on, order, slots; waiting for the network and for room; what another process has."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kitops_desktop.errors import DiskFull, RegistryUnreachable, TransferInterrupted
from kitops_desktop.jobs.every_job import cancel_all, interrupted, pause_all, resume_all, retry_failed
from kitops_desktop.jobs.hindrance import FRUITLESS_TRIES
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.lineup import Slots
from kitops_desktop.jobs.lookout import LookoutTimes
from kitops_desktop.jobs.queue import JobQueue
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.progress import Progress
from kitops_desktop.records.journal import Journal
from kitops_desktop.store.local_store import LocalStore
from support.waiting import until
from support.works import FunctionWork, HeldTransfer, HeldWork, TransferWork, restore

ROOT = Path(__file__).parents[2]
QUICK = LookoutTimes(first=0.01, longest=0.02)
SLOW = LookoutTimes(first=3600, longest=3600)


@pytest.fixture
def make_queue(tmp_path: Path) -> Iterator[Callable[..., JobQueue]]:
    """A queue as a program of its own would have it; an earlier one has ended by then."""
    opened: list[tuple[JobQueue, Journal]] = []

    def make(slots: int = 1, lookout: LookoutTimes = QUICK, *, beside: bool = False) -> JobQueue:
        for queue, journal in () if beside else opened:
            queue.close()
            journal.close()
        journal = Journal(tmp_path / "state" / "journal.sqlite")
        queue = JobQueue(
            journal,
            Tools(LocalStore(tmp_path / "kitops")),
            slots=Slots(slots, slots),
            restore=restore,
            lookout=lookout,
        )
        opened.append((queue, journal))
        return queue

    yield make
    for queue, journal in opened:
        queue.close()
        journal.close()


@pytest.fixture
def queue(make_queue: Callable[..., JobQueue]) -> JobQueue:
    return make_queue()


def state(job: Job, wanted: JobState) -> Job:
    until(lambda: job.state is wanted, f"{job.title} to be {wanted}", explain=lambda: job.state)
    return job


def held(queue: JobQueue, title: str = "Push") -> tuple[HeldTransfer, Job]:
    work = HeldTransfer(title)
    job = queue.submit(work)
    assert work.begun.wait(30)
    return work, job


# Pausing ---------------------------------------------------------------------------------------------------


def test_a_paused_job_gives_its_slot_away_and_goes_on_as_the_same(queue: JobQueue) -> None:
    work, job = held(queue)
    other = queue.submit(HeldTransfer("Other"))
    queue.pause(job)
    state(job, JobState.PAUSED)
    assert not job.state.is_finished
    assert (job.can_resume, job.can_pause, job.can_cancel, job.can_retry) == (True, False, True, False)
    state(other, JobState.RUNNING)
    queue.resume(job)
    assert job.state is JobState.WAITING
    work.let_go.clear()
    queue.cancel(other)
    state(job, JobState.RUNNING)
    work.let_go.set()
    assert job.wait(30)
    assert job.state is JobState.DONE
    assert queue.jobs() == (job, other)


def test_what_would_be_lost_is_finished_before_the_pause(queue: JobQueue) -> None:
    begun, chunk_sent = threading.Event(), threading.Event()

    def upload(context: WorkContext) -> Result:
        with context.token.finishing():
            begun.set()
            chunk_sent.wait()
        context.token.check_pause()
        return Result("never")

    job = queue.submit(TransferWork(upload))
    assert begun.wait(30)
    queue.pause(job)
    assert job.state is JobState.PAUSING
    assert not job.token.cancelled
    chunk_sent.set()
    state(job, JobState.PAUSED)


def test_a_second_pause_does_not_wait(queue: JobQueue) -> None:
    begun = threading.Event()

    def upload(context: WorkContext) -> Result:
        with context.token.finishing():
            begun.set()
            context.token.wait(3600)
        return Result("never")

    job = queue.submit(TransferWork(upload))
    assert begun.wait(30)
    queue.pause(job)
    assert job.state is JobState.PAUSING
    queue.pause(job)
    state(job, JobState.PAUSED)
    assert job.token.keeps


def test_only_cancelling_keeps_nothing(queue: JobQueue) -> None:
    _, job = held(queue)
    queue.cancel(job)
    assert job.wait(30)
    assert (job.state, job.token.keeps) == (JobState.CANCELLED, False)


def test_work_that_cannot_go_on_is_not_paused(queue: JobQueue) -> None:
    work = HeldWork("Verify")
    job = queue.submit(work)
    assert work.begun.wait(30)
    assert not job.can_pause
    queue.pause(job)
    assert job.state is JobState.RUNNING


def test_a_waiting_job_is_paused_at_once_and_cancelled_at_once(queue: JobQueue) -> None:
    held(queue)
    job = queue.submit(HeldTransfer("Next"))
    queue.pause(job)
    assert job.state is JobState.PAUSED
    queue.cancel(job)
    assert job.state is JobState.CANCELLED
    assert job.wait(0)


def test_all_are_paused_and_go_on(make_queue: Callable[..., JobQueue]) -> None:
    queue = make_queue(2)
    works = [HeldTransfer(str(number)) for number in range(4)]
    jobs = [queue.submit(work) for work in works]
    assert works[1].begun.wait(30)
    pause_all(queue)
    for job in jobs:
        state(job, JobState.PAUSED)
    assert not works[2].begun.is_set()
    assert not any(job.state.is_active for job in queue.jobs())
    for work in works:
        work.let_go.clear()
    resume_all(queue)
    assert works[0].begun.wait(30)
    cancel_all(queue)
    for job in jobs:
        assert job.wait(30)
    assert {job.state for job in jobs} == {JobState.CANCELLED}


def test_paused_jobs_stay_paused_over_a_restart(make_queue: Callable[..., JobQueue]) -> None:
    first = make_queue()
    _, job = held(first, "Push churn:v1")
    job.report(Progress(3 << 30, 5 << 30))
    first.pause(job)
    state(job, JobState.PAUSED)
    second = make_queue()
    (again,) = second.jobs()
    assert (again.id, again.state, again.progress) == (job.id, JobState.PAUSED, Progress(3 << 30, 5 << 30))
    second.resume(again)
    assert isinstance(again.work, HeldTransfer)
    assert again.work.begun.wait(30)


def test_closing_interrupts_and_the_same_jobs_go_on(make_queue: Callable[..., JobQueue]) -> None:
    first = make_queue()
    held(first, "One")
    first.submit(HeldTransfer("Two"))
    second = make_queue()
    assert [job.title for job in interrupted(second)] == ["One", "Two"]
    one, two = interrupted(second)
    assert one.explanation is not None
    second.resume(one)
    assert one.explanation is None
    assert isinstance(one.work, HeldTransfer)
    assert one.work.begun.wait(30)
    one.work.let_go.set()
    assert one.wait(30)
    assert (one.state, two.state) == (JobState.DONE, JobState.INTERRUPTED)


def test_winding_down_lets_a_chunk_end_and_begins_nothing(queue: JobQueue) -> None:
    begun, chunk_sent = threading.Event(), threading.Event()

    def upload(context: WorkContext) -> Result:
        with context.token.finishing():
            begun.set()
            chunk_sent.wait()
        context.token.check_pause()
        return Result("never")

    job = queue.submit(TransferWork(upload))
    waiting = queue.submit(HeldTransfer("Next"))
    assert begun.wait(30)
    queue.wind_down()
    assert not queue.is_idle()
    chunk_sent.set()
    until(queue.is_idle, "the queue to be idle")
    queue.close()
    assert [job.state, waiting.state] == [JobState.INTERRUPTED] * 2


# Order and slots -------------------------------------------------------------------------------------------


def test_jobs_are_moved_and_keep_their_order(make_queue: Callable[..., JobQueue]) -> None:
    queue = make_queue()
    _, running = held(queue, "running")
    a, b, c = (queue.submit(HeldTransfer(name)) for name in "abc")
    queue.move(c, a)
    assert queue.order() == (running, c, a, b)
    queue.move(a, None)
    assert queue.order() == (running, c, b, a)
    for job in (a, b, c):
        queue.pause(job)
    queue.cancel(running)
    assert running.wait(30)
    assert [job.title for job in make_queue().order()] == ["c", "b", "a"]


def test_more_slots_begin_at_once_and_fewer_stop_nothing(queue: JobQueue) -> None:
    works = [HeldTransfer(str(number)) for number in range(3)]
    jobs = [queue.submit(work) for work in works]
    assert works[0].begun.wait(30)
    assert not works[1].begun.is_set()
    queue.set_transfer_slots(2)
    assert works[1].begun.wait(30)
    queue.set_transfer_slots(1)
    works[0].let_go.set()
    assert jobs[0].wait(30)
    assert [job.state for job in jobs[1:]] == [JobState.RUNNING, JobState.WAITING]


def test_packing_does_not_wait_for_transfers(queue: JobQueue) -> None:
    held(queue)
    local = queue.submit(FunctionWork(lambda _: Result("packed")))
    assert local.wait(30)


# Waiting for what is in the way ----------------------------------------------------------------------------


def test_without_network_a_transfer_waits_and_goes_on_by_itself(queue: JobQueue) -> None:
    runs: list[int] = []
    seen: list[tuple[JobState, str]] = []
    queue.changed = lambda job: seen.append((job.state, job.hindrance.what if job.hindrance else ""))

    def transfer(context: WorkContext) -> Result:
        runs.append(1)
        context.report(Progress(len(runs), 10))
        if len(runs) < 3:
            raise RegistryUnreachable("registry.example", "network", "the connection broke off")
        return Result("Pushed")

    job = queue.submit(TransferWork(transfer))
    assert job.wait(30)
    assert (job.state, len(runs), job.tries) == (JobState.DONE, 3, 2)
    assert (JobState.WAITING, "the network") in seen
    assert (job.hindrance, job.explanation) == (None, None)


def test_while_it_waits_others_run_and_it_can_be_tried_now(make_queue: Callable[..., JobQueue]) -> None:
    queue = make_queue(lookout=SLOW)
    runs: list[int] = []

    def transfer(context: WorkContext) -> Result:
        runs.append(1)
        if len(runs) == 1:
            context.report(Progress(5, 10))
            raise RegistryUnreachable("registry.example", "name", "the name is not known")
        return Result("Pushed")

    job = queue.submit(TransferWork(transfer))
    until(lambda: job.hindrance is not None, "it to wait for the network")
    assert job.state is JobState.WAITING
    assert job.explanation is not None
    assert job.can_try_now
    assert job.next_look_at is not None
    other = queue.submit(TransferWork(lambda _: Result("Other")))
    assert other.wait(30)
    queue.try_now(job)
    assert job.wait(30)
    assert job.state is JobState.DONE


def test_what_waits_is_cancelled_or_paused_at_once(make_queue: Callable[..., JobQueue]) -> None:
    queue = make_queue(lookout=SLOW)

    def transfer(context: WorkContext) -> Result:
        context.report(Progress(5, 10))
        raise RegistryUnreachable("registry.example", "network", "the connection broke off")

    jobs = [queue.submit(TransferWork(transfer)) for _ in range(2)]
    for job in jobs:
        until(lambda job=job: job.hindrance is not None, "it to wait for the network")  # type: ignore[misc]
    queue.cancel(jobs[0])
    queue.pause(jobs[1])
    assert [(job.state, job.hindrance) for job in jobs] == [
        (JobState.CANCELLED, None),
        (JobState.PAUSED, None),
    ]


def test_a_registry_that_was_never_reached_is_an_error(queue: JobQueue) -> None:
    def transfer(_: WorkContext) -> Result:
        raise RegistryUnreachable("127.0.0.1:1", "connect", "connection refused")

    job = queue.submit(TransferWork(transfer))
    assert job.wait(30)
    assert job.state is JobState.FAILED


def test_local_work_does_not_wait(queue: JobQueue, tmp_path: Path) -> None:
    def pack(_: WorkContext) -> Result:
        raise DiskFull(tmp_path, 1 << 60, 5)

    job = queue.submit(FunctionWork(pack))
    assert job.wait(30)
    assert job.state is JobState.FAILED


def test_a_full_disk_is_waited_for(queue: JobQueue, tmp_path: Path) -> None:
    runs: list[int] = []

    def pull(_: WorkContext) -> Result:
        runs.append(1)
        if len(runs) == 1:
            raise DiskFull(tmp_path, 1, 0)  # by the time it is looked at, a byte is free
        return Result("Pulled")

    job = queue.submit(TransferWork(pull))
    assert job.wait(30)
    assert (job.state, len(runs)) == (JobState.DONE, 2)


def test_a_disk_that_stays_full_is_waited_for_until_it_is_cancelled(
    queue: JobQueue, small_disk: Callable[[int], Path]
) -> None:
    disk = small_disk(4 << 20)

    def pull(_: WorkContext) -> Result:
        raise DiskFull(disk, 1 << 40, 1 << 20)

    job = queue.submit(TransferWork(pull))
    until(lambda: job.hindrance is not None, "it to wait for room")
    first = job.next_look_at
    until(lambda: job.next_look_at != first, "it to have looked once more")
    assert job.state is JobState.WAITING
    queue.cancel(job)
    assert job.wait(0)


def test_a_transfer_that_never_gets_further_fails_in_the_end(queue: JobQueue) -> None:
    runs: list[int] = []

    def transfer(_: WorkContext) -> Result:
        runs.append(1)
        raise TransferInterrupted("registry.example", "sha256:1", 0, "the registry dropped it")

    job = queue.submit(TransferWork(transfer))
    assert job.wait(30)
    assert (job.state, len(runs)) == (JobState.FAILED, FRUITLESS_TRIES + 1)


def test_failed_jobs_are_tried_again_together(queue: JobQueue) -> None:
    broken = [True]

    def transfer(_: WorkContext) -> Result:
        if broken:
            raise ValueError("broken")
        return Result("done")

    for job in [queue.submit(TransferWork(transfer)) for _ in range(2)]:
        assert job.wait(30)
    broken.clear()
    retry_failed(queue)
    for job in queue.jobs():
        assert job.wait(30)
    assert [job.state for job in queue.jobs()] == [JobState.DONE] * 2


def test_what_stalls_begins_again(queue: JobQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    begun = threading.Event()

    def transfer(context: WorkContext) -> Result:
        runs.append(1)
        context.report(Progress(1, 10))
        begun.set()
        if len(runs) == 1:
            context.token.wait(3600)
        return Result("done")

    job = queue.submit(TransferWork(transfer))
    assert begun.wait(30)
    assert not job.is_stalled
    queue.try_now(job)
    assert not job.can_try_now
    monkeypatch.setattr("kitops_desktop.jobs.job.STALLED_SECONDS", 0.0)
    assert job.can_try_now
    queue.try_now(job)
    assert job.wait(30)
    assert (job.state, len(runs), job.tries) == (JobState.DONE, 2, 1)


# Other processes -------------------------------------------------------------------------------------------

OTHER = """
import sys
from pathlib import Path
from kitops_desktop.records.journal import Journal
journal = Journal(Path(sys.argv[1]))
sys.stdout.write(f"{journal.claim(sys.argv[2])}\\n")
sys.stdout.flush()
sys.stdin.read()
"""


def other_process(tmp_path: Path, job_id: str) -> subprocess.Popen[str]:
    argv = [sys.executable, "-c", OTHER, str(tmp_path / "state" / "journal.sqlite"), job_id]
    return subprocess.Popen(
        argv,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "tests")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_job_that_another_process_has_taken_is_left_to_it(
    make_queue: Callable[..., JobQueue], tmp_path: Path
) -> None:
    first = make_queue()
    held(first, "One")
    second = make_queue()
    (job,) = interrupted(second)
    with other_process(tmp_path, job.id) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        second.resume(job)
        assert job.wait(30)
        assert job.state is JobState.INTERRUPTED
        assert job.explanation is not None
        assert "another" in job.explanation.title.lower()
        other.send_signal(signal.SIGKILL)
        other.wait()
    second.resume(job)
    state(job, JobState.RUNNING)


def test_a_job_that_runs_here_cannot_be_claimed_elsewhere(
    make_queue: Callable[..., JobQueue], tmp_path: Path
) -> None:
    queue = make_queue()
    _, job = held(queue)
    with other_process(tmp_path, job.id) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "False\n"
        other.kill()


def test_a_job_that_was_done_elsewhere_is_not_done_again(
    make_queue: Callable[..., JobQueue], tmp_path: Path
) -> None:
    first = make_queue()
    held(first, "One")
    window, command = make_queue(), make_queue(beside=True)
    (seen,), (taken,) = interrupted(window), interrupted(command)
    command.resume(taken)
    assert isinstance(taken.work, HeldTransfer)
    assert taken.work.begun.wait(30)
    taken.work.let_go.set()
    assert taken.wait(30)
    command.close()
    with closing(Journal(tmp_path / "state" / "journal.sqlite")) as journal:
        assert [record.state for record in journal.records()] == ["done"]
    window.resume(seen)
    assert seen.wait(30)
    assert seen.state is JobState.DONE
