"""Looking around in a real registry: repositories, tags that are read when they come into view, deleting."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.oci.digest import digest_of
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.artifact_kinds import artifact_of, artifact_of_type
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.delete_sheet import DeleteSheet
from kitops_desktop.ui.browser.referrers_sheet import ReferrersSheet
from kitops_desktop.ui.browser.repository_model import RepositoryModel
from kitops_desktop.ui.browser.repository_model import Role as NameRole
from kitops_desktop.ui.browser.tag_cells import Column
from kitops_desktop.ui.browser.tag_rows import TagRow, Version, folded
from kitops_desktop.ui.browser.tags_model import Role, TagsModel
from kitops_desktop.workspace import Workspace
from support.odd_registry import OddRegistry
from support.recording_navigator import RecordingNavigator
from support.registry_server import RegistryServer, push_golden

Keep = Callable[..., str]


def press(parent: QWidget, text: str) -> None:
    button = next(one for one in parent.findChildren(QPushButton) if one.text() == text and one.isVisible())
    assert button.isEnabled()
    button.click()


def choose(page: BrowserPage, text: str) -> None:
    """Do what the command palette offers."""
    next(action for action in page.commands() if action.text == text).run()


def shown_tags(page: BrowserPage) -> tuple[str, ...]:
    return page.registry.tags.model.shown.tags


def wait_for_versions(qtbot: QtBot, page: BrowserPage, *tags: str) -> None:
    model = page.registry.tags.model

    def known(tag: str) -> bool:
        row = model.row_of(tag)
        return row is not None and row.version is not None

    qtbot.waitUntil(lambda: all(map(known, tags)))


def names(model: RepositoryModel) -> list[str]:
    found = []
    waiting = [model.index(row, 0) for row in range(model.rowCount())]
    while waiting:
        index = waiting.pop(0)
        if index.data(NameRole.REPOSITORY):
            found.append(index.data(NameRole.REPOSITORY))
        if model.canFetchMore(index):
            model.fetchMore(index)
        waiting += [model.index(row, 0, index) for row in range(model.rowCount(index))]
    return found


def test_a_registry_is_a_tree_of_repositories(
    qtbot: QtBot, page: BrowserPage, filled: RegistryServer, keep: Keep
) -> None:
    page.show_detail(keep(filled))
    pane = page.registry.repositories
    qtbot.waitUntil(lambda: pane.model.rowCount() == 2)
    assert sorted(names(pane.model)) == ["team/churn", "vision/resnet"]
    pane.search.setText("CHURN")
    qtbot.waitUntil(lambda: names(pane.model) == ["team/churn"])


def test_tags_are_sorted_told_apart_and_marked(
    qtbot: QtBot, page: BrowserPage, filled: RegistryServer, keep: Keep, golden: Path, home: Path
) -> None:
    shutil.copytree(golden / "06-tags-shared" / "storage", home / "kitops" / "storage")
    page.show_detail(f"{keep(filled)}/team/churn")
    qtbot.waitUntil(lambda: bool(shown_tags(page)))
    assert shown_tags(page) == ("v10", "v3", "v2", "v1", "base")
    wait_for_versions(qtbot, page, *shown_tags(page))
    model = page.registry.tags.model
    qtbot.waitUntil(lambda: model.index_of("v3").siblingAtColumn(Column.HERE).data() == "Yes")
    assert model.index_of("v10").siblingAtColumn(Column.HERE).data() == "-"
    assert model.index_of("v10").siblingAtColumn(Column.KIND).data() == "ModelKit"
    assert model.index_of("base").siblingAtColumn(Column.KIND).data() == "Container image"
    (signature,) = model.all.signatures
    qtbot.waitUntil(lambda: model.rowCount() == 5)
    of_v10 = model.index_of("v10")
    assert model.rowCount(of_v10) == 1
    assert of_v10.data(Qt.ItemDataRole.AccessibleTextRole) == "v10, with 1 signature or the like"
    assert model.rowCount(model.index_of("v3")) == 0
    assert model.index(0, Column.KIND, of_v10).data() == "Signature"
    assert model.index(0, Column.TAG, of_v10).data() == "Signature"
    page.registry.tags.table.expandAll()
    wait_for_versions(qtbot, page, signature)


def test_only_what_is_on_view_is_read_and_nothing_twice(
    qtbot: QtBot, page: BrowserPage, tmp_path: Path, golden: Path, keep: Keep
) -> None:
    tags = tuple(f"v{number}" for number in range(200))
    with RegistryServer(tmp_path / "many") as server:
        push_golden(server, golden / "06-tags-shared", "team/many", tags)
        page.show_detail(f"{keep(server)}/team/many")
        qtbot.waitUntil(lambda: len(shown_tags(page)) == 200)
        table = page.registry.tags.table
        wait_for_versions(qtbot, page, *table.on_view())
        assert "v0" not in table.on_view()
        assert server.count("GET", "/manifests/") <= len(table.on_view()) + 2
        table.scrollToBottom()
        wait_for_versions(qtbot, page, "v0")
        read = server.count("GET", "/manifests/")
        assert read < 120
        page.show_detail(server.host)
        page.show_detail(f"{server.host}/team/many")
        page.registry.tags.model.forget()
        wait_for_versions(qtbot, page, "v199")
        assert server.count("GET", "/manifests/") == read, "what is kept by digest is fetched again"


def test_a_row_opens_its_kit(
    qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator, filled: RegistryServer, keep: Keep
) -> None:
    host = keep(filled)
    page.show_detail(f"{host}/team/churn")
    qtbot.waitUntil(lambda: bool(shown_tags(page)))
    pane = page.registry.tags
    pane.table.choose("v2")
    page.activateWindow()
    pane.table.setFocus()
    qtbot.keyClick(pane.table, Qt.Key.Key_Return)
    assert navigator.places[-1] == ("registries", f"{host}/team/churn:v2")
    qtbot.waitUntil(lambda: page.kit.kit.loaded is not None)
    press(page, "All versions of team/churn")
    assert navigator.places[-1] == ("registries", f"{host}/team/churn")


def test_a_reference_is_copied(
    qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator, filled: RegistryServer, keep: Keep
) -> None:
    page.show_detail(f"{keep(filled)}/team/churn")
    qtbot.waitUntil(lambda: bool(shown_tags(page)))
    page.registry.tags.table.choose("v2")
    choose(page, "Copy reference")
    assert QGuiApplication.clipboard().text() == f"{filled.host}/team/churn:v2"
    assert navigator.notices == ["Reference copied."]


def test_a_repository_that_is_not_there_is_said_in_its_place(
    qtbot: QtBot, page: BrowserPage, filled: RegistryServer, keep: Keep
) -> None:
    page.show_detail(f"{keep(filled)}/team/nothing")
    problem = page.registry.tags.problem
    qtbot.waitUntil(problem.isVisible)
    assert not page.registry.problem.isVisible()
    page.show_detail(f"{filled.host}/team/churn")
    qtbot.waitUntil(lambda: bool(shown_tags(page)))
    assert not problem.isVisible()


def test_where_nothing_is_yet_nothing_is_to_be_chosen(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace
) -> None:
    def said(text: str) -> bool:
        labels = page.registry.tags.findChildren(QLabel)
        return any(one.text() == text and one.isVisible() for one in labels)

    with OddRegistry() as empty:
        workspace.save_registry(empty.host, HostOptions(plain_http=True))
        page.show_detail(empty.host)
        qtbot.waitUntil(lambda: said("No repositories yet"))
        empty.add_manifest("team/churn", "v1", b"{}")
        page.reading.read_again()
        qtbot.waitUntil(lambda: said("Choose a repository"))


def test_what_was_opened_is_offered_where_there_is_no_list(
    qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator, workspace: Workspace
) -> None:
    workspace.history.add("docker.io/team/churn:v1", "open")
    page.show_detail("docker.io")
    pane = page.registry.repositories
    qtbot.waitUntil(lambda: pane._history.isVisible() and pane._history.count() == 1)
    pane._history.itemActivated.emit(pane._history.item(0))
    assert navigator.places[-1] == ("registries", "docker.io/team/churn:v1")


def test_a_repository_opens_by_name(
    qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator, filled: RegistryServer, keep: Keep
) -> None:
    host = keep(filled)
    page.show_detail(host)
    field = page.registry.repositories.open_field.field
    field.setText("Vision")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "lowercase" in field.accessibleDescription()
    field.setText("vision/resnet")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert navigator.places[-1] == ("registries", f"{host}/vision/resnet")


def test_deleting_names_what_goes_and_then_it_is_gone(
    qtbot: QtBot, page: BrowserPage, tmp_path: Path, golden: Path, keep: Keep
) -> None:
    with RegistryServer(tmp_path / "mine") as server:
        push_golden(server, golden / "01-all-sections", "team/churn", ("v1", "v2"))
        push_golden(server, golden / "06-tags-shared", "team/churn", ("v3",))
        page.show_detail(f"{keep(server)}/team/churn")
        qtbot.waitUntil(lambda: len(shown_tags(page)) == 3)
        wait_for_versions(qtbot, page, "v1", "v2", "v3")
        page.registry.tags.table.choose("v1")
        press(page, "Delete…")
        sheet = page.findChild(DeleteSheet)
        assert sheet is not None
        qtbot.waitUntil(lambda: "v2" in sheet.version.accessibleDescription())
        assert sheet.tag.isChecked()
        sheet.version.click()
        press(sheet, "Delete")
        qtbot.waitUntil(lambda: shown_tags(page) == ("v3",))


def test_the_tree_follows_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    model = RepositoryModel()
    qtmodeltester.check(model)
    model.show(("a", "a/b", "a/b/c", "d/e"))
    assert names(model) == ["a", "a/b", "d/e", "a/b/c"]
    assert model.find("a/b/c").data(NameRole.REPOSITORY) == "a/b/c"
    assert not model.find("x/y").isValid()
    model.show(())
    assert model.rowCount() == 0


def test_the_tags_follow_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    model = TagsModel()
    qtmodeltester.check(model)
    signature = f"sha256-{'ab' * 32}.sig"
    loose = f"sha256-{'cd' * 32}.sig"
    content = b'{"schemaVersion": 2, "manifests": []}'
    version = Version(digest_of(content), "", len(content), artifact_of(content))
    own = version.digest.replace(":", "-")
    model.show(folded(("v1", "v2", signature, loose, own, f"{own}.sig", f"{own}.att")))
    assert model.rowCount(model.index(2, 0)) == 5
    model.set_waiting("Slow to answer…")
    assert model.index(0, Column.KIND).data() == "Slow to answer…"
    model.set_version("v1", version)
    model.settle()
    v1, v2 = model.index_of("v1"), model.index_of("v2")
    assert (model.rowCount(v1), model.rowCount(model.index(2, 0))) == (3, 2)
    listed = TagRow("", Version(digest_of(b"listed"), "", 1, artifact_of_type("application/spdx+json")))
    model.set_referrers(version.digest, (listed,))
    below = [model.index(row, 0, v1).data(Role.ROW).tag for row in range(3)]
    assert below == [f"{own}.att", f"{own}.sig", ""], "an index of referrers gives way to what is in it"
    assert model.index_of(listed.name).data() == "Bill of materials"
    model.set_version("v2", version)
    assert model.rowCount(v2) == 3
    model.set_version("v1", replace(version, digest=digest_of(b"moved")))
    assert model.rowCount(model.index_of("v1")) == 0
    model.set_version(f"{own}.sig", version)
    model.show(folded(("v1", "v2", signature)))
    model.set_version("v1", version)
    model.set_version(signature, version)
    model.set_problem("v2", "It is not readable")
    model.set_here({version.digest})
    model.set_filter("v1")
    assert model.rowCount() == 1
    model.set_filter("")
    assert model.rowCount(model.index(2, 0)) == 1
    model.show(folded(("v2",)))
    row = model.row_of("v2")
    assert row is not None
    assert row.problem
    model.show(folded(()))


@pytest.mark.parametrize("count", [10_000])
def test_ten_thousand_repositories_are_a_matter_of_a_moment(
    qtbot: QtBot, page: BrowserPage, count: int
) -> None:
    pane = page.registry.repositories
    pane.show_registry("registry.example")
    pane.show_names(tuple(f"team{number // 100:03}/model{number % 100:03}" for number in range(count)))
    assert pane.model.rowCount() == count // 100
    pane.choose("team099/model099")
    assert pane.tree.currentIndex().data(NameRole.REPOSITORY) == "team099/model099"


def test_a_tag_that_was_moved_is_seen_when_it_is_read_again(
    qtbot: QtBot, page: BrowserPage, tmp_path: Path, golden: Path, keep: Keep
) -> None:
    with RegistryServer(tmp_path / "mine") as server:
        push_golden(server, golden / "01-all-sections", "team/churn", ("v1",))
        page.show_detail(f"{keep(server)}/team/churn")
        qtbot.waitUntil(lambda: bool(shown_tags(page)))
        wait_for_versions(qtbot, page, "v1")
        moved_to = push_golden(server, golden / "06-tags-shared", "team/churn", ("v1",))
        choose(page, "Read again")

        def digest() -> str:
            row = page.registry.tags.model.row_of("v1")
            return row.version.digest if row is not None and row.version is not None else ""

        qtbot.waitUntil(lambda: digest() == moved_to)


def test_what_refers_to_a_version_is_listed(
    qtbot: QtBot, page: BrowserPage, filled: RegistryServer, keep: Keep
) -> None:
    page.show_detail(f"{keep(filled)}/team/churn")
    qtbot.waitUntil(lambda: bool(shown_tags(page)))
    wait_for_versions(qtbot, page, "v10", "v3")
    page.registry.tags.table.choose("v10")
    choose(page, "Signatures and more…")
    sheet = page.findChild(ReferrersSheet)
    assert sheet is not None
    qtbot.waitUntil(lambda: "1 artifact refers" in sheet.sentence)
    assert sheet.accessibleName() == "Signature of v10"
    assert "cosign" in sheet.sentence
    assert sheet.model.index(0, 0).data() == "Signature"
    sheet.close_sheet()
    page.registry.tags.table.choose("v3")
    choose(page, "Signatures and more…")
    sheet = page.findChildren(ReferrersSheet)[-1]
    qtbot.waitUntil(lambda: "Nothing refers" in sheet.sentence)
    assert sheet.accessibleName() == "What refers to v3"
