"""One job: what is offered in each state."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.job import Job
from kitops_desktop.progress import Progress
from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.transfers.job_panel import JobPanel

MakeJob = Callable[..., Job]


@pytest.fixture
def panel(theme: Theme, qtbot: QtBot) -> JobPanel:
    panel = JobPanel()
    qtbot.addWidget(panel)
    return panel


def offered(panel: JobPanel) -> list[str]:
    QApplication.processEvents()  # what was put into a layout is shown by the event loop
    return [made.text() for made in panel.findChildren(QPushButton) if made.isVisibleTo(panel)]


def press(panel: JobPanel, text: str) -> None:
    next(
        made for made in panel.findChildren(QPushButton) if made.text() == text and made.isVisibleTo(panel)
    ).click()


def test_a_running_job_can_be_cancelled(panel: JobPanel, running_job: MakeJob, qtbot: QtBot) -> None:
    job = running_job()
    panel.show_job(job)
    assert offered(panel) == ["Cancel", "Open log"]
    with qtbot.waitSignal(panel.cancel_asked) as asked:
        press(panel, "Cancel")
    assert asked.args == [job]


def test_its_bar_moves(panel: JobPanel, running_job: MakeJob) -> None:
    job = running_job()
    panel.show_job(job)
    bar = panel.findChild(QProgressBar)
    assert (bar.isVisibleTo(panel), bar.maximum()) == (True, 0)
    job.report(Progress(1 << 30, 4 << 30))
    panel.tick()
    assert (bar.value(), bar.maximum()) == (250, 1000)


def test_a_failed_job_explains_itself_and_can_be_tried_again(
    panel: JobPanel, failed_job: MakeJob, qtbot: QtBot
) -> None:
    job = failed_job()
    panel.show_job(job)
    assert offered(panel) == ["Copy diagnostics", "Try again", "Open log", "Clear"]
    press(panel, "Copy diagnostics")
    assert "DiskFull" in QApplication.clipboard().text()
    with qtbot.waitSignal(panel.retry_asked):
        press(panel, "Try again")


def test_the_result_can_be_used(panel: JobPanel, done_job: MakeJob, qtbot: QtBot) -> None:
    panel.show_job(
        done_job(reference="localhost/churn:v1", digest="sha256:" + "a" * 64, folder="/home/me/churn")
    )
    assert offered(panel) == [
        "Open kit",
        "Copy reference",
        "Open folder",
        "Copy path",
        "Open log",
        "Clear",
    ]
    press(panel, "Copy path")
    assert QApplication.clipboard().text() == "/home/me/churn"
    press(panel, "Copy reference")
    assert QApplication.clipboard().text() == "churn:v1"
    with qtbot.waitSignal(panel.kit_asked) as asked:
        press(panel, "Open kit")
    assert asked.args == ["churn:v1"]
    with qtbot.waitSignal(panel.folder_asked) as asked:
        press(panel, "Open folder")
    assert str(asked.args[0]) == "/home/me/churn"


def test_nothing_is_shown_for_no_job(panel: JobPanel, done_job: MakeJob) -> None:
    panel.show_job(done_job())
    panel.show_job(None)
    assert panel.isHidden()
    assert panel.job is None
