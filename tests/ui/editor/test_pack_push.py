"""From the editor to a real registry with one sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.host_label import HostLabel
from kitops_desktop.ui.editor import push_target
from kitops_desktop.ui.editor.pack_sheet import PackSheet
from kitops_desktop.ui.editor.packing import Packing
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator
from support.registry_server import RegistryServer, push_golden


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory, golden: Path) -> Iterator[RegistryServer]:
    """A registry with another kit as team/churn:v1 and v2."""
    with RegistryServer(tmp_path_factory.mktemp("registry")) as server:
        push_golden(server, golden / "04-names", "team/churn", ("v1", "v2"))
        yield server


@pytest.fixture
def packing(
    page: ProjectPage,
    workspace: Workspace,
    navigator: RecordingNavigator,
    registry: RegistryServer,
    monkeypatch: pytest.MonkeyPatch,
) -> Packing:
    monkeypatch.setattr(push_target, "_PAUSE", 20)
    workspace.save_registry(registry.host, HostOptions(plain_http=True))
    workspace.projects.add(page.project.folder)
    page.doubts.model.allow("src/id_rsa", True)
    return Packing(page, workspace, navigator)


def opened(packing: Packing, page: ProjectPage, qtbot: QtBot) -> PackSheet:
    qtbot.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    sheet = packing.sheet
    assert sheet is not None
    qtbot.waitUntil(lambda: sheet.facts is not None)
    return sheet


def enter(qtbot: QtBot, sheet: PackSheet, reference: str) -> None:
    sheet.form.reference.setText(reference)
    qtbot.waitUntil(lambda: not sheet.target.looking)


def button(sheet: QWidget, text: str) -> QPushButton:
    return next(found for found in sheet.findChildren(QPushButton) if found.text() == text)


def words(parent: QWidget) -> str:
    return "\n".join(one.text() for one in parent.findChildren(QLabel) if one.isVisibleTo(parent))


def test_without_a_registry_there_is_only_packing(packing: Packing, page: ProjectPage, qtbot: QtBot) -> None:
    sheet = opened(packing, page, qtbot)
    enter(qtbot, sheet, "churn:v1")
    assert button(sheet, "Pack").isEnabled()
    assert not button(sheet, "Pack && push").isEnabled()
    assert "Begin the reference with a registry" in button(sheet, "Pack && push").toolTip()


def test_packed_and_pushed_with_one_click(
    packing: Packing,
    page: ProjectPage,
    qtbot: QtBot,
    registry: RegistryServer,
    navigator: RecordingNavigator,
    workspace: Workspace,
) -> None:
    sheet = opened(packing, page, qtbot)
    reference = f"{registry.host}/team/new:v1"
    enter(qtbot, sheet, reference)
    assert f"v1 is a new tag at {registry.host}." in words(sheet)
    button(sheet, "Pack && push").click()
    qtbot.waitUntil(lambda: navigator.offers[-1][0] == "Open in registry")
    assert QGuiApplication.clipboard().text() == reference
    assert len(workspace.store.listing().kits) == 1
    assert registry.count("PUT", "/team/new/manifests/v1") == 1
    offer = navigator.offers[-1][1]
    assert offer is not None
    offer()
    assert navigator.places[-1] == ("registries", reference)


def test_both_commands_are_offered(
    packing: Packing, page: ProjectPage, qtbot: QtBot, registry: RegistryServer
) -> None:
    sheet = opened(packing, page, qtbot)
    reference = f"{registry.host}/team/commands:v1"
    enter(qtbot, sheet, reference)
    button(sheet, "Copy as command").click()
    (menu,) = sheet.findChildren(QMenu)
    pack, push = menu.actions()
    assert (pack.text(), push.text()) == ("Pack", "Pack && push")
    push.trigger()
    words = f"kitops-desktop pack {page.project.folder} --tag {reference}"
    assert QGuiApplication.clipboard().text() == f"{words} --push --keep --no-overwrite"
    pack.trigger()
    assert QGuiApplication.clipboard().text() == words
    menu.close()


def test_straight_into_the_registry_when_it_is_not_kept(
    packing: Packing,
    page: ProjectPage,
    qtbot: QtBot,
    registry: RegistryServer,
    navigator: RecordingNavigator,
    workspace: Workspace,
) -> None:
    sheet = opened(packing, page, qtbot)
    enter(qtbot, sheet, f"{registry.host}/team/straight:v1")
    outlook = sheet.target.outlook
    qtbot.waitUntil(lambda: "what of it is already there is not yet known." in words(outlook))
    keep = next(one for one in outlook.findChildren(QCheckBox))
    assert keep.isChecked()
    assert "It is packed into the library first" in words(outlook)
    keep.click()
    assert "Layers go to the registry as they are packed; nothing is written here." in words(outlook)
    assert sheet.facts is not None
    outlook.suggest(fits=True)
    assert not keep.isChecked()  # what was decided stays
    button(sheet, "Pack && push").click()
    qtbot.waitUntil(lambda: navigator.offers[-1][0] == "Open in registry")
    assert workspace.store.listing().kits == ()
    assert registry.count("PUT", "/team/straight/manifests/v1") == 1


def test_what_the_store_has_no_room_for_can_be_pushed(
    packing: Packing, page: ProjectPage, qtbot: QtBot, registry: RegistryServer
) -> None:
    sheet = opened(packing, page, qtbot)
    enter(qtbot, sheet, f"{registry.host}/team/large:v1")
    assert sheet.facts is not None
    sheet._on_facts(replace(sheet.facts, free=0))
    assert not button(sheet, "Pack").isEnabled()
    assert button(sheet, "Pack && push").isEnabled()
    assert not sheet.target.outlook.keeps
    sheet.form.compression.setCurrentIndex(1)
    assert sheet.target.outlook.keeps  # compressed layers are stored first
    assert "Compressed layers are packed into the library first" in words(sheet.target)


def test_a_tag_there_is_moved_only_when_that_is_agreed_to(
    packing: Packing, page: ProjectPage, qtbot: QtBot, registry: RegistryServer, navigator: RecordingNavigator
) -> None:
    sheet = opened(packing, page, qtbot)
    enter(qtbot, sheet, f"{registry.host}/team/churn:v1")
    assert f"v1 is at {registry.host} already" in words(sheet)
    assert not button(sheet, "Pack && push").isEnabled()
    assert button(sheet, "Pack").isEnabled()
    move = next(one for one in sheet.findChildren(QCheckBox) if one.text().startswith("Move v1 here from "))
    move.click()
    with qtbot.waitSignal(sheet.push_wanted) as wanted:
        button(sheet, "Pack && push").click()
    assert wanted.args is not None
    assert wanted.args[2].startswith("sha256:")
    qtbot.waitUntil(lambda: navigator.offers[-1][0] == "Open in registry")


def test_the_tag_that_is_proposed_is_free_there_too(
    packing: Packing, page: ProjectPage, qtbot: QtBot, registry: RegistryServer, workspace: Workspace
) -> None:
    workspace.projects.update(page.project.folder, reference=f"{registry.host}/team/churn:v1")
    sheet = opened(packing, page, qtbot)
    qtbot.waitUntil(lambda: sheet.form.reference.text().endswith("/team/churn:v3"))
    qtbot.waitUntil(lambda: button(sheet, "Pack && push").isEnabled())


def test_a_registry_that_is_away_says_so_and_packing_goes_on(
    packing: Packing, page: ProjectPage, qtbot: QtBot
) -> None:
    sheet = opened(packing, page, qtbot)
    enter(qtbot, sheet, "localhost:9/team/churn:v1")
    assert "localhost:9" in words(sheet.target)
    assert button(sheet, "Pack").isEnabled()
    assert not button(sheet, "Pack && push").isEnabled()


def test_a_file_index_goes_along_when_it_is_wanted(
    packing: Packing, page: ProjectPage, qtbot: QtBot, registry: RegistryServer
) -> None:
    sheet = opened(packing, page, qtbot)
    enter(qtbot, sheet, f"{registry.host}/team/indexed:v1")
    box = next(one for one in sheet.findChildren(QCheckBox) if "file index" in one.text())
    assert not box.isChecked()
    box.click()
    with qtbot.waitSignal(sheet.push_wanted) as wanted:
        button(sheet, "Pack && push").click()
    assert wanted.args is not None
    assert wanted.args[4] is True


def test_what_the_registry_is_for_is_said_before_anything_is_sent_there(
    packing: Packing, page: ProjectPage, workspace: Workspace, qtbot: QtBot, registry: RegistryServer
) -> None:
    workspace.label_registry(registry.host, HostLabel("Acme models", "red", "prod"))
    sheet = opened(packing, page, qtbot)
    enter(qtbot, sheet, f"{registry.host}/team/other:v1")
    assert sheet.target.mark.isVisibleTo(sheet)
    assert sheet.target.mark.accessibleName() == "Registry: Acme models, Production"
    workspace.label_registry(registry.host, HostLabel())
