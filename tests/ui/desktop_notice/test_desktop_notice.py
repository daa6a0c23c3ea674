"""When the desktop is told of jobs, and what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.errors import DiskFull, SignInRefused
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.progress import Progress
from kitops_desktop.ui.desktop_notice.desktop import Desktop, Shown
from kitops_desktop.ui.desktop_notice.desktop_notice import DesktopNotice
from kitops_desktop.ui.desktop_notice.linux_notifier import LinuxNotifier
from kitops_desktop.ui.desktop_notice.linux_task_bar import LinuxTaskBar
from kitops_desktop.ui.desktop_notice.linux_wakefulness import LinuxWakefulness
from kitops_desktop.ui.desktop_notice.notice import Notice
from kitops_desktop.workspace import Workspace
from support.clock import Clock
from support.desktop_services import LOGIND, NOTIFICATIONS, DesktopServices
from support.recording_navigator import RecordingNavigator
from support.works import FunctionWork, HeldTransfer, HeldWork


class RecordingDesktop:
    """All three parts of a desktop; writes down what is new."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.parts: list[float | None] = []
        self.awake: list[bool] = []

    def tell(self, notice: Notice) -> None:
        self.notices.append(notice)

    def show(self, part: float | None) -> None:
        if self.parts[-1:] != [part]:
            self.parts.append(part)

    def keep(self, awake: bool) -> None:
        if self.awake[-1:] != [awake]:
            self.awake.append(awake)

    def close(self) -> None:
        return


@pytest.fixture
def desktop() -> RecordingDesktop:
    return RecordingDesktop()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """Nobody looks at it."""
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def notice(
    chosen_workspace: Workspace,
    recording: RecordingNavigator,
    window: QWidget,
    desktop: RecordingDesktop,
    clock: Clock,
) -> Iterator[DesktopNotice]:
    made = DesktopNotice(
        chosen_workspace,
        recording.job_signals,
        window,
        lambda job: None,
        lambda shown: Desktop(desktop, desktop, desktop),
        clock=clock,
    )
    yield made
    made.stop()


RunJob = Callable[..., Job]


@pytest.fixture
def run_job(
    chosen_workspace: Workspace, notice: DesktopNotice, desktop: RecordingDesktop, clock: Clock, qtbot: QtBot
) -> RunJob:
    """run_job(seconds, work=HeldWork()): a job that has run so long, by the clock, and is over."""

    def run(seconds: float, work: HeldWork | None = None) -> Job:
        work = work or HeldWork("Push churn:v1")
        job = chosen_workspace.jobs.submit(work)
        qtbot.waitUntil(lambda: desktop.awake[-1:] == [True])
        clock.advance(seconds)
        work.let_go.set()
        qtbot.waitUntil(lambda: desktop.awake[-1:] == [False])
        return job

    return run


def test_a_long_job_is_told_when_nobody_looks(run_job: RunJob, desktop: RecordingDesktop) -> None:
    job = run_job(10)
    (told,) = desktop.notices
    assert (told.job_id, told.title, told.text) == (job.id, "Push churn:v1: done", "Push churn:v1 is done")


def test_a_short_job_is_not_told(run_job: RunJob, desktop: RecordingDesktop) -> None:
    run_job(5)
    assert desktop.notices == []


def test_who_looks_at_the_window_is_not_told(
    run_job: RunJob, desktop: RecordingDesktop, window: QWidget, qtbot: QtBot
) -> None:
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    run_job(10)
    assert desktop.notices == []


def test_who_wants_no_notifications_gets_none(
    run_job: RunJob, desktop: RecordingDesktop, chosen_workspace: Workspace
) -> None:
    chosen_workspace.change_settings(notify=False)
    run_job(10)
    assert desktop.notices == []


def test_what_the_user_stopped_is_not_told(
    notice: DesktopNotice, desktop: RecordingDesktop, chosen_workspace: Workspace, clock: Clock, qtbot: QtBot
) -> None:
    job = chosen_workspace.jobs.submit(HeldWork())
    qtbot.waitUntil(lambda: desktop.awake[-1:] == [True])
    clock.advance(10)
    chosen_workspace.jobs.cancel(job)
    qtbot.waitUntil(lambda: desktop.awake[-1:] == [False])
    assert desktop.notices == []


def test_a_failure_says_why_and_forgetting_it_says_nothing(
    run_job: RunJob, desktop: RecordingDesktop, chosen_workspace: Workspace, qtbot: QtBot
) -> None:
    class Full(HeldWork):
        def run(self, context: WorkContext) -> Result:
            super().run(context)
            raise DiskFull(Path("/data"), 40 << 30, 3 << 30)

    job = run_job(10, Full("Unpack big:v9"))
    assert job.explanation is not None
    (told,) = desktop.notices
    assert (told.title, told.text) == ("Unpack big:v9: failed", job.explanation.title)
    chosen_workspace.jobs.forget(job)
    qtbot.waitUntil(lambda: not chosen_workspace.jobs.jobs())
    QApplication.processEvents()
    assert len(desktop.notices) == 1


def test_a_transfer_that_needs_room_says_how_much(run_job: RunJob, desktop: RecordingDesktop) -> None:
    class Full(HeldTransfer):
        def run(self, context: WorkContext) -> Result:
            super().run(context)
            raise DiskFull(Path("/"), 1 << 60, (1 << 60) - (2 << 30))

    job = run_job(10, Full("Pull big:v9"))
    assert job.state is JobState.WAITING
    (told,) = desktop.notices
    assert told.title == "Pull big:v9: waiting"
    assert told.text == "2.0 GiB more must be free on the disk; then it goes on."


def test_a_transfer_that_needs_a_sign_in_says_where(run_job: RunJob, desktop: RecordingDesktop) -> None:
    class Unknown(HeldTransfer):
        def run(self, context: WorkContext) -> Result:
            super().run(context)
            raise SignInRefused("registry.example", "robot")

    job = run_job(10, Unknown("Push big:v9"))
    assert job.state is JobState.WAITING
    (told,) = desktop.notices
    assert told.text == "registry.example wants you to sign in; then it goes on."


def test_the_computer_stays_awake_and_the_bar_shows_while_jobs_run(
    run_job: RunJob, desktop: RecordingDesktop, chosen_workspace: Workspace, qtbot: QtBot
) -> None:
    def report(context: WorkContext) -> Result:
        context.report(Progress(1 << 20, 4 << 20))
        held.let_go.wait(20)
        return Result("")

    held = HeldWork()
    job = chosen_workspace.jobs.submit(FunctionWork(report))
    qtbot.waitUntil(lambda: desktop.parts[-1:] == [0.25])
    assert desktop.awake == [True]
    held.let_go.set()
    qtbot.waitUntil(lambda: job.state is JobState.DONE and desktop.awake == [True, False])
    assert desktop.parts[-1] is None


def test_who_wants_the_computer_to_sleep_has_it_so_at_once(
    notice: DesktopNotice, desktop: RecordingDesktop, chosen_workspace: Workspace, qtbot: QtBot
) -> None:
    job = chosen_workspace.jobs.submit(HeldWork())
    qtbot.waitUntil(lambda: desktop.awake == [True])
    chosen_workspace.change_settings(keep_awake=False)
    qtbot.waitUntil(lambda: desktop.awake == [True, False])
    assert job.state is JobState.RUNNING
    chosen_workspace.jobs.cancel(job)


def test_following_a_notification_brings_the_window_to_the_job(
    chosen_workspace: Workspace,
    recording: RecordingNavigator,
    window: QWidget,
    clock: Clock,
    services: DesktopServices,
    qtbot: QtBot,
) -> None:
    """With all parts as they are, on a desktop that is played."""
    services.play_template("notification_daemon", NOTIFICATIONS, capabilities="actions body")
    services.play_template("logind", LOGIND)

    def desktop(shown: Shown) -> Desktop:
        bus = services.bus
        return Desktop(LinuxNotifier(shown, bus), LinuxTaskBar(bus), LinuxWakefulness(bus, bus))

    followed: list[str] = []
    made = DesktopNotice(
        chosen_workspace, recording.job_signals, window, followed.append, desktop, clock=clock
    )
    work = HeldWork("Push churn:v1")
    job = chosen_workspace.jobs.submit(work)
    qtbot.waitUntil(lambda: bool(services.ask(LOGIND, "ListInhibitors")[0]))
    clock.advance(10)
    work.let_go.set()
    qtbot.waitUntil(lambda: bool(services.calls(NOTIFICATIONS, "Notify")))
    qtbot.waitUntil(lambda: not services.ask(LOGIND, "ListInhibitors")[0])
    services.send(NOTIFICATIONS, "ActionInvoked", "us", 1, "default")
    qtbot.waitUntil(lambda: followed == [job.id])
    made.stop()
