"""From the page of a repository of Hugging Face to the project that its files become."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.job import JobState
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.hugging_face.download_sheet import DownloadSheet
from kitops_desktop.workspace import Workspace
from support.http_server import Rule
from support.hub_server import HubServer
from support.recording_navigator import RecordingNavigator


def button(root: BrowserPage | DownloadSheet, text: str) -> QPushButton:
    return next(one for one in root.findChildren(QPushButton) if one.text() == text and one.isVisible())


def begun(qtbot: QtBot, navigator: RecordingNavigator, page: BrowserPage, target: Path) -> None:
    """Download all of what the page shows, into ``target``."""
    navigator.open_remote("hf://team/churn@v1.0")
    qtbot.waitUntil(lambda: page.hugging_face.view.look is not None)
    button(page, "Download…").click()
    qtbot.waitUntil(lambda: page.findChild(DownloadSheet) is not None)
    sheet = page.findChild(DownloadSheet)
    assert isinstance(sheet, DownloadSheet)
    field = sheet.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.setText(str(target))
    qtbot.waitUntil(lambda: not sheet.looking)
    button(sheet, "Download").click()


def test_the_version_that_is_shown_comes_and_opens_for_whoever_waits_on_its_page(
    qtbot: QtBot, navigator: RecordingNavigator, page: BrowserPage, tmp_path: Path
) -> None:
    begun(qtbot, navigator, page, tmp_path / "churn")
    qtbot.waitUntil(lambda: ("projects", str(tmp_path / "churn")) in navigator.places)
    assert (tmp_path / "churn" / "config.json").read_bytes() == b'{"hidden_size": 64}\n'


def test_what_was_cancelled_and_is_tried_again_opens_all_the_same(
    qtbot: QtBot,
    navigator: RecordingNavigator,
    page: BrowserPage,
    workspace: Workspace,
    hub: HubServer,
    tmp_path: Path,
) -> None:
    hub.storage.rules.append(Rule(times=1, stall=1000))
    begun(qtbot, navigator, page, tmp_path / "churn")
    qtbot.waitUntil(lambda: bool(hub.storage.exchanges))
    (job,) = workspace.jobs.jobs()
    workspace.jobs.cancel(job)
    qtbot.waitUntil(lambda: job.state is JobState.CANCELLED)
    workspace.jobs.retry(job)
    qtbot.waitUntil(lambda: ("projects", str(tmp_path / "churn")) in navigator.places)


def test_whoever_looks_at_the_list_again_is_only_told(
    qtbot: QtBot, navigator: RecordingNavigator, page: BrowserPage, tmp_path: Path
) -> None:
    begun(qtbot, navigator, page, tmp_path / "churn")
    page.show_detail("")
    qtbot.waitUntil(lambda: any(text.startswith("Downloaded team/churn") for text in navigator.notices))
    assert navigator.offers[-1][0] == "Open as project"
    assert "projects" not in dict(navigator.places)
