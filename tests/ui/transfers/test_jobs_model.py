"""The model of the jobs, under Qt's own tester."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.job import Job
from kitops_desktop.jobs.queue import JobQueue
from kitops_desktop.ui.transfers.job_text import Group
from kitops_desktop.ui.transfers.jobs_model import JobsFilter, JobsModel, Role

MakeJob = Callable[..., Job]


@pytest.fixture
def model(queue: JobQueue, qtbot: QtBot) -> Iterator[JobsModel]:
    model = JobsModel(queue.listed)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield model
    assert tester.model() is model


def titles(model: JobsModel | JobsFilter) -> list[str]:
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_the_newest_comes_first(model: JobsModel, done_job: MakeJob) -> None:
    for title in ("One", "Two", "Three"):
        model.follow(done_job(title))
    assert titles(model) == ["Three", "Two", "One"]


def test_what_was_forgotten_goes(model: JobsModel, queue: JobQueue, done_job: MakeJob) -> None:
    jobs = [done_job(title) for title in ("One", "Two", "Three")]
    model.follow()
    queue.forget(jobs[1])
    model.follow(jobs[1])
    assert titles(model) == ["Three", "One"]


def test_a_changed_job_is_redrawn(model: JobsModel, done_job: MakeJob, qtbot: QtBot) -> None:
    job = done_job()
    model.follow(job)
    with qtbot.waitSignal(model.dataChanged) as changed:
        model.follow(job)
    assert changed.args[0].data(Role.JOB) is job


def test_only_what_runs_is_redrawn_by_the_clock_one_after_the_other(
    model: JobsModel, queue: JobQueue, done_job: MakeJob, running_job: MakeJob, qtbot: QtBot
) -> None:
    model.follow(done_job())
    with qtbot.assertNotEmitted(model.dataChanged):
        assert model.tick() is None
    running = [running_job(), running_job()]
    model.follow()
    redrawn: list[object] = []
    model.dataChanged.connect(lambda first, last: redrawn.append(first.data(Role.JOB)))
    ticked = [model.tick() for _ in range(4)]
    assert ticked == redrawn
    assert set(redrawn[:2]) == set(redrawn[2:]) == set(running)


def test_screen_readers_get_a_sentence(model: JobsModel, done_job: MakeJob) -> None:
    model.follow(done_job())
    spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Pack churn:v1, Done, Packed churn:v1 · now"


def test_groups_follow_the_states(
    model: JobsModel, queue: JobQueue, done_job: MakeJob, failed_job: MakeJob, running_job: MakeJob
) -> None:
    shown = JobsFilter()
    shown.setSourceModel(model)
    tester = QAbstractItemModelTester(shown, QAbstractItemModelTester.FailureReportingMode.Fatal)
    done_job("Done"), failed_job("Failed")
    running = running_job("Running")
    model.follow()
    shown.show_group(Group.ACTIVE)
    assert titles(shown) == ["Running"]
    queue.cancel(running)
    assert running.wait(30)
    model.follow(running)
    assert titles(shown) == []
    shown.show_group(Group.FAILED)
    assert titles(shown) == ["Running", "Failed"]
    assert [model.count(group) for group in Group] == [3, 0, 2, 1]
    assert tester.model() is shown
