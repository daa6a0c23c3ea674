"""Adding registries and signing in, against real ones: what fails is named, and what helps is at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.credentials.credential import Origin
from kitops_desktop.credentials.lookup import Keep
from kitops_desktop.explanation.registries import TRANSFERRED_KEPT
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.certificate_sheet import CertificateSheet
from kitops_desktop.ui.browser.keep_choice import keep_choices
from kitops_desktop.ui.browser.registries_model import Column
from kitops_desktop.ui.browser.registry_sheet import RegistrySheet
from kitops_desktop.ui.browser.sign_in_sheet import SignInSheet
from kitops_desktop.ui.browser.sign_in_work import sends_in_the_clear
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.workspace import Workspace
from support.planted import OTHER_PASSWORD, PASSWORD, USERNAME
from support.recording_navigator import RecordingNavigator
from support.registry_server import RegistryServer, push_golden
from support.token_server import TokenServer

Keep_ = Callable[..., str]


def button(parent: QWidget, text: str) -> QPushButton | None:
    found = (one for one in parent.findChildren(QPushButton) if one.text() == text)
    return next((one for one in found if one.isVisible()), None)


def press(parent: QWidget, text: str) -> None:
    made = button(parent, text)
    assert made is not None
    assert made.isEnabled()
    made.click()


def child(page: BrowserPage, kind: type[QWidget]) -> QWidget:
    """The sheet of that kind that was opened last."""
    return [one for one in page.findChildren(kind) if one.isVisible()][-1]


# -- adding


def test_a_registry_is_tested_and_added(
    qtbot: QtBot,
    page: BrowserPage,
    navigator: RecordingNavigator,
    workspace: Workspace,
    filled: RegistryServer,
) -> None:
    sheet = page.care.add()
    sheet.address.setText(f"http://{filled.host}")
    press(sheet, "Add")
    qtbot.waitUntil(lambda: filled.host in workspace.settings.registries)
    assert workspace.host_options(filled.host) == HostOptions(plain_http=True)
    assert navigator.places[-1] == ("registries", filled.host)
    qtbot.waitUntil(lambda: page.registry.repositories.model.rowCount() == 2)


def test_what_speaks_http_is_found_out_and_the_remedy_is_a_click(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, filled: RegistryServer
) -> None:
    sheet = page.care.add(filled.host)
    press(sheet, "Test")
    qtbot.waitUntil(lambda: button(sheet, "Use plain http") is not None)
    assert "port" in sheet.steps.text_of("tcp")
    press(sheet, "Use plain http")
    qtbot.waitUntil(lambda: button(sheet, "Add") is not None)
    assert sheet.steps.text_of("catalog") == "List of repositories: it lists its repositories"
    assert sheet.problem.error is None
    press(sheet, "Add")
    assert workspace.host_options(filled.host).plain_http


def test_a_certificate_is_shown_and_then_trusted(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, untrusted: RegistryServer
) -> None:
    assert untrusted.identity is not None
    sheet = page.care.add(untrusted.host)
    press(sheet, "Add")
    qtbot.waitUntil(lambda: button(sheet, "Trust this certificate…") is not None)
    assert untrusted.host not in workspace.settings.registries
    press(sheet, "Trust this certificate…")
    certificate = child(page, CertificateSheet)
    fingerprint = untrusted.identity.sha256
    shown = next(
        one for one in certificate.findChildren(QWidget) if one.accessibleName().startswith("SHA-256")
    )
    assert (
        shown.accessibleName().removeprefix("SHA-256: ").replace(" ", "").replace(":", "").lower()
        == fingerprint
    )
    press(certificate, "Trust this certificate")
    qtbot.waitUntil(lambda: "trusted" in sheet.steps.text_of("tls"))
    qtbot.waitUntil(lambda: button(sheet, "Add") is not None)
    press(sheet, "Add")
    assert workspace.host_options(untrusted.host).pinned == fingerprint


def test_a_registry_that_is_away_can_be_added_all_the_same(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace
) -> None:
    sheet = page.care.add("http://localhost:1")
    press(sheet, "Add")
    qtbot.waitUntil(lambda: button(sheet, "Add all the same") is not None)
    assert sheet.problem.isVisible()
    press(sheet, "Add all the same")
    assert "localhost:1" in workspace.settings.registries


@pytest.mark.parametrize("text", ["Test", "Add"])
def test_the_focus_stays_where_it_is_while_a_registry_is_tested(
    qtbot: QtBot, page: BrowserPage, text: str
) -> None:
    sheet = page.care.add("http://localhost:1")
    pressed = button(sheet, text)
    assert pressed is not None
    pressed.setFocus()
    qtbot.keyClick(pressed, Qt.Key.Key_Space)
    assert sheet.tester.busy
    assert page.window().focusWidget() is pressed
    qtbot.waitUntil(lambda: button(sheet, "Add all the same") is not None)
    assert page.window().focusWidget() is pressed


def test_what_is_to_be_added_while_it_is_tested_is_added_when_all_is_well(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, filled: RegistryServer
) -> None:
    sheet = page.care.add(f"http://{filled.host}")
    press(sheet, "Test")
    press(sheet, "Testing…")
    qtbot.waitUntil(lambda: filled.host in workspace.settings.registries)


def test_what_is_no_registry_is_said_while_typing(page: BrowserPage) -> None:
    sheet = page.care.add("registry")
    made = button(sheet, "Add")
    assert made is not None
    assert not made.isEnabled()
    assert "registry:5000" in sheet.address.accessibleDescription()


def test_hugging_face_is_not_added_as_a_registry(page: BrowserPage) -> None:
    sheet = page.care.add("https://huggingface.co/team/churn")
    made = button(sheet, "Add")
    assert made is not None
    assert not made.isEnabled()
    assert "opens by its address" in sheet.address.accessibleDescription()


def test_a_private_registry_asks_for_the_sign_in_at_once(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, private: RegistryServer
) -> None:
    sheet = page.care.add(f"http://{private.host}")
    press(sheet, "Add")
    qtbot.waitUntil(lambda: bool(page.findChildren(SignInSheet)))
    assert private.host in workspace.settings.registries
    assert child(page, SignInSheet).isVisible()


def test_the_focus_goes_to_what_helps_where_a_sign_in_is_wanted(
    qtbot: QtBot, page: BrowserPage, private: RegistryServer, keep: Keep_
) -> None:
    keep(private)
    with qtbot.waitActive(page):
        page.activateWindow()
    page.show_detail(private.host)
    qtbot.waitUntil(page.registry.problem.isVisible)
    assert QApplication.focusWidget() is button(page.registry.problem, "Sign in…")


def test_nothing_is_said_of_transfers_where_a_kit_was_only_opened(
    qtbot: QtBot, page: BrowserPage, private: RegistryServer, keep: Keep_
) -> None:
    page.show_detail(f"{keep(private)}/team/churn:v1")
    qtbot.waitUntil(lambda: button(page.kit, "Try again") is not None)
    said = [one.text() for one in page.kit.findChildren(QLabel) if one.isVisible()]
    assert f"{private.host} wants a sign-in" in said
    assert TRANSFERRED_KEPT not in said


def test_edited_options_are_saved(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, filled: RegistryServer, keep: Keep_, tmp_path: Path
) -> None:
    host = keep(filled)
    sheet = page.care.edit(host)
    assert isinstance(sheet, RegistrySheet)
    sheet.form.ca_file.set_path(str(tmp_path / "ca.pem"))
    press(sheet, "Save")
    qtbot.waitUntil(lambda: workspace.host_options(host).ca_file == str(tmp_path / "ca.pem"))
    assert workspace.host_options(host).plain_http


def test_a_registry_is_taken_off_the_list_and_put_back(
    qtbot: QtBot,
    page: BrowserPage,
    navigator: RecordingNavigator,
    workspace: Workspace,
    filled: RegistryServer,
    keep: Keep_,
) -> None:
    host = keep(filled)
    page.show_detail("")
    page.list.choose(host)
    press(page, "Remove")  # nothing of it is remembered, so that nothing is asked
    qtbot.waitUntil(lambda: host not in workspace.settings.registries)
    text, undo = navigator.offers[-1]
    assert text == "Undo"
    assert undo is not None
    undo()
    assert workspace.host_options(host) == HostOptions(plain_http=True)
    assert [row.host for row in page.list.model.rows] == [host]


# -- the list


def test_the_list_says_who_answers_and_what_is_wrong(
    qtbot: QtBot, page: BrowserPage, filled: RegistryServer, untrusted: RegistryServer, keep: Keep_
) -> None:
    keep(filled)
    keep(untrusted)
    page.show_detail("")
    model = page.list.model

    def state(host: str) -> str:
        row = [one.host for one in model.rows].index(host)
        return str(model.index(row, Column.STATE).data())

    qtbot.waitUntil(lambda: state(filled.host) == "Reachable, http")
    qtbot.waitUntil(lambda: state(untrusted.host) == "Certificate problem")
    page.list.choose(untrusted.host)
    assert button(page.list, "Trust this certificate…") is not None
    page.list.choose(filled.host)
    assert button(page.list, "Trust this certificate…") is None


# -- signing in


def sign_in(page: BrowserPage, host: str, password: str) -> SignInSheet:
    sheet = page.care.sign_in(host)
    sheet.username.setText(USERNAME)
    sheet.secret.setText(password)
    press(sheet, "Sign in")
    return sheet


def test_a_wrong_password_is_tried_once_and_said_in_the_sheet(
    qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator, private: RegistryServer, keep: Keep_
) -> None:
    host = keep(private)
    before = len([one for one in private.exchanges if one.status == 401])
    sheet = sign_in(page, host, OTHER_PASSWORD)
    qtbot.waitUntil(sheet.problem.isVisible)
    refused = len([one for one in private.exchanges if one.status == 401]) - before
    assert refused <= 2, "one question without, one with the password"
    made = button(sheet, "Sign in")
    assert made is not None
    assert not made.isEnabled()
    sheet.secret.setText(PASSWORD)
    press(sheet, "Sign in")
    qtbot.waitUntil(lambda: f"Signed in to {host} as {USERNAME}." in navigator.notices)


def test_without_a_keyring_it_is_said_and_the_sign_in_holds_for_this_run(
    qtbot: QtBot,
    page: BrowserPage,
    navigator: RecordingNavigator,
    workspace: Workspace,
    private: RegistryServer,
    keep: Keep_,
    home: Path,
) -> None:
    host = keep(private)
    page.show_detail(host)
    qtbot.waitUntil(page.registry.problem.isVisible)
    told = page.registry.problem.findChild(ErrorPanel).accessibleDescription()
    assert "Sign in to the registry, then" in told  # without a command
    press(page.registry.problem, "Sign in…")
    sheet = child(page, SignInSheet)
    assert isinstance(sheet, SignInSheet)
    qtbot.waitUntil(lambda: sheet.answers.keep is Keep.SESSION)
    keyring, session, _ = sheet.findChildren(QRadioButton)
    assert not keyring.isEnabled()
    assert "no keyring" in keyring.accessibleDescription()
    assert session.isChecked()
    sheet.username.setText(USERNAME)
    sheet.secret.setText(PASSWORD)
    press(sheet, "Sign in")
    qtbot.waitUntil(lambda: page.registry.repositories.model.rowCount() == 1)
    assert not page.registry.problem.isVisible()
    found = workspace.credentials.found(host)
    assert found is not None
    assert found.origin is Origin.SESSION
    assert not list(home.rglob("credentials.json"))
    assert workspace.host_options(host).username == USERNAME
    qtbot.waitUntil(lambda: button(page.registry, "Sign out") is not None)
    press(page.registry, "Sign out")
    qtbot.waitUntil(lambda: f"Signed out of {host}." in navigator.notices)
    assert workspace.credentials.found(host) is None


def test_the_keyring_is_the_first_choice(
    qtbot: QtBot,
    keyring: object,  # before the page, and so until after it
    page: BrowserPage,
    navigator: RecordingNavigator,
    workspace: Workspace,
    private: RegistryServer,
    keep: Keep_,
) -> None:
    host = keep(private)
    sheet = page.care.sign_in(host)
    first = sheet.findChildren(QRadioButton)[0]
    qtbot.waitUntil(lambda: "encrypted" in first.accessibleDescription())
    assert first.isChecked()
    sheet.username.setText(USERNAME)
    sheet.secret.setText(PASSWORD)
    press(sheet, "Sign in")
    qtbot.waitUntil(lambda: bool(navigator.notices))
    found = workspace.credentials.found(host)
    assert found is not None
    assert found.origin is Origin.KEYRING


def test_it_is_kept_for_kit_by_consent_only(
    qtbot: QtBot,
    page: BrowserPage,
    navigator: RecordingNavigator,
    private: RegistryServer,
    keep: Keep_,
    home: Path,
) -> None:
    host = keep(private)
    sheet = page.care.sign_in(host)
    qtbot.waitUntil(lambda: sheet.answers.keep is Keep.SESSION)
    sheet.username.setText(USERNAME)
    sheet.secret.setText(PASSWORD)
    sheet.also_for_kit.click()
    press(sheet, "Sign in")
    qtbot.waitUntil(lambda: bool(navigator.notices))
    assert list(home.rglob("credentials.json"))


def test_another_host_that_asks_for_the_password_is_agreed_to_by_name(
    qtbot: QtBot,
    page: BrowserPage,
    navigator: RecordingNavigator,
    workspace: Workspace,
    tmp_path: Path,
    golden: Path,
) -> None:
    with (
        TokenServer(passwords={USERNAME: PASSWORD}) as realm,
        RegistryServer(tmp_path / "registry", token=realm) as server,
    ):
        push_golden(server, golden / "01-all-sections", "team/churn", ("v1",))
        host = server.host.replace("localhost", "127.0.0.1")
        workspace.save_registry(host, HostOptions(plain_http=True))
        sheet = sign_in(page, host, PASSWORD)
        qtbot.waitUntil(lambda: button(sheet, "Agree and sign in") is not None)
        assert not [one for one in realm.requests if one.username]
        press(sheet, "Agree and sign in")
        qtbot.waitUntil(lambda: bool(navigator.notices))
        assert workspace.host_options(host).realm == realm.realm.rpartition("/")[0]


def test_a_password_in_the_clear_needs_consent(page: BrowserPage, workspace: Workspace) -> None:
    assert not sends_in_the_clear("localhost:5000", HostOptions(plain_http=True))
    workspace.save_registry("registry.example", HostOptions(plain_http=True))
    sheet = page.care.sign_in("registry.example")
    sheet.username.setText(USERNAME)
    sheet.secret.setText(PASSWORD)
    made = button(sheet, "Sign in")
    assert made is not None
    assert not made.isEnabled()
    sheet.in_the_clear.setChecked(True)
    assert made.isEnabled()


@pytest.mark.parametrize("helper", ["", "docker-credential-pass"])
def test_where_kit_keeps_it_is_named(helper: str) -> None:
    note = keep_choices(None, helper)[-1].note
    assert helper in note if helper else "Not encrypted" in note
