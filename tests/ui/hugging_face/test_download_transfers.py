"""A download from Hugging Face among the transfers: where it comes from, what it waits for, what helps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.hugging_face_job import HuggingFaceWork
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.ui.desktop_notice.notice import notice_of
from kitops_desktop.ui.hugging_face.token_sheet import TokenSheet
from kitops_desktop.ui.transfers.job_offers import offers_of
from kitops_desktop.ui.transfers.job_text import icon_name, line_text, state_text
from kitops_desktop.ui.transfers.transfers_page import TransfersPage
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.workspace import Workspace
from support.hub_repository import HubRepository
from support.hub_server import HubServer
from support.planted import HUB_TOKEN
from support.recording_navigator import RecordingNavigator

FILES = {"README.md": b"# Churn\n", "config.json": b"{}"}


@pytest.fixture
def gated() -> HubRepository:
    return HubRepository("lab/gated", gated="manual", files=FILES, readers={"team"})


@pytest.fixture
def hub(gated: HubRepository, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with HubServer(HubRepository("team/churn", files=FILES), gated) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.origin)
        yield server


@pytest.fixture
def page(qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator) -> Iterator[TransfersPage]:
    made = TransfersPage(workspace, navigator)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    yield made
    workspace.close()


def submitted(workspace: Workspace, target: Path, name: str = "team/churn") -> Job:
    return workspace.jobs.submit(HuggingFaceWork(f"hf://{name}", target))


def texts(page: TransfersPage) -> list[str]:
    return [one.text() for one in page.findChildren(QPushButton) if one.isVisible() and one.text()]


def press(qtbot: QtBot, page: TransfersPage, text: str) -> None:
    qtbot.waitUntil(lambda: text in texts(page))
    [one for one in page.findChildren(QPushButton) if one.text() == text and one.isVisible()][-1].click()


def test_what_is_done_leads_to_the_project_the_folder_and_its_page(
    qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator, page: TransfersPage, tmp_path: Path
) -> None:
    job = submitted(workspace, tmp_path / "churn")
    qtbot.waitUntil(lambda: job.state is JobState.DONE and page.job is job)
    press(qtbot, page, "Open as project")
    press(qtbot, page, "Open its page")
    assert navigator.places == [
        ("projects", str(tmp_path / "churn")),
        ("registries", "hf://team/churn"),
    ]
    assert {"Open folder", "Copy path", "Copy as command"} <= set(texts(page))
    assert not {"Open kit", "Copy reference", "Open in registry"} & set(texts(page))
    facts = [one.text() for one in page.findChildren(ElidedLabel) if one.isVisible()]
    assert {"hf://team/churn, main", str(tmp_path / "churn")} <= set(facts)
    assert (icon_name(job), line_text(job)) == ("download", "Downloaded 2 files of team/churn · now")
    told = notice_of(job)
    assert told is not None
    assert (told.title, told.category) == (f"{job.title}: done", "transfer.complete")


def test_a_download_that_needs_a_sign_in_asks_for_a_token_and_goes_on(
    qtbot: QtBot, workspace: Workspace, page: TransfersPage, tmp_path: Path
) -> None:
    job = submitted(workspace, tmp_path / "gated", "lab/gated")
    qtbot.waitUntil(lambda: state_text(job) == "Needs a sign-in")
    told = notice_of(job)
    assert told is not None
    assert "wants you to sign in" in told.text
    press(qtbot, page, "Sign in…")
    sheet = page.findChild(TokenSheet)
    assert sheet is not None
    sheet.secret.setText(HUB_TOKEN)
    next(one for one in sheet.findChildren(QPushButton) if one.text() == "Sign in").click()
    qtbot.waitUntil(lambda: job.state is JobState.DONE)
    assert (tmp_path / "gated" / "README.md").read_bytes() == FILES["README.md"]


def test_who_is_signed_in_and_has_no_access_is_led_to_where_one_asks(
    qtbot: QtBot,
    workspace: Workspace,
    page: TransfersPage,
    gated: HubRepository,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))
    monkeypatch.setenv("HF_TOKEN", HUB_TOKEN)
    gated.readers.clear()
    job = submitted(workspace, tmp_path / "gated", "lab/gated")
    qtbot.waitUntil(lambda: job.state is JobState.FAILED and page.job is job)
    assert offers_of(job).remedy is None
    press(qtbot, page, "Ask for access")
    assert [address.rpartition("/lab/")[2] for address in opened] == ["gated"]


def test_what_may_be_private_is_tried_again_after_a_sign_in(
    qtbot: QtBot, workspace: Workspace, page: TransfersPage, tmp_path: Path
) -> None:
    job = submitted(workspace, tmp_path / "hidden", "lab/hidden")
    qtbot.waitUntil(lambda: job.state is JobState.FAILED and page.job is job)
    press(qtbot, page, "Sign in…")
    assert page.findChild(TokenSheet) is not None
