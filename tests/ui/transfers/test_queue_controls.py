"""Transfers: pausing, order, what is waited for, limits, and what is done about all jobs."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QPushButton, QSpinBox, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.errors import DiskFull, RegistryUnreachable
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.kinds import restore
from kitops_desktop.jobs.pack_job import PackWork
from kitops_desktop.jobs.queue import JobQueue
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.progress import Progress
from kitops_desktop.records.journal import JobRecord, Journal
from kitops_desktop.ui.settings.settings_page import SettingsPage
from kitops_desktop.ui.transfers.job_list import JobList
from kitops_desktop.ui.transfers.job_panel import JobPanel
from kitops_desktop.ui.transfers.job_text import line_text, state_text, tries_text
from kitops_desktop.ui.transfers.transfers_page import TransfersPage
from kitops_desktop.ui.unfinished import offer_unfinished
from kitops_desktop.ui.widgets.sheet import Sheet
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator
from support.works import HeldTransfer, TransferWork


@pytest.fixture
def page(chosen_workspace: Workspace, recording: RecordingNavigator, qtbot: QtBot) -> TransfersPage:
    page = TransfersPage(chosen_workspace, recording)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    with qtbot.waitActive(page):
        page.activateWindow()
    return page


@pytest.fixture
def jobs(page: TransfersPage) -> JobList:
    made: JobList = page.findChild(JobList)
    made.setFocus()
    return made


def titles(jobs: JobList) -> list[str]:
    return [jobs.model().index(row, 0).data() for row in range(jobs.model().rowCount())]


def choose(jobs: JobList, title: str) -> None:
    jobs.setCurrentIndex(jobs.model().index(titles(jobs).index(title), 0))


def pressable(page: QWidget, text: str) -> QPushButton:
    return next(made for made in page.findChildren(QPushButton) if made.text() == text and made.isVisible())


def offered(page: TransfersPage) -> set[str]:
    panel = page.findChild(JobPanel)
    return {made.text() for made in panel.findChildren(QPushButton) if made.isVisible()}


@pytest.fixture
def four(chosen_workspace: Workspace, jobs: JobList, qtbot: QtBot) -> list[Job]:
    """One transfer that runs, and three that wait."""
    queue = chosen_workspace.jobs
    queue.set_transfer_slots(1)
    made = [queue.submit(HeldTransfer(name)) for name in ("Runs", "A", "B", "C")]
    qtbot.waitUntil(lambda: made[0].state is JobState.RUNNING and titles(jobs) == ["Runs", "A", "B", "C"])
    return made


def test_space_pauses_and_resumes(page: TransfersPage, jobs: JobList, four: list[Job], qtbot: QtBot) -> None:
    choose(jobs, "B")
    qtbot.waitUntil(lambda: offered(page) == {"Pause", "Cancel"})
    qtbot.keyClick(jobs, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: four[2].state is JobState.PAUSED and offered(page) == {"Resume", "Cancel"})
    assert state_text(four[2]) == "Paused"
    qtbot.keyClick(jobs, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: four[2].state is JobState.WAITING)


def test_the_buttons_pause_and_resume(
    page: TransfersPage, jobs: JobList, four: list[Job], qtbot: QtBot
) -> None:
    choose(jobs, "Runs")
    qtbot.waitUntil(lambda: offered(page) == {"Pause", "Cancel", "Open log"})
    pressable(page.findChild(JobPanel), "Pause").click()
    qtbot.waitUntil(lambda: four[0].state is JobState.PAUSED and four[1].state is JobState.RUNNING)
    qtbot.waitUntil(lambda: "Resume" in offered(page))
    pressable(page.findChild(JobPanel), "Resume").click()
    qtbot.waitUntil(lambda: four[0].state is JobState.WAITING)
    assert titles(jobs) == ["Runs", "A", "B", "C"]


def test_alt_and_arrows_put_in_order(jobs: JobList, four: list[Job], qtbot: QtBot) -> None:
    alt = Qt.KeyboardModifier.AltModifier
    choose(jobs, "C")
    qtbot.keyClick(jobs, Qt.Key.Key_Up, alt)
    qtbot.waitUntil(lambda: titles(jobs) == ["Runs", "A", "C", "B"])
    assert jobs.job is four[3]
    qtbot.keyClick(jobs, Qt.Key.Key_Up, alt)
    qtbot.waitUntil(lambda: titles(jobs) == ["Runs", "C", "A", "B"])
    qtbot.keyClick(jobs, Qt.Key.Key_Up, alt)  # what runs is not passed
    assert titles(jobs) == ["Runs", "C", "A", "B"]
    for wanted in (["Runs", "A", "C", "B"], ["Runs", "A", "B", "C"]):
        qtbot.keyClick(jobs, Qt.Key.Key_Down, alt)
        qtbot.waitUntil(lambda wanted=wanted: titles(jobs) == wanted)  # type: ignore[misc]
    qtbot.keyClick(jobs, Qt.Key.Key_Down, alt)
    assert titles(jobs) == ["Runs", "A", "B", "C"]
    jobs.move_first()
    qtbot.waitUntil(lambda: titles(jobs) == ["Runs", "C", "A", "B"])


@pytest.mark.parametrize(
    ("onto", "lower", "wanted"),
    [
        ("Runs", False, ["Runs", "C", "A", "B"]),
        ("A", False, ["Runs", "C", "A", "B"]),
        ("A", True, ["Runs", "A", "C", "B"]),
        ("C", True, ["Runs", "A", "B", "C"]),
    ],
)
def test_dragging_puts_in_order(
    jobs: JobList, four: list[Job], qtbot: QtBot, onto: str, lower: bool, wanted: list[str]
) -> None:
    choose(jobs, "C")
    place = jobs.visualRect(jobs.model().index(titles(jobs).index(onto), 0))
    jobs.drop_at(QPoint(place.center().x(), place.bottom() - 2 if lower else place.top() + 2))
    qtbot.waitUntil(lambda: titles(jobs) == wanted)


def test_below_all_is_last(jobs: JobList, four: list[Job], qtbot: QtBot) -> None:
    choose(jobs, "A")
    jobs.drop_at(QPoint(10, jobs.viewport().height() - 1))
    qtbot.waitUntil(lambda: titles(jobs) == ["Runs", "B", "C", "A"])


def test_only_what_waits_can_be_dragged(jobs: JobList, four: list[Job]) -> None:
    flags = [jobs.model().index(row, 0).flags() for row in range(2)]
    assert [bool(flag & Qt.ItemFlag.ItemIsDragEnabled) for flag in flags] == [False, True]
    choose(jobs, "Runs")
    jobs.move_down(), jobs.move_up(), jobs.drop_at(QPoint(10, 300))
    assert titles(jobs) == ["Runs", "A", "B", "C"]


def test_all_are_paused_resumed_and_cancelled(page: TransfersPage, four: list[Job], qtbot: QtBot) -> None:
    assert not pressable(page, "Resume all").isEnabled()
    pressable(page, "Pause all").click()
    qtbot.waitUntil(lambda: {job.state for job in four} == {JobState.PAUSED})
    qtbot.waitUntil(lambda: not pressable(page, "Pause all").isEnabled())
    pressable(page, "Resume all").click()
    qtbot.waitUntil(lambda: [job.state for job in four[1:]] == [JobState.WAITING] * 3)
    menu = pressable(page, "More").menu()
    menu.aboutToShow.emit()
    entries = {entry.text(): entry for entry in menu.actions()}
    assert {text: entry.isEnabled() for text, entry in entries.items()} == {
        "Resume interrupted jobs": False,
        "Try failed jobs again": False,
        "Cancel all jobs…": True,
    }
    entries["Cancel all jobs…"].trigger()
    (sheet,) = page.findChildren(Sheet)
    assert sheet.accessibleName() == "Cancel 4 jobs?"
    pressable(sheet, "Cancel all").click()
    qtbot.waitUntil(lambda: {job.state for job in four} == {JobState.CANCELLED})


def test_what_is_waited_for_is_said_and_can_be_tried_now(
    page: TransfersPage, jobs: JobList, chosen_workspace: Workspace, qtbot: QtBot
) -> None:
    runs: list[int] = []

    def transfer(context: WorkContext) -> Result:
        runs.append(1)
        context.report(Progress(5 << 20, 10 << 20))
        if len(runs) == 1:
            raise RegistryUnreachable("registry.example", "name", "the name is not known")
        return Result("Pushed")

    job = chosen_workspace.jobs.submit(TransferWork(transfer, "Push churn:v1"))
    qtbot.waitUntil(lambda: offered(page) >= {"Try now", "Pause", "Cancel"})
    assert state_text(job) == "Waiting for the network"
    assert job.next_look_at is not None
    text = line_text(job, job.next_look_at - 5)
    assert "registry.example" in text
    assert "looks again in 5 s" in text
    pressable(page.findChild(JobPanel), "Try now").click()
    assert job.wait(30)
    assert (job.state, tries_text(job)) == (JobState.DONE, "tried again once")


def test_a_full_disk_says_how_much_is_missing(
    page: TransfersPage, chosen_workspace: Workspace, qtbot: QtBot, tmp_path: Path
) -> None:
    def pull(_: WorkContext) -> Result:
        raise DiskFull(tmp_path, 1 << 60, (1 << 60) - (3 << 30))

    job = chosen_workspace.jobs.submit(TransferWork(pull, "Pull churn:v1"))
    qtbot.waitUntil(lambda: job.hindrance is not None)
    assert state_text(job) == "Waiting for room on the disk"
    assert line_text(job).startswith("3.0 GiB more must be free on the disk · looks again in ")


def test_what_stalls_says_so_and_can_reconnect(
    page: TransfersPage, four: list[Job], jobs: JobList, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(jobs, "Runs")
    four[0].report(Progress(5 << 20, 10 << 20))
    assert state_text(four[0]) == "Running"
    monkeypatch.setattr("kitops_desktop.jobs.job.STALLED_SECONDS", 0.0)
    qtbot.waitUntil(lambda: "Reconnect" in offered(page))
    assert state_text(four[0]) == "Stalled"
    assert "no byte for " in line_text(four[0])


def test_slots_and_limits_hold_at_once(
    page: TransfersPage, chosen_workspace: Workspace, recording: RecordingNavigator, qtbot: QtBot
) -> None:
    slots, upload, download = page.findChildren(QSpinBox)
    slots.setValue(5)
    upload.setValue(512)
    download.setValue(2048)
    settings = chosen_workspace.settings
    throttles = chosen_workspace.throttles
    assert (settings.transfer_slots, chosen_workspace.jobs.slots.transfers) == (5, 5)
    assert (settings.upload_limit, throttles.up.rate) == (512 << 10, 512 << 10)
    assert (settings.download_limit, throttles.down.rate) == (2 << 20, 2 << 20)
    shown = SettingsPage(chosen_workspace, recording)
    qtbot.addWidget(shown)
    shown.show()
    assert [spin.value() for spin in shown.findChildren(QSpinBox)][-3:] == [5, 512, 2048]
    upload.setValue(0)
    assert upload.text() == "No limit"
    assert chosen_workspace.throttles.up.rate == 0


def test_everything_has_a_name(page: TransfersPage) -> None:
    for spin in page.findChildren(QSpinBox):
        assert any(getattr(child, "buddy", lambda: None)() is spin for child in page.findChildren(QWidget))
    assert page.findChild(JobList).accessibleName() == "Jobs"
    assert page.findChild(QTabBar).accessibleName() == "Show"
    assert all(made.text() or made.accessibleName() for made in page.findChildren(QPushButton))


def test_the_palette_has_what_concerns_all(page: TransfersPage) -> None:
    texts = [command.text for command in page.commands()]
    assert texts[:3] == ["Clear finished jobs", "Pause all jobs", "Resume all jobs"]
    assert [command.available() for command in page.commands()[1:]] == [False] * 5


def test_the_context_menu_moves(page: TransfersPage, jobs: JobList, four: list[Job], qtbot: QtBot) -> None:
    choose(jobs, "C")
    jobs.customContextMenuRequested.emit(QPoint(5, 5))
    menu = next(menu for menu in page.findChildren(QMenu) if menu.isVisible())
    entries = {entry.text(): entry for entry in menu.actions()}
    assert {"Pause", "Cancel", "Move up", "Move down", "Next of those that wait"} <= entries.keys()
    entries["Next of those that wait"].trigger()
    menu.close()
    qtbot.waitUntil(lambda: titles(jobs) == ["Runs", "C", "A", "B"])


def test_interrupted_jobs_are_offered_at_the_start(
    chosen_workspace: Workspace, recording: RecordingNavigator, tmp_path: Path
) -> None:
    workspace = chosen_workspace
    work = PackWork(tmp_path, "churn:v1")
    journal = Journal(workspace.folders.state / "journal.sqlite")
    for number in "12":
        journal.start(JobRecord(number, work.kind, work.title, work.parameters(), state="running"))
    journal.close()
    queue = JobQueue(workspace.journal, workspace.tools, restore=restore)
    assert offer_unfinished(queue, recording)
    assert recording.notices == ["2 jobs did not come to an end when the program was last closed"]
    ((text, go_on),) = recording.offers
    assert text == "Go on"
    assert go_on is not None
    go_on()
    assert recording.places == [("transfers", "")]
    for job in queue.jobs():
        assert job.wait(30)
        assert job.state is JobState.FAILED, "there is no Kitfile"
    assert not offer_unfinished(queue, recording)
    queue.close()
