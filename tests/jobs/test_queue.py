"""The queue: slots, cancelling, results, restarts, and a journal that fails."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kitops_desktop.errors import SourceChanged
from kitops_desktop.jobs.every_job import clear_finished
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.lineup import Slots
from kitops_desktop.jobs.queue import JobQueue
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.progress import Progress
from kitops_desktop.records.journal import Journal
from kitops_desktop.store.local_store import LocalStore
from support.works import FunctionWork, HeldWork, restore

ROOT = Path(__file__).parents[2]


@pytest.fixture
def make_queue(tmp_path: Path) -> Iterator[Callable[..., JobQueue]]:
    opened: list[tuple[JobQueue, Journal]] = []

    def make(slots: int = 2, state: Path = tmp_path / "state") -> JobQueue:
        journal = Journal(state / "journal.sqlite")
        tools = Tools(LocalStore(tmp_path / "kitops"), None, None)
        queue = JobQueue(
            journal,
            tools,
            slots=Slots(transfers=slots, local=slots),
            logs=tmp_path / "logs",
            restore=restore,
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


def finished(job: Job) -> Job:
    assert job.wait(30), f"{job.title} did not end"
    return job


def begun(work: HeldWork) -> HeldWork:
    assert work.begun.wait(30), f"{work.title} did not begin"
    return work


def test_a_job_runs_and_has_a_result(queue: JobQueue) -> None:
    def work(context: WorkContext) -> Result:
        context.report(Progress(5 << 40, 6 << 40, "model"))
        return Result("Packed", {"digest": "sha256:1"})

    job = finished(queue.submit(FunctionWork(work)))
    assert (job.state, job.result) == (JobState.DONE, Result("Packed", {"digest": "sha256:1"}))
    assert job.progress == Progress(5 << 40, 6 << 40, "model")
    assert job.started_at is not None
    assert job.ended_at is not None
    assert job.created_at <= job.started_at <= job.ended_at
    assert (job.rate, job.seconds_left, job.can_cancel, job.can_retry) == (0.0, None, False, False)


def test_every_change_of_state_is_told_once(queue: JobQueue) -> None:
    seen: list[JobState] = []
    told = threading.Event()

    def listen(job: Job) -> None:
        seen.append(job.state)
        if job.state.is_finished:
            told.set()

    work = HeldWork()
    first = queue.submit(work)  # waits for no listener
    begun(work)
    queue.changed = listen
    queue.cancel(first)
    queue.cancel(first)
    assert told.wait(30)
    assert finished(first).state is JobState.CANCELLED
    assert seen == [JobState.CANCELLING, JobState.CANCELLED]


def test_jobs_wait_for_a_slot_in_their_order(make_queue: Callable[..., JobQueue]) -> None:
    queue = make_queue(slots=1)
    order: list[str] = []
    held = HeldWork()
    first = queue.submit(held)
    rest = [
        queue.submit(FunctionWork(lambda _, name=name: order.append(name) or Result(name))) for name in "abc"
    ]
    begun(held)
    assert [job.state for job in rest] == [JobState.WAITING] * 3
    assert any(job.state.is_active for job in queue.jobs())
    held.let_go.set()
    for job in (first, *rest):
        assert finished(job).state is JobState.DONE
    assert order == ["a", "b", "c"]
    assert not any(job.state.is_active for job in queue.jobs())
    assert queue.jobs() == (first, *rest)


def test_two_slots_run_two_jobs(queue: JobQueue) -> None:
    works = [HeldWork(), HeldWork()]
    jobs = [queue.submit(work) for work in works]
    for work in works:
        begun(work)
    assert [job.state for job in jobs] == [JobState.RUNNING] * 2


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(make_queue: Callable[..., JobQueue]) -> None:
    queue = make_queue(slots=1)
    held = HeldWork()
    first = queue.submit(held)
    second = queue.submit(HeldWork())
    begun(held)
    queue.cancel(second)
    assert second.state is JobState.CANCELLED
    assert second.wait(0)
    third = queue.submit(FunctionWork(lambda _: Result("third")))
    held.let_go.set()
    finished(first)
    finished(third)
    assert second.work is not None
    assert not second.work.begun.is_set()  # type: ignore[attr-defined]


def test_a_running_job_stops_where_it_waits(queue: JobQueue) -> None:
    waits = threading.Event()

    def work(context: WorkContext) -> Result:
        waits.set()
        context.token.wait(3600)
        return Result("never")

    job = queue.submit(FunctionWork(work))
    assert waits.wait(30)
    queue.cancel(job)
    assert job.wait(1), "it took more than a second"
    assert job.state is JobState.CANCELLED
    assert (job.error, job.result, job.can_retry) == (None, None, True)


def test_work_that_breaks_because_it_was_cancelled_is_cancelled(queue: JobQueue) -> None:
    held = HeldWork()

    def work(context: WorkContext) -> Result:
        begun_and_let_go(held, context)
        raise ConnectionError("shut down under it")

    job = queue.submit(FunctionWork(work))
    begun(held)
    queue.cancel(job)
    assert finished(job).state is JobState.CANCELLED


def test_work_that_was_faster_than_its_cancelling_is_done(queue: JobQueue) -> None:
    held = HeldWork()

    def work(context: WorkContext) -> Result:
        begun_and_let_go(held, context)
        return Result("done all the same")

    job = queue.submit(FunctionWork(work))
    begun(held)
    queue.cancel(job)
    assert finished(job).state is JobState.DONE


def begun_and_let_go(held: HeldWork, context: WorkContext) -> None:
    context.token.on_cancel(held.let_go.set)
    held.begun.set()
    held.let_go.wait()


def test_a_failed_job_says_why_and_has_a_log_without_secrets(queue: JobQueue) -> None:
    def work(_: WorkContext) -> Result:
        raise SourceChanged(Path("/data/log"), "changed size") from OSError("https://me:geheim@host/")

    job = finished(queue.submit(FunctionWork(work, "Pack churn")))
    assert job.state is JobState.FAILED
    assert isinstance(job.error, SourceChanged)
    assert job.explanation is not None
    assert "/data/log" in job.explanation.reason
    assert job.can_retry
    assert job.log_path is not None
    for text in (job.diagnostics, job.log_path.read_text()):
        assert "SourceChanged" in text
        assert "geheim" not in text
    assert "Pack churn" in job.log_path.read_text()


def test_a_listener_that_fails_hurts_no_job(queue: JobQueue) -> None:
    def listen(_: Job) -> None:
        raise RuntimeError("Internal C++ object already deleted")

    queue.changed = listen
    assert finished(queue.submit(FunctionWork(lambda _: Result("done")))).state is JobState.DONE


def test_retry_puts_a_new_job_in_place_of_the_old(queue: JobQueue) -> None:
    attempts: list[int] = []

    def work(_: WorkContext) -> Result:
        attempts.append(1)
        if len(attempts) == 1:
            raise OSError("once")
        return Result("at last")

    failed = finished(queue.submit(FunctionWork(work)))
    again = queue.retry(failed)
    assert finished(again).state is JobState.DONE
    assert queue.jobs() == (again,)
    with pytest.raises(RuntimeError):
        queue.retry(again)


def test_finished_jobs_are_cleared_and_others_stay(
    queue: JobQueue, make_queue: Callable[..., JobQueue]
) -> None:
    held = HeldWork()
    done = finished(queue.submit(FunctionWork(lambda _: Result("done"))))
    running = queue.submit(held)
    begun(held)
    queue.forget(running)
    clear_finished(queue)
    assert queue.jobs() == (running,)
    held.let_go.set()
    finished(running)
    queue.close()
    assert [job.id for job in make_queue().jobs()] == [running.id]
    assert done.id != running.id


def test_a_job_is_written_down_before_it_starts(queue: JobQueue, tmp_path: Path) -> None:
    rows: list[tuple[str, str]] = []

    def work(_: WorkContext) -> Result:
        with closing(sqlite3.connect(tmp_path / "state" / "journal.sqlite")) as file:
            rows.extend(file.execute("SELECT title, state FROM jobs").fetchall())
        return Result("done")

    finished(queue.submit(FunctionWork(work, "Pack churn")))
    assert [title for title, _ in rows] == ["Pack churn"]


def test_submitting_does_not_wait_for_a_journal_that_is_locked(queue: JobQueue, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "state" / "journal.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        job = queue.submit(FunctionWork(lambda _: Result("done")))
        assert job.state is JobState.WAITING
        other.execute("COMMIT")
    assert finished(job).state is JobState.DONE


def test_jobs_of_earlier_runs_are_shown(make_queue: Callable[..., JobQueue]) -> None:
    first = make_queue()
    done = finished(first.submit(FunctionWork(lambda _: Result("Packed", {"size": 1 << 40}), "Pack")))

    def fail(_: WorkContext) -> Result:
        raise SourceChanged(Path("/data/log"), "vanished")

    failed = finished(first.submit(FunctionWork(fail, "Pack again")))
    first.close()
    shown = {job.id: job for job in make_queue().jobs()}
    assert shown[done.id].result == Result("Packed", {"size": 1 << 40})
    assert shown[failed.id].explanation == failed.explanation
    assert shown[failed.id].log_path == failed.log_path
    assert not shown[failed.id].can_retry, "nobody knows the work any more"
    assert shown[done.id].wait(0)


KILLED = """
import sys
from pathlib import Path
from kitops_desktop.jobs.lineup import Slots
from kitops_desktop.jobs.queue import JobQueue
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.records.journal import Journal
from kitops_desktop.store.local_store import LocalStore
from support.waiting import until
from support.works import HeldWork
state = Path(sys.argv[1])
tools = Tools(LocalStore(state / "kitops"), None, None)
journal = Journal(state / "journal.sqlite")
queue = JobQueue(journal, tools, slots=Slots(1, 1))
works = [HeldWork("Pack one"), HeldWork("Pack two")]
jobs = [queue.submit(work) for work in works]
works[0].begun.wait()
def written():
    return [record and record.state for record in map(journal.find, [job.id for job in jobs])]
until(lambda: written() == ["running", "waiting"], "the journal to say how they stand")
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.read()
"""


def test_jobs_of_a_killed_program_are_interrupted_and_start_again(
    make_queue: Callable[..., JobQueue], tmp_path: Path
) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests")}
    argv = [sys.executable, "-c", KILLED, str(tmp_path / "state")]
    with subprocess.Popen(
        argv, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert make_queue().jobs() == (), "they belong to a window that lives"
        process.send_signal(signal.SIGKILL)
        process.wait()
    queue = make_queue()
    jobs = queue.jobs()
    assert [(job.title, job.state) for job in jobs] == [
        ("Pack one", JobState.INTERRUPTED),
        ("Pack two", JobState.INTERRUPTED),
    ]
    assert jobs[0].explanation is not None
    assert jobs[0].can_retry
    again = queue.retry(jobs[0])
    assert again.title == "Pack one"
    assert isinstance(again.work, HeldWork)
    begun(again.work).let_go.set()
    assert finished(again).state is JobState.DONE


def test_jobs_work_without_a_journal_on_disk(make_queue: Callable[..., JobQueue], tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("no folder")
    (tmp_path / "logs").write_text("no folder")
    queue = make_queue(state=tmp_path / "elsewhere")
    job = finished(queue.submit(FunctionWork(lambda _: Result("done"))))
    assert job.state is JobState.DONE
    clear_finished(queue)
    assert queue.jobs() == ()


def test_details_that_are_no_json_do_not_hurt(make_queue: Callable[..., JobQueue]) -> None:
    queue = make_queue()
    job = finished(queue.submit(FunctionWork(lambda _: Result("done", {"folder": Path("/a")}))))
    assert job.state is JobState.DONE
    queue.close()
    (earlier,) = make_queue().jobs()
    assert earlier.result == Result("done", {"folder": "/a"})


def test_closing_interrupts_and_waits(queue: JobQueue) -> None:
    works = [HeldWork() for _ in range(4)]
    jobs = [queue.submit(work) for work in works]
    begun(works[0])
    queue.close()
    assert [job.state for job in jobs] == [JobState.INTERRUPTED] * 4
    assert all(job.explanation is not None for job in jobs)
    with pytest.raises(RuntimeError):
        queue.submit(HeldWork())
    clear_finished(queue)
    assert queue.jobs() == tuple(jobs), "what can go on is not cleared with the rest"
    for job in jobs:
        queue.forget(job)
    assert queue.jobs() == ()


def test_closing_without_cancelling_finishes_all(make_queue: Callable[..., JobQueue]) -> None:
    queue = make_queue(slots=1)
    held = HeldWork()
    jobs = [queue.submit(held), queue.submit(FunctionWork(lambda _: Result("done")))]
    begun(held)
    closing_thread = threading.Thread(target=queue.close, kwargs={"cancel": False})
    closing_thread.start()
    held.let_go.set()
    closing_thread.join()
    assert [job.state for job in jobs] == [JobState.DONE] * 2
