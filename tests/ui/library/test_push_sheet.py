"""Pushing from the Library to a real registry: what is there is shown, and no tag moves unasked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.library import target_sheet
from kitops_desktop.ui.library.library_page import LibraryPage
from kitops_desktop.ui.library.push_sheet import PushSheet
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator
from support.registry_server import RegistryServer, push_golden

GoldenStore = Callable[..., Path]
LOCAL = "reg.example.com/team/all:v1"
OpenSheet = Callable[[], PushSheet]


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory, golden: Path) -> Iterator[RegistryServer]:
    """A registry in which team/all has another kit as v1 and v2, and team/same the very kit as v1."""
    with RegistryServer(tmp_path_factory.mktemp("registry")) as server:
        push_golden(server, golden / "04-names", "team/all", ("v1", "v2"))
        push_golden(server, golden / "01-all-sections", "team/same", ("v1",))
        yield server


@pytest.fixture
def page(
    qtbot: QtBot,
    golden_store: GoldenStore,
    workspace: Workspace,
    navigator: RecordingNavigator,
    registry: RegistryServer,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[LibraryPage]:
    monkeypatch.setattr(target_sheet, "_PAUSE", 20)
    golden_store("01-all-sections")
    workspace.save_registry(registry.host, HostOptions(plain_http=True))
    made = LibraryPage(workspace, navigator)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    with qtbot.waitSignal(made.count_changed):
        made.show()
    yield made
    workspace.close()


@pytest.fixture
def open_sheet(qtbot: QtBot, page: LibraryPage) -> OpenSheet:
    """open_sheet(): the push sheet for the only kit, opened with the keyboard."""

    def make() -> PushSheet:
        page.list.focus_table()
        page.list.table.selectAll()
        qtbot.keyClick(page.list.table, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: page.findChild(PushSheet) is not None)
        sheet = page.findChild(PushSheet)
        assert sheet is not None
        return sheet

    return make


def enter(qtbot: QtBot, sheet: PushSheet, target: str) -> None:
    sheet.target.setText(target)
    qtbot.waitUntil(lambda: not sheet.looking)


def button(parent: QWidget, text: str) -> QPushButton:
    return next(found for found in parent.findChildren(QPushButton) if found.text() == text)


def words(parent: QWidget) -> str:
    return "\n".join(one.text() for one in parent.findChildren(QLabel) if one.isVisibleTo(parent))


def says(qtbot: QtBot, parent: QWidget, text: str) -> None:
    """Wait for a text: what is put in later is shown a moment later."""
    qtbot.waitUntil(lambda: text in words(parent))


def manifest_at(registry: RegistryServer, path: str, tag: str) -> bytes:
    with registry.session(path) as session:
        headers = {"Accept": "application/vnd.oci.image.manifest.v1+json"}
        found = session.get(f"{registry.origin}/v2/{path}/manifests/{tag}", headers=headers, timeout=30)
        return found.content if found.status_code == 200 else b""


def test_known_registries_complete_the_name(
    qtbot: QtBot, open_sheet: OpenSheet, registry: RegistryServer, workspace: Workspace
) -> None:
    workspace.history.add(f"{registry.host}/old/all:v0", "push")
    sheet = open_sheet()
    assert sheet.target.text() == LOCAL
    assert f"{registry.host}/team/all:v1" in sheet.target.candidates
    assert f"{registry.host}/old/all:v1" in sheet.target.candidates
    sheet.target.clear()
    qtbot.keyClick(sheet.target, Qt.Key.Key_Down)
    completer = sheet.target.completer()
    assert completer is not None
    popup = completer.popup()
    assert popup is not None
    assert popup.isVisible()
    popup.hide()


def test_to_a_new_repository(
    qtbot: QtBot,
    open_sheet: OpenSheet,
    registry: RegistryServer,
    workspace: Workspace,
    navigator: RecordingNavigator,
) -> None:
    sheet = open_sheet()
    target = f"{registry.host}/team/new:v1"
    enter(qtbot, sheet, target)
    says(qtbot, sheet, "v1 is the first tag there.")
    says(qtbot, sheet, "to send")
    with qtbot.waitSignal(sheet.push_wanted) as wanted:
        button(sheet, "Push").click()
    assert wanted.args == [PushWork(LOCAL, target, "")]
    qtbot.waitUntil(lambda: navigator.offers[-1][0] == "Open in registry")
    store = workspace.store
    pushed = manifest_at(registry, "team/new", "v1")
    digest = store.resolve(parse_reference(LOCAL)).digest
    assert pushed == store.blob_path(digest).read_bytes()
    assert workspace.history.recent()[0].reference == target
    offer = navigator.offers[-1][1]
    assert offer is not None
    offer()
    assert navigator.places[-1] == ("registries", target)


def test_a_tag_of_another_kit_moves_only_when_that_is_agreed_to(
    qtbot: QtBot, open_sheet: OpenSheet, registry: RegistryServer, navigator: RecordingNavigator
) -> None:
    before = json.loads(manifest_at(registry, "team/all", "v2"))
    sheet = open_sheet()
    enter(qtbot, sheet, f"{registry.host}/team/all:v2")
    says(qtbot, sheet, "v2 is another kit there")
    says(qtbot, sheet, "There now: v2, v1")
    assert not button(sheet, "Push").isEnabled()
    boxes = [one for one in sheet.findChildren(QCheckBox) if one.isVisibleTo(sheet)]
    (move,) = [one for one in boxes if one.text().startswith("Move v2 here from ")]
    move.click()
    with qtbot.waitSignal(sheet.push_wanted) as wanted:
        button(sheet, "Push").click()
    assert wanted.args is not None
    assert wanted.args[0].expected.startswith("sha256:")
    qtbot.waitUntil(lambda: navigator.offers[-1][0] == "Open in registry")
    assert json.loads(manifest_at(registry, "team/all", "v2"))["config"] != before["config"]


def test_the_next_free_tag_is_one_click_away(
    qtbot: QtBot, open_sheet: OpenSheet, registry: RegistryServer
) -> None:
    sheet = open_sheet()
    enter(qtbot, sheet, f"{registry.host}/team/all:v1")
    button(sheet, "Use v3, which is free").click()
    qtbot.waitUntil(lambda: not sheet.looking)
    assert sheet.target.text() == f"{registry.host}/team/all:v3"
    assert button(sheet, "Push").isEnabled()


def test_the_same_kit_has_nothing_to_do(
    qtbot: QtBot, open_sheet: OpenSheet, registry: RegistryServer
) -> None:
    sheet = open_sheet()
    enter(qtbot, sheet, f"{registry.host}/team/same:v1")
    says(qtbot, sheet, "There is nothing to do.")
    assert not button(sheet, "Push").isEnabled()


def test_a_new_tag_for_a_kit_that_is_there_sends_next_to_nothing(
    qtbot: QtBot, open_sheet: OpenSheet, registry: RegistryServer
) -> None:
    sheet = open_sheet()
    enter(qtbot, sheet, f"{registry.host}/team/same:v2")
    says(qtbot, sheet, "layers are already there, next to nothing to send.")
    assert button(sheet, "Push").isEnabled()
    button(sheet, "Copy as command").click()
    command = f"kitops-desktop push {LOCAL} {registry.host}/team/same:v2 --no-overwrite"
    assert QGuiApplication.clipboard().text() == command


def test_a_registry_that_wants_a_sign_in_leads_there(
    qtbot: QtBot,
    open_sheet: OpenSheet,
    workspace: Workspace,
    navigator: RecordingNavigator,
    tmp_path: Path,
) -> None:
    with RegistryServer(tmp_path / "private", passwords={"team": "example-password"}) as private:
        workspace.save_registry(private.host, HostOptions(plain_http=True))
        sheet = open_sheet()
        enter(qtbot, sheet, f"{private.host}/team/all:v1")
        qtbot.waitUntil(lambda: sheet.findChild(ErrorPanel) is not None)
        assert not button(sheet, "Push").isEnabled()
        assert "Sign in to the registry, then" in sheet.findChild(ErrorPanel).accessibleDescription()
        button(sheet, "Sign in…").click()
        assert navigator.places[-1] == ("registries", private.host)


def test_what_cannot_be_a_target_is_said_before_anybody_is_asked(qtbot: QtBot, open_sheet: OpenSheet) -> None:
    sheet = open_sheet()
    enter(qtbot, sheet, "churn:v1")
    says(qtbot, sheet, "Begin with a registry")
    assert not button(sheet, "Push").isEnabled()


def test_a_file_index_goes_along_when_it_is_wanted(
    qtbot: QtBot, open_sheet: OpenSheet, registry: RegistryServer, navigator: RecordingNavigator
) -> None:
    sheet = open_sheet()
    enter(qtbot, sheet, f"{registry.host}/team/indexed:v1")
    says(qtbot, sheet, "to send")
    assert not sheet.index.isChecked()
    sheet.index.click()
    button(sheet, "Copy as command").click()
    assert " --index " in QGuiApplication.clipboard().text()
    button(sheet, "Push").click()
    qtbot.waitUntil(lambda: navigator.offers[-1][0] == "Open in registry")
    digest = digest_of(manifest_at(registry, "team/indexed", "v1"))
    put = {one.path for one in registry.exchanges if one.method == "PUT" and one.status == 201}
    assert f"/v2/team/indexed/manifests/{digest.replace(':', '-')}" in put
