"""Housekeeping in a real registry: what was deleted comes back, versions get tags, kits get an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.delete_remote_job import DeleteRemoteWork, delete_remote
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.records.deleted_versions import DeletedVersion
from kitops_desktop.registry.repository import Repository
from kitops_desktop.ui.browser.add_tag_sheet import AddTagSheet
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.delete_sheet import DeleteSheet
from kitops_desktop.ui.browser.deleted_model import DeletedColumn, DeletedModel
from kitops_desktop.ui.browser.deleted_sheet import DeletedSheet
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator
from support.registry_server import RegistryServer, push_golden

Keep = Callable[..., str]
PATH = "team/churn"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path_factory.mktemp("own")) as made:
        yield made


@pytest.fixture
def digest(qtbot: QtBot, page: BrowserPage, server: RegistryServer, golden: Path, keep: Keep) -> str:
    """The page shows a repository with two tags of one version, and one of another."""
    found = push_golden(server, golden / "01-all-sections", PATH, ("v1", "v2"))
    push_golden(server, golden / "06-tags-shared", PATH, ("v3",))
    page.show_detail(f"{keep(server)}/{PATH}")
    qtbot.waitUntil(lambda: set(shown(page)) >= {"v1", "v2", "v3"})
    choose_tag(qtbot, page, "v1")
    return found


def shown(page: BrowserPage) -> tuple[str, ...]:
    return page.registry.tags.model.shown.tags


def choose_tag(qtbot: QtBot, page: BrowserPage, tag: str) -> None:
    page.registry.tags.table.choose(tag)
    qtbot.waitUntil(lambda: page.tag_actions.is_known())


def choose(page: BrowserPage, text: str) -> None:
    next(action for action in page.tag_actions.menu() if action.text == text).run()


def press(parent: QWidget, text: str) -> None:
    next(one for one in parent.findChildren(QPushButton) if one.text() == text).click()


def words(parent: QWidget) -> str:
    return "\n".join(one.text() for one in parent.findChildren(QLabel) if one.isVisibleTo(parent))


def repository(workspace: Workspace, server: RegistryServer) -> Repository:
    return workspace.registries.repository(parse_reference(f"{server.host}/{PATH}"), CancelToken())


def delete(qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator) -> None:
    choose(page, "Delete…")
    sheet = page.findChild(DeleteSheet)
    assert sheet is not None
    qtbot.waitUntil(lambda: "v2" in sheet.version.accessibleDescription())
    sheet.version.click()
    press(sheet, "Delete")
    qtbot.waitUntil(lambda: navigator.notices[-1].startswith("Deleted "))


def test_a_version_comes_back_at_a_click_with_its_tags(
    qtbot: QtBot,
    page: BrowserPage,
    navigator: RecordingNavigator,
    workspace: Workspace,
    server: RegistryServer,
    digest: str,
) -> None:
    delete(qtbot, page, navigator)
    qtbot.waitUntil(lambda: "v1" not in shown(page))
    text, undo = navigator.offers[-1]
    assert text == "Undo"
    assert undo is not None
    undo()
    qtbot.waitUntil(lambda: navigator.notices[-1].endswith(" back."))
    qtbot.waitUntil(lambda: set(shown(page)) >= {"v1", "v2"})
    assert repository(workspace, server).resolve("v2").digest == digest


def test_what_was_deleted_before_is_listed_and_put_back_by_keys(
    qtbot: QtBot,
    page: BrowserPage,
    navigator: RecordingNavigator,
    workspace: Workspace,
    server: RegistryServer,
    digest: str,
) -> None:
    delete(qtbot, page, navigator)
    choose(page, "Deleted before…")
    sheet = page.findChild(DeletedSheet)
    assert sheet is not None
    qtbot.waitUntil(lambda: sheet.model.rowCount() == 1)
    assert sheet.model.index(0, DeletedColumn.TAGS).data() == "v1, v2"
    assert sheet.table.hasFocus() or sheet.first is sheet.table
    press(sheet, "Put back")
    qtbot.waitUntil(lambda: navigator.notices[-1].endswith(" back."))
    assert repository(workspace, server).resolve("v1").digest == digest
    assert workspace.deleted_versions.recent() == ()


def test_the_history_of_a_tag_has_what_was_deleted_to_put_back(
    qtbot: QtBot,
    page: BrowserPage,
    navigator: RecordingNavigator,
    workspace: Workspace,
    server: RegistryServer,
    digest: str,
    golden: Path,
) -> None:
    reference = f"{server.host}/{PATH}:v1"
    undo = delete_remote(DeleteRemoteWork(reference), workspace.tools).undo
    push_golden(server, golden / "06-tags-shared", PATH, ("v1",))
    page.show_detail(reference)
    kit = page.kit.kit
    qtbot.waitUntil(lambda: kit.loaded is not None)
    kit.tabs.setCurrentWidget(kit.history)
    qtbot.waitUntil(lambda: any(row.was_deleted for row in kit.history.model.rows))
    rows = kit.history.model.rows
    place = next(number for number, row in enumerate(rows) if row.was_deleted)
    kit.history.table.setCurrentIndex(kit.history.model.index((place + 1) % len(rows), 0))
    assert not kit.history.restore.isVisible()
    kit.history.table.setCurrentIndex(kit.history.model.index(place, 0))
    assert kit.history.restore.isVisible()
    kit.history.restore.click()
    qtbot.waitUntil(lambda: "means something else by now" in " ".join(navigator.notices))
    assert workspace.deleted_versions.find(undo) is None
    kit.history.restore.click()
    qtbot.waitUntil(lambda: navigator.notices[-1].startswith("Nothing is kept"))


def test_a_registry_that_lost_it_says_so(
    qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator, workspace: Workspace, tmp_path: Path
) -> None:
    page.deleting.restore(4711, "h.example/a:v1")
    qtbot.waitUntil(lambda: bool(navigator.errors))


def test_a_version_gets_another_tag(
    qtbot: QtBot,
    page: BrowserPage,
    navigator: RecordingNavigator,
    workspace: Workspace,
    server: RegistryServer,
    digest: str,
) -> None:
    choose(page, "Add tag…")
    qtbot.waitUntil(lambda: bool(page.findChildren(AddTagSheet)))
    sheet = page.findChild(AddTagSheet)
    assert sheet is not None
    field = sheet.target
    field.setText("not a tag!")
    qtbot.waitUntil(lambda: "letters, digits" in words(sheet))
    field.setText(f"{server.host}/team/other:v1")
    qtbot.waitUntil(lambda: "to have it elsewhere, copy it" in words(sheet))
    field.setText("v3")  # another version's
    qtbot.waitUntil(lambda: "v3 is another kit there" in words(sheet))
    begin = next(one for one in sheet.findChildren(QPushButton) if one.text() == "Add tag")
    assert not begin.isEnabled()
    assert any(box.text().startswith("Move v3 here") for box in sheet.findChildren(QCheckBox))
    field.setText("prod")
    qtbot.waitUntil(lambda: "prod is a new tag." in words(sheet) and begin.isEnabled())
    assert "to send" not in words(sheet)
    press(sheet, "Copy as command")
    name = f"{server.host}/{PATH}"
    assert QGuiApplication.clipboard().text() == (f"kitops-desktop copy {name}:v1 {name}:prod --no-overwrite")
    begin.click()
    qtbot.waitUntil(lambda: navigator.notices[-1] == f"Tagged {name}:prod.")
    assert repository(workspace, server).resolve("prod").digest == digest
    qtbot.waitUntil(lambda: "prod" in shown(page))


def test_reference_and_digest_are_copied_by_keys(
    qtbot: QtBot, page: BrowserPage, server: RegistryServer, digest: str
) -> None:
    table = page.registry.tags.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == f"{server.host}/{PATH}:v1"
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(table, Qt.Key.Key_C, both)
    assert QGuiApplication.clipboard().text() == digest


def test_the_list_follows_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    model = DeletedModel()
    qtmodeltester.check(model)
    entries = (
        DeletedVersion(2, "h/a", "sha256:" + "a" * 64, ("v1", "v2"), True, 0.0),
        DeletedVersion(1, "h/a", "sha256:" + "b" * 64, (), False, 0.0),
    )
    model.show_rows(entries)
    assert model.index(1, DeletedColumn.TAGS).data() == "none"
    assert "the version stayed" in str(model.index(1, DeletedColumn.VERSION).data())
    first = model.row_at(model.index(0, 0))
    assert first is not None
    assert first.text == "h/a:v1"
    model.show_rows(())
    assert model.rowCount() == 0
