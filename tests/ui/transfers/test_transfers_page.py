"""Transfers: the list, the keys, and what is shown beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QListView, QMenu, QPushButton, QTabBar
from pytestqt.qtbot import QtBot

from kitops_desktop.errors import DiskFull
from kitops_desktop.jobs.job import JobState
from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.registry.abilities import SURVIVES
from kitops_desktop.ui.transfers.job_panel import JobPanel
from kitops_desktop.ui.transfers.jobs_model import Role
from kitops_desktop.ui.transfers.transfers_page import TransfersPage
from kitops_desktop.ui.widgets.empty_state import EmptyState
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator
from support.works import FunctionWork, HeldWork


@pytest.fixture
def page(chosen_workspace: Workspace, recording: RecordingNavigator, qtbot: QtBot) -> TransfersPage:
    page = TransfersPage(chosen_workspace, recording)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    with qtbot.waitActive(page):
        page.activateWindow()
    return page


def titles(page: TransfersPage) -> list[str]:
    model = page.findChild(QListView).model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def tabs(page: TransfersPage) -> list[str]:
    bar = page.findChild(QTabBar)
    return [bar.tabText(tab) for tab in range(bar.count())]


def fail(_: WorkContext) -> Result:
    raise DiskFull(Path("/data"), 40 << 30, 3 << 30)


def test_nothing_yet(page: TransfersPage) -> None:
    assert page.findChild(EmptyState).isVisible()
    assert page.findChild(JobPanel).isHidden()
    (clear,) = [made for made in page.findChildren(QPushButton) if made.text() == "Clear finished"]
    assert not clear.isEnabled()


def test_a_job_appears_runs_and_is_cancelled_by_keyboard(
    page: TransfersPage, chosen_workspace: Workspace, qtbot: QtBot
) -> None:
    work = HeldWork("Pack churn:v1")
    job = chosen_workspace.jobs.submit(work)
    qtbot.waitUntil(lambda: job.state is JobState.RUNNING and page.job is job)
    assert titles(page) == ["Pack churn:v1"]
    assert tabs(page) == ["All  1", "Active  1", "Not finished", "Done"]
    jobs = page.findChild(QListView)
    jobs.setFocus()
    qtbot.keyClick(jobs, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: tabs(page)[2] == "Not finished  1")
    assert job.state is JobState.CANCELLED
    qtbot.keyClick(jobs, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: titles(page) == [])


def test_a_failed_job_is_tried_again_by_keyboard(
    page: TransfersPage, chosen_workspace: Workspace, qtbot: QtBot
) -> None:
    fails = [True, False]

    def once(context: WorkContext) -> Result:
        return fail(context) if fails.pop(0) else Result("Packed")

    first = chosen_workspace.jobs.submit(FunctionWork(once, "Pack churn:v1"))
    qtbot.waitUntil(lambda: first.state is JobState.FAILED and tabs(page)[2] == "Not finished  1")
    jobs = page.findChild(QListView)
    jobs.setFocus()
    qtbot.keyClick(jobs, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: tabs(page) == ["All  1", "Active", "Not finished", "Done  1"])
    assert page.job is not first
    assert page.job is not None
    assert page.job.state is JobState.DONE


def test_the_error_is_shown_with_all_there_is_to_do(
    page: TransfersPage, chosen_workspace: Workspace, qtbot: QtBot
) -> None:
    chosen_workspace.jobs.submit(FunctionWork(fail, "Unpack big:v9"))
    panel = page.findChild(JobPanel)

    def offered() -> set[str]:
        return {made.text() for made in panel.findChildren(QPushButton) if made.isVisible()}

    qtbot.waitUntil(lambda: offered() == {"Copy diagnostics", "Try again", "Open log", "Clear"})


def test_a_job_is_shown_that_something_else_leads_to(
    page: TransfersPage, chosen_workspace: Workspace, qtbot: QtBot
) -> None:
    failed = chosen_workspace.jobs.submit(FunctionWork(fail, "Fails"))
    chosen_workspace.jobs.submit(FunctionWork(lambda _: Result("Well"), "Works"))
    qtbot.waitUntil(lambda: tabs(page) == ["All  2", "Active", "Not finished  1", "Done  1"])
    page.findChild(QTabBar).setCurrentIndex(3)
    page.show_job(failed.id)
    assert page.job is failed
    page.show_job("it is gone")
    assert page.job is failed


def test_the_row_says_that_a_registry_drops_interrupted_uploads(
    page: TransfersPage, chosen_workspace: Workspace, qtbot: QtBot
) -> None:
    class Push(PushWork):
        def run(self, context: WorkContext) -> Result:
            context.token.wait(60)
            return Result("")

    words = "This registry drops interrupted uploads: the layer starts again."
    chosen_workspace.abilities.put("registry.example.com", SURVIVES, "no")
    job = chosen_workspace.jobs.submit(Push("churn:v1", "registry.example.com/team/churn:v1"))
    index = page.findChild(QListView).model().index
    qtbot.waitUntil(lambda: str(index(0, 0).data(Role.LINE)).endswith(words))
    assert str(index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)).endswith(words)
    qtbot.waitUntil(lambda: words in [made.text() for made in page.findChildren(QLabel) if made.isVisible()])
    chosen_workspace.jobs.cancel(job)
    qtbot.waitUntil(lambda: words not in str(index(0, 0).data(Role.LINE)))


def test_groups_narrow_the_list(page: TransfersPage, chosen_workspace: Workspace, qtbot: QtBot) -> None:
    chosen_workspace.jobs.submit(FunctionWork(fail, "Fails"))
    chosen_workspace.jobs.submit(FunctionWork(lambda _: Result("Well"), "Works"))
    qtbot.waitUntil(lambda: tabs(page) == ["All  2", "Active", "Not finished  1", "Done  1"])
    bar = page.findChild(QTabBar)
    for tab, shown in ((1, []), (2, ["Fails"]), (3, ["Works"]), (0, ["Works", "Fails"])):
        bar.setCurrentIndex(tab)
        assert titles(page) == shown
        assert (page.job.title if page.job else None) == (shown[0] if shown else None)


def test_finished_jobs_are_cleared(page: TransfersPage, chosen_workspace: Workspace, qtbot: QtBot) -> None:
    chosen_workspace.jobs.submit(FunctionWork(lambda _: Result("Well"), "Works"))
    held = chosen_workspace.jobs.submit(HeldWork("Runs"))
    qtbot.waitUntil(lambda: held.state is JobState.RUNNING and tabs(page)[3] == "Done  1")
    next(made for made in page.findChildren(QPushButton) if made.text() == "Clear finished").click()
    qtbot.waitUntil(lambda: titles(page) == ["Runs"])
    page.commands()[0].run()
    assert titles(page) == ["Runs"]


def test_the_context_menu_offers_what_the_panel_does(
    page: TransfersPage, chosen_workspace: Workspace, qtbot: QtBot, recording: RecordingNavigator
) -> None:
    details = {"reference": "localhost/churn:v1"}
    chosen_workspace.jobs.submit(FunctionWork(lambda _: Result("Packed", details), "Pack"))
    qtbot.waitUntil(lambda: tabs(page)[3] == "Done  1")
    jobs = page.findChild(QListView)
    jobs.customContextMenuRequested.emit(jobs.rect().center())
    menu = page.findChild(QMenu)
    assert [entry.text() for entry in menu.actions()] == ["Open kit", "Open log", "Clear"]
    menu.actions()[0].trigger()
    assert recording.places == [("library", "churn:v1")]
    menu.close()


def test_the_clock_stops_when_nothing_runs_or_nobody_looks(
    page: TransfersPage, chosen_workspace: Workspace, qtbot: QtBot
) -> None:
    timer = page._timer
    assert not timer.isActive()
    job = chosen_workspace.jobs.submit(HeldWork())
    qtbot.waitUntil(lambda: timer.isActive())
    page.hide()
    assert not timer.isActive()
    page.show()
    assert timer.isActive()
    chosen_workspace.jobs.cancel(job)
    qtbot.waitUntil(lambda: not timer.isActive())
    QApplication.processEvents()
