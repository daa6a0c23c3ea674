"""Promoting a kit in the window, from one real registry to another."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.copy_job import CopyWork
from kitops_desktop.oci.digest import digest_of, hex_of
from kitops_desktop.oci.manifest import MANIFEST_TYPE
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.copy_sheet import CopySheet
from kitops_desktop.ui.library import target_sheet
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.workspace import Workspace
from support.planted import PASSWORD, USERNAME
from support.recording_navigator import RecordingNavigator
from support.registry_server import RegistryServer, push_golden

Keep = Callable[..., str]
OpenSheet = Callable[[], CopySheet]
PLAIN = HostOptions(plain_http=True)


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory, golden: Path) -> Iterator[RegistryServer]:
    """A registry in which team/churn has another kit as v1 and v2."""
    with RegistryServer(tmp_path_factory.mktemp("prod")) as server:
        push_golden(server, golden / "04-names", "team/churn", ("v1", "v2"))
        yield server


@pytest.fixture
def open_sheet(
    qtbot: QtBot,
    page: BrowserPage,
    navigator: RecordingNavigator,
    keep: Keep,
    filled: RegistryServer,
    prod: RegistryServer,
    monkeypatch: pytest.MonkeyPatch,
) -> OpenSheet:
    """open_sheet(): the copy sheet for team/churn:v1, opened with the keyboard on its row."""
    monkeypatch.setattr(target_sheet, "_PAUSE", 20)

    def make() -> CopySheet:
        keep(filled)
        keep(prod)
        navigator.open_remote(f"{filled.host}/team/churn")
        tags = page.registry.tags
        qtbot.waitUntil(lambda: bool(tags.model.all.tags))
        tags.table.choose("v1")
        tags.table.setFocus()
        qtbot.keyClick(tags.table, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        return sheet_of(qtbot, page)

    return make


def sheet_of(qtbot: QtBot, page: QWidget) -> CopySheet:
    qtbot.waitUntil(lambda: page.findChild(CopySheet) is not None)
    sheet = page.findChild(CopySheet)
    assert sheet is not None
    qtbot.waitUntil(lambda: not sheet.looking)
    return sheet


def enter(qtbot: QtBot, sheet: CopySheet, target: str) -> None:
    sheet.target.setText(target)
    qtbot.waitUntil(lambda: not sheet.looking)


def button(parent: QWidget, text: str) -> QPushButton:
    return next(found for found in parent.findChildren(QPushButton) if found.text() == text)


def says(qtbot: QtBot, sheet: CopySheet, text: str) -> None:
    """Labels are shown a little after they were made."""
    qtbot.waitUntil(lambda: text in words(sheet))


def words(parent: QWidget) -> str:
    return "\n".join(one.text() for one in parent.findChildren(QLabel) if one.isVisibleTo(parent))


def manifest_at(registry: RegistryServer, path: str, tag: str) -> bytes:
    with registry.session(path) as session:
        headers = {"Accept": MANIFEST_TYPE}
        found = session.get(f"{registry.origin}/v2/{path}/manifests/{tag}", headers=headers, timeout=30)
        return found.content if found.status_code == 200 else b""


def test_to_another_registry(
    qtbot: QtBot,
    open_sheet: OpenSheet,
    filled: RegistryServer,
    prod: RegistryServer,
    workspace: Workspace,
    navigator: RecordingNavigator,
) -> None:
    sheet = open_sheet()
    assert sheet.accessibleName() == f"Copy {filled.host}/team/churn:v1"
    assert f"{prod.host}/team/churn:v1" in sheet.target.candidates
    enter(qtbot, sheet, f"{prod.host}/live/churn")
    says(qtbot, sheet, "v1 is the first tag there.")
    says(qtbot, sheet, "to send.")
    assert sheet.recursive.text() == "Take signatures and the like along (1)"
    assert sheet.recursive.isChecked()
    with qtbot.waitSignal(sheet.copy_wanted) as wanted:
        button(sheet, "Copy").click()
    assert wanted.args is not None
    (work,) = wanted.args
    source, target = f"{filled.host}/team/churn:v1", f"{prod.host}/live/churn:v1"
    content = manifest_at(filled, "team/churn", "v1")
    assert work == CopyWork(source, target, "", recursive=True, digest=digest_of(content))
    qtbot.waitUntil(lambda: navigator.offers[-1][0] == "Open")
    assert navigator.notices[-1] == f"Copied {target}."
    assert manifest_at(prod, "live/churn", "v1") == content
    assert manifest_at(prod, "live/churn", f"sha256-{hex_of(digest_of(content))}.sig") != b""
    assert (target, "copy") in {(one.reference, one.action) for one in workspace.history.recent()}
    offer = navigator.offers[-1][1]
    assert offer is not None
    offer()
    assert navigator.places[-1] == ("registries", target)


def test_within_the_registry_nothing_is_sent(
    qtbot: QtBot, open_sheet: OpenSheet, filled: RegistryServer
) -> None:
    sheet = open_sheet()
    enter(qtbot, sheet, f"{filled.host}/stage/churn:v1")
    says(qtbot, sheet, "mounted from team/churn, nothing to send.")
    assert button(sheet, "Copy").isEnabled()
    enter(qtbot, sheet, f"{filled.host}/team/churn:v1")
    says(qtbot, sheet, "This is where it is.")
    assert not button(sheet, "Copy").isEnabled()
    enter(qtbot, sheet, f"{filled.host}/team/churn:stable")
    says(qtbot, sheet, "already there, next to nothing to send.")


def test_a_tag_of_another_kit_moves_only_when_that_is_agreed_to(
    qtbot: QtBot, open_sheet: OpenSheet, prod: RegistryServer, navigator: RecordingNavigator
) -> None:
    before = json.loads(manifest_at(prod, "team/churn", "v2"))
    sheet = open_sheet()
    enter(qtbot, sheet, f"{prod.host}/team/churn:v2")
    says(qtbot, sheet, "v2 is another kit there")
    says(qtbot, sheet, "There now: v2, v1")
    assert button(sheet, "Use v3, which is free").isVisibleTo(sheet)
    assert not button(sheet, "Copy").isEnabled()
    move = next(one for one in sheet.findChildren(QCheckBox) if one.text().startswith("Move v2 here from "))
    move.click()
    sheet.recursive.click()
    assert move.isChecked(), "another choice takes nothing back"
    sheet.verify.click()
    button(sheet, "Copy as command").click()
    command = QGuiApplication.clipboard().text()
    assert command.endswith(" --verify")
    assert "--if-target sha256:" in command
    assert "--recursive" not in command
    with qtbot.waitSignal(sheet.copy_wanted) as wanted:
        button(sheet, "Copy").click()
    assert wanted.args is not None
    assert wanted.args[0].expected.startswith("sha256:")
    assert wanted.args[0].verify
    qtbot.waitUntil(lambda: navigator.offers[-1][0] == "Open")
    assert json.loads(manifest_at(prod, "team/churn", "v2"))["config"] != before["config"]


def test_from_the_page_of_a_kit(
    qtbot: QtBot,
    page: BrowserPage,
    navigator: RecordingNavigator,
    keep: Keep,
    filled: RegistryServer,
) -> None:
    keep(filled)
    with qtbot.waitSignal(page.kit.kit.completed):
        navigator.open_remote(f"{filled.host}/vision/resnet:v1")
    button(page.kit, "Copy to…").click()
    sheet = sheet_of(qtbot, page)
    assert sheet.parent() is page
    assert sheet.target.text() == f"{filled.host}/vision/resnet:v1", "to be changed, nothing else is known"
    says(qtbot, sheet, "This is where it is.")
    assert not sheet.recursive.isVisibleTo(sheet), "nothing refers to it"


def test_a_registry_that_wants_a_sign_in_leads_there(
    qtbot: QtBot,
    open_sheet: OpenSheet,
    workspace: Workspace,
    navigator: RecordingNavigator,
    private: RegistryServer,
) -> None:
    workspace.save_registry(private.host, PLAIN)
    sheet = open_sheet()
    enter(qtbot, sheet, f"{private.host}/team/churn:v1")
    panel = sheet.findChild(ErrorPanel)
    assert panel is not None
    assert not button(sheet, "Copy").isEnabled()
    button(panel, "Sign in…").click()
    assert navigator.places[-1] == ("registries", private.host)
    assert USERNAME not in words(sheet)
    assert PASSWORD not in words(sheet)
