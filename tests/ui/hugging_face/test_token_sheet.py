"""Signing in to Hugging Face with an access token, and out again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QRadioButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.credentials.credential import Origin
from kitops_desktop.credentials.lookup import Keep
from kitops_desktop.importers.hugging_face.sign_in import credential_of
from kitops_desktop.jobs.hindrance import NoSignIn
from kitops_desktop.jobs.hugging_face_job import HuggingFaceWork
from kitops_desktop.jobs.job import JobState
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.registries import Registries
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.remedies import Remedy
from kitops_desktop.ui.hugging_face.signing_in import SigningIn
from kitops_desktop.ui.hugging_face.token_sheet import TokenSheet
from kitops_desktop.workspace import Workspace
from support.hub_repository import HubRepository
from support.hub_server import HubServer
from support.planted import HUB_TOKEN, OTHER_HUB_TOKEN, holds_secret
from support.recording_navigator import RecordingNavigator
from support.registry_clients import QUICK


def button(parent: QWidget, text: str) -> QPushButton | None:
    found = (one for one in parent.findChildren(QPushButton) if one.text() == text)
    return next((one for one in found if one.isVisible()), None)


def press(parent: QWidget, text: str) -> None:
    made = button(parent, text)
    assert made is not None
    assert made.isEnabled()
    made.click()


def questions(hub: HubServer) -> list[str]:
    return [one.path for one in hub.exchanges]


class Browser(QObject):
    """In place of the web browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def signing_in(qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator) -> SigningIn:
    """Over a page with nothing else."""
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 650)
    host.show()
    return SigningIn(workspace, navigator, host)


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser()
    QDesktopServices.setUrlHandler("http", made, "open")
    yield made
    QDesktopServices.unsetUrlHandler("http")


def test_a_token_is_checked_and_kept_in_the_keyring(
    qtbot: QtBot,
    keyring: object,  # before the workspace, and so until after it
    signing_in: SigningIn,
    navigator: RecordingNavigator,
    workspace: Workspace,
    hub: HubServer,
) -> None:
    sheet = signing_in.sign_in()
    keyring_box = sheet.findChildren(QRadioButton)[0]
    qtbot.waitUntil(lambda: "encrypted" in keyring_box.accessibleDescription())
    assert keyring_box.isChecked()
    assert sheet.window().focusWidget() is sheet.secret
    go = button(sheet, "Sign in")
    assert go is not None
    assert not go.isEnabled(), "without a token"
    sheet.secret.setText(f" {HUB_TOKEN}\n")
    go.click()
    qtbot.waitUntil(lambda: "Signed in to Hugging Face as team." in navigator.notices)
    found = workspace.credentials.found(hub.host)
    assert found is not None
    assert found.origin is Origin.KEYRING
    assert questions(hub) == ["/api/whoami-v2"], "and none for registries"
    assert not workspace.settings.registries, "it is no registry of the list"
    again = signing_in.sign_in()
    qtbot.waitUntil(lambda: button(again, "Sign out") is not None)
    assert found.place in again.known.text()
    press(again, "Sign out")
    qtbot.waitUntil(lambda: "Signed out of Hugging Face." in navigator.notices)
    assert workspace.credentials.found(hub.host) is None


def test_a_wrong_token_is_said_and_kept_nowhere(
    qtbot: QtBot,
    signing_in: SigningIn,
    navigator: RecordingNavigator,
    workspace: Workspace,
    hub: HubServer,
    home: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    sheet = signing_in.sign_in()
    qtbot.waitUntil(lambda: sheet.places.keep is Keep.SESSION)
    sheet.secret.setText(OTHER_HUB_TOKEN)
    press(sheet, "Sign in")
    qtbot.waitUntil(sheet.problem.isVisible)
    go = button(sheet, "Sign in")
    assert go is not None
    assert not go.isEnabled(), "the same would be refused again"
    assert button(sheet.problem, "Sign in…") is None
    assert len(hub.exchanges) == 1
    assert workspace.credentials.found(hub.host) is None
    assert sheet.secret.selectedText() == OTHER_HUB_TOKEN
    assert not holds_secret(caplog.text)
    assert not any(holds_secret(f"{one.toolTip()}{one.accessibleDescription()}") for one in texts(sheet))
    sheet.secret.setText(HUB_TOKEN)
    press(sheet, "Sign in")
    qtbot.waitUntil(lambda: bool(navigator.notices))
    found = workspace.credentials.found(hub.host)
    assert found is not None
    assert found.origin is Origin.SESSION
    assert not list(home.rglob("credentials.json"))


def texts(sheet: TokenSheet) -> list[QWidget]:
    return sheet.findChildren(QWidget)


def test_what_can_be_no_token_is_refused_like_a_wrong_one(
    qtbot: QtBot, signing_in: SigningIn, hub: HubServer
) -> None:
    sheet = signing_in.sign_in()
    sheet.secret.setText(f"{HUB_TOKEN} {HUB_TOKEN}")
    press(sheet, "Sign in")
    qtbot.waitUntil(sheet.problem.isVisible)
    assert not hub.exchanges


def test_by_consent_it_is_kept_where_programs_can_read_it(
    qtbot: QtBot, signing_in: SigningIn, navigator: RecordingNavigator, hub: HubServer, home: Path
) -> None:
    sheet = signing_in.sign_in()
    qtbot.waitUntil(lambda: sheet.places.keep is Keep.SESSION)
    sheet.findChildren(QRadioButton)[2].click()
    sheet.secret.setText(HUB_TOKEN)
    press(sheet, "Sign in")
    qtbot.waitUntil(lambda: bool(navigator.notices))
    assert list(home.rglob("credentials.json"))


def test_the_token_is_masked_shown_and_pasted(signing_in: SigningIn, hub: HubServer) -> None:
    sheet = signing_in.sign_in()
    assert sheet.secret.echoMode() is QLineEdit.EchoMode.Password
    eye = next(one for one in sheet.findChildren(QToolButton) if one.accessibleName() == "Show the token")
    eye.click()
    assert sheet.secret.echoMode() is QLineEdit.EchoMode.Normal
    QGuiApplication.clipboard().setText(f"\n{HUB_TOKEN}\n")
    press(sheet, "Paste")
    assert sheet.secret.text() == HUB_TOKEN
    sheet.close_sheet()
    assert not sheet.secret.text()


def test_a_token_is_got_in_the_web_browser(signing_in: SigningIn, hub: HubServer, browser: Browser) -> None:
    press(signing_in.sign_in(), "Get a token")
    assert browser.opened == [f"{hub.origin}/settings/tokens"]


def test_that_of_the_environment_is_said(
    qtbot: QtBot,
    signing_in: SigningIn,
    navigator: RecordingNavigator,
    workspace: Workspace,
    hub: HubServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_TOKEN", HUB_TOKEN)
    sheet = signing_in.sign_in()
    qtbot.waitUntil(sheet.known.isVisible)
    assert "HF_TOKEN has a token" in sheet.known.text()
    assert button(sheet, "Sign out") is None
    workspace.credentials.save(hub.host, credential_of(OTHER_HUB_TOKEN), Keep.SESSION)
    signing_in.sign_out()
    qtbot.waitUntil(lambda: bool(navigator.notices))
    assert "That of HF_TOKEN is used from now on" in navigator.notices[-1]


def test_a_page_that_needs_it_is_read_again_after_it(
    qtbot: QtBot, page: BrowserPage, hub: HubServer, workspace: Workspace
) -> None:
    hub.add(HubRepository("team/secret", private=True, files={"README.md": b"# Secret\n"}))
    page.show_detail("hf://team/secret")
    qtbot.waitUntil(lambda: button(page, "Sign in…") is not None)
    press(page, "Sign in…")
    (sheet,) = (one for one in page.findChildren(TokenSheet) if one.isVisible())
    sheet.secret.setText(HUB_TOKEN)
    press(sheet, "Sign in")
    view = page.hugging_face.view
    qtbot.waitUntil(lambda: view.look is not None)


def test_a_download_that_waits_for_it_goes_on(
    qtbot: QtBot, page: BrowserPage, hub: HubServer, workspace: Workspace, tmp_path: Path
) -> None:
    gated = HubRepository("lab/gated", gated="auto", files={"README.md": b"# Gated\n"}, readers={"team"})
    hub.add(gated)
    commit = gated.find("main")
    assert commit is not None
    job = workspace.jobs.submit(HuggingFaceWork(f"hf://lab/gated@{commit.sha}", tmp_path / "out"))
    qtbot.waitUntil(lambda: isinstance(job.hindrance, NoSignIn))
    assert job.error is not None
    page.care.apply(hub.host, Remedy.SIGN_IN, job.error)
    (sheet,) = (one for one in page.findChildren(TokenSheet) if one.isVisible())
    sheet.secret.setText(HUB_TOKEN)
    press(sheet, "Sign in")
    qtbot.waitUntil(lambda: job.state is JobState.DONE)


def test_it_is_on_no_list_of_registries_whatever_is_set_for_it(
    page: BrowserPage, hub: HubServer, workspace: Workspace
) -> None:
    workspace.save_registry(hub.host, HostOptions(proxy="http://127.0.0.1:9"))
    page.show_detail("")
    assert page.list.model.rows == ()


def test_where_it_cannot_be_reached_nothing_is_kept_and_it_is_tried_again(
    qtbot: QtBot, signing_in: SigningIn, hub: HubServer, workspace: Workspace
) -> None:
    registries: Registries = workspace.registries
    registries.patience = QUICK
    hub.close()
    sheet = signing_in.sign_in()
    sheet.secret.setText(HUB_TOKEN)
    press(sheet, "Sign in")
    qtbot.waitUntil(lambda: button(sheet.problem, "Try again") is not None)
    assert workspace.credentials.found(hub.host) is None
    go = button(sheet, "Sign in")
    assert go is not None
    assert go.isEnabled()
