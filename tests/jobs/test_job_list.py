"""The order of jobs, and the threads that work on them, each without a queue."""

from __future__ import annotations

import threading

from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.job_list import JobList
from kitops_desktop.jobs.worker_threads import WorkerThreads
from kitops_desktop.records.journal import JobRecord


def job(id: str, state: JobState = JobState.WAITING, position: int = 0) -> Job:
    return Job(JobRecord(id, "none", id, state=str(state), position=position), None)


def ids(jobs: tuple[Job, ...]) -> str:
    return "".join(job.id for job in jobs)


def test_earlier_jobs_stand_in_their_order_and_new_ones_after_them() -> None:
    jobs = JobList([job("a", JobState.PAUSED, 4), job("b", JobState.DONE, 9), job("c", JobState.PAUSED, 2)])
    assert (ids(jobs.all()), ids(jobs.order()), jobs.next_position) == ("abc", "ca", 10)
    jobs.add(job("d", position=jobs.next_position))
    assert (ids(jobs.order()), ids(jobs.listed()), jobs.next_position) == ("cad", "cadb", 11)


def test_what_has_ended_is_listed_after_the_rest_the_newest_first() -> None:
    made = [job(id) for id in "abc"]
    jobs = JobList(made)
    for one in made[:2]:
        one.state = JobState.DONE
        jobs.take_off(one)
    assert (ids(jobs.order()), ids(jobs.listed())) == ("c", "cba")
    made[0].state = JobState.WAITING
    jobs.line_up(made[0])
    jobs.line_up(made[0])
    assert ids(jobs.order()) == "ca"
    assert jobs.forget(made[1])
    assert not jobs.forget(made[1])
    assert ids(jobs.all()) == "ac"


def test_a_job_that_is_moved_has_the_places_counted_anew() -> None:
    made = [job(id, position=number) for number, id in enumerate("abc")]
    jobs = JobList(made)
    assert jobs.move(made[2], made[0])
    assert (ids(jobs.order()), [one.position for one in jobs.order()]) == ("cab", [0, 1, 2])
    assert jobs.move(made[2], None)
    assert (ids(jobs.order()), jobs.next_position) == ("abc", 3)
    assert not jobs.move(made[0], made[0])
    jobs.take_off(made[1])
    assert not jobs.move(made[1], None)
    assert jobs.move(made[0], made[1]), "last, since that one has no place any more"
    assert ids(jobs.order()) == "ca"


def test_who_looks_has_all_lists_of_one_moment_and_keeps_them() -> None:
    made = [job(id, position=number) for number, id in enumerate("abc")]
    jobs = JobList(made)
    seen = (jobs.all(), jobs.order(), jobs.listed())
    made[1].state = JobState.DONE  # as the queue has it before it takes it off
    assert ids(jobs.listed()) == "abc", "it is there once"
    jobs.take_off(made[1])
    jobs.move(made[2], made[0])
    jobs.add(job("d"))
    jobs.forget(made[1])
    assert [ids(one) for one in seen] == ["abc", "abc", "abc"]
    assert [ids(one) for one in (jobs.all(), jobs.order(), jobs.listed())] == ["acd", "cad", "cad"]


def test_threads_are_counted_until_they_have_ended_somehow() -> None:
    ended, goes_on = threading.Condition(threading.RLock()), threading.Event()
    threads = WorkerThreads(ended)
    assert not threads.are_busy()
    threads.start("held", goes_on.wait)
    assert threads.are_busy()
    goes_on.set()
    with ended:
        assert ended.wait_for(lambda: not threads.are_busy(), timeout=30)
    threads.start("held once more", goes_on.wait)
    threads.join()
    assert not threads.are_busy()
