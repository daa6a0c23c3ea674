"""What was seen in registries is found again, also when none of them answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.records.seen import SeenHit, SeenKit
from kitops_desktop.registry.host_label import HostLabel
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.remove_sheet import RemoveSheet
from kitops_desktop.ui.browser.seen_model import Column, Role, SeenModel
from kitops_desktop.ui.browser.seen_results import REPOSITORIES, SeenGroup, found_text, grouped, what_text
from kitops_desktop.ui.finder import Finder
from kitops_desktop.ui.main_window import MainWindow
from kitops_desktop.ui.navigation import REGISTRIES
from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator
from support.registry_server import RegistryServer, push_golden

KIT = SeenKit("Churn", "Who leaves", "MIT", "PyTorch")


def hit(repository: str, tag: str = "", host: str = "one.example") -> SeenHit:
    return SeenHit(host, repository, tag, KIT if tag else SeenKit(), seen_at=1.0)


def places(model: SeenModel) -> list[str]:
    groups = [model.index(row, 0) for row in range(model.rowCount())]
    return [
        model.index(row, 0, group).data(Role.PLACE)
        for group in groups
        for row in range(model.rowCount(group))
    ]


def said(sheet: QWidget) -> str:
    return "\n".join(one.text() for one in sheet.findChildren(QLabel) if one.isVisibleTo(sheet))


def search(qtbot: QtBot, page: BrowserPage, text: str, *found: str) -> None:
    page.list.search.setText(text)
    qtbot.waitUntil(lambda: places(page.list.found.model) == list(found))


def test_without_a_network_it_finds_what_was_looked_at(
    qtbot: QtBot,
    page: BrowserPage,
    workspace: Workspace,
    navigator: RecordingNavigator,
    tmp_path: Path,
    golden: Path,
    keep: Callable[..., str],
) -> None:
    with RegistryServer(tmp_path / "soon-away") as server:
        push_golden(server, golden / "01-all-sections", "team/churn", ("v1",))
        push_golden(server, golden / "06-tags-shared", "vision/resnet", ("v1",))
        host = keep(server)
        workspace.label_registry(host, HostLabel("Ours", stage="prod"))
        page.show_detail(f"{host}/team/churn:v1")
        qtbot.waitUntil(lambda: page.kit.kit.loaded is not None)
        page.kit.kit.tabs.setCurrentWidget(page.kit.kit.files)
        layers = {layer.digest for layer in page.kit.kit.loaded.kit.manifest.layers}
        qtbot.waitUntil(lambda: all(map(workspace.listings.get, layers)))
        page.show_detail(host)
        qtbot.waitUntil(lambda: bool(page.registry.repositories.model.names))
    page.show_detail("")
    one, other = f"{host}/team/churn", f"{host}/vision/resnet"
    search(qtbot, page, "RES", other)
    found = page.list.found
    assert found.isVisible()
    assert found.model.index(0, 0).data() == f"{host} (Ours, Production)"
    search(qtbot, page, "all-sections", f"{one}:v1")
    search(qtbot, page, "nothing like that")
    assert "Nothing that was seen" in found.sentence
    search(qtbot, page, "util.py", f"{one}:v1")
    row = found.model.index(0, 0, found.model.index(0, 0))
    assert row.siblingAtColumn(Column.WHAT).data() == "has src/lib/util.py"
    assert row.siblingAtColumn(Column.SEEN).data() == "seen just now"
    qtbot.keyClick(page.list.search, Qt.Key.Key_Return)
    assert navigator.places[-1] == ("registries", f"{one}:v1")
    page.show_detail("")
    qtbot.keyClick(page.list.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(page.list.table.isVisible)


@pytest.mark.parametrize("keeps", [False, True])
def test_with_a_registry_goes_what_was_seen_in_it_and_what_was_opened_unless_it_is_kept(
    qtbot: QtBot,
    page: BrowserPage,
    workspace: Workspace,
    navigator: RecordingNavigator,
    filled: RegistryServer,
    keep: Callable[..., str],
    *,
    keeps: bool,
) -> None:
    host = keep(filled)
    workspace.seen.put_repositories(host, ["team/churn", "vision/resnet"])
    workspace.seen.put_repositories("other.example", ["team/churn"])
    workspace.history.add(f"{host}/team/churn", "open")
    page.show_detail("")
    search(qtbot, page, "team/churn", f"{host}/team/churn", "other.example/team/churn")
    page.list.search.clear()
    page.list.choose(host)
    next(action for action in page.commands() if action.text == "Remove").run()
    qtbot.waitUntil(lambda: page.findChild(RemoveSheet) is not None)
    sheet = page.findChild(RemoveSheet)
    assert "2 repositories that were seen in it are searched no more." in said(sheet)
    assert sheet.keeps.text() == "&Keep what was opened there (1 reference), to be found again"
    sheet.keeps.setChecked(keeps)
    next(one for one in sheet.findChildren(QPushButton) if one.text() == "Remove").click()
    qtbot.waitUntil(lambda: host not in workspace.settings.registries)
    search(qtbot, page, "resnet")
    found = [*([f"{host}/team/churn"] if keeps else []), "other.example/team/churn"]
    search(qtbot, page, "team/churn", *found)
    undo = navigator.offers[-1][1]
    assert undo is not None
    undo()
    assert host in workspace.settings.registries
    qtbot.waitUntil(lambda: len(workspace.seen.names_of(host)) == 2)
    qtbot.waitUntil(lambda: len(workspace.history.recent(host)) == 1)
    page.list.search.clear()
    search(qtbot, page, "resnet", f"{host}/vision/resnet")


def test_return_waits_for_what_is_found(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, navigator: RecordingNavigator
) -> None:
    workspace.seen.put_tags("localhost:9", "team/churn", ["v1"])
    qtbot.keyClicks(page.list.search, "chu")
    qtbot.keyClick(page.list.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: navigator.places[-1:] == [("registries", "localhost:9/team/churn")])


def test_what_was_used_before_anything_was_noted_is_found(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace
) -> None:
    workspace.history.add("one.example/team/old:v3", "pull")
    workspace.history.add("one.example/team/older", "open")
    search(qtbot, page, "old", "one.example/team/old", "one.example/team/older")
    search(qtbot, page, "old:v3", "one.example/team/old:v3")
    workspace.history.add("one.example/team/old:v4", "push")
    search(qtbot, page, "old:v", "one.example/team/old:v4", "one.example/team/old:v3")


def test_the_palette_finds_it_too(
    qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator, page: BrowserPage
) -> None:
    workspace.seen.put_tags("localhost:9", "team/churn", ["v1"])
    workspace.seen.put_tag("localhost:9", "team/churn", "v1", "sha256:1")
    workspace.seen.put_kit("sha256:1", KIT, [])
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 600)
    host.show()
    finder = Finder(workspace, navigator, host)
    finder.open_with(())
    field, shown = finder.palette.findChild(QLineEdit), finder.palette.findChild(QListView)
    qtbot.keyClicks(field, "leaves")
    qtbot.waitUntil(lambda: shown.model().rowCount() == 1)
    entry = shown.model().index(0, 0)
    assert entry.data() == "localhost:9/team/churn:v1"
    assert entry.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "Churn, seen just now"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert navigator.places[-1] == ("registries", "localhost:9/team/churn:v1")


def test_what_is_found_stands_in_order() -> None:
    tags = [hit("ml/churn", f"v{number}") for number in range(20)]
    groups = grouped(
        [hit("b/x-churn"), *tags, hit("ml/churn"), hit("a/churn-2", host="two.example"), hit("churn/b")],
        "churn",
        {"one.example": "Production"}.get,
    )
    assert [group.title for group in groups] == ["one.example (Production)", "two.example"]
    assert [f"{one.repository}:{one.tag}" for one in groups[0].hits] == [
        "ml/churn:", "ml/churn:v19", "ml/churn:v18", "ml/churn:v17", "ml/churn:v16", "ml/churn:v15",
        "churn/b:", "b/x-churn:",
    ]  # fmt: skip
    assert what_text(groups[0].hits[1]) == "Churn - Who leaves, MIT, PyTorch"
    odd = SeenHit("one.example", "ml/churn", "v1", file="a\x1b[31m\u202etxt.bin")
    assert what_text(odd) == r"has a\x1b[31m\u202etxt.bin"
    assert found_text(groups).startswith("9 matches,")
    (many,) = grouped([hit(f"team/churn-{number}") for number in range(REPOSITORIES + 7)], "churn")
    assert (len(many.hits), many.more) == (REPOSITORIES, 7)
    assert "and 7 repositories beside" in found_text([many])


def test_the_results_follow_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    model = SeenModel()
    qtmodeltester.check(model)
    model.show([SeenGroup("one.example", "", (hit("team/churn"), hit("team/churn", "v1")))])
    assert places(model) == ["one.example/team/churn", "one.example/team/churn:v1"]
    assert model.index(0, 0).data(Role.PLACE) == "one.example"
    model.show(())
    assert model.rowCount() == 0


def test_the_palette_opens_what_is_pasted_or_says_why_not(
    qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator
) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 600)
    host.show()
    finder = Finder(workspace, navigator, host)
    finder.open_with(())
    field, shown = finder.palette.findChild(QLineEdit), finder.palette.findChild(QListView)
    field.setText("kit pull jozu.ml/team/churn:v1")
    assert shown.model().index(0, 0).data() == "Open jozu.ml/team/churn:v1"
    field.setText("hf download team/churn --repo-type dataset")
    assert shown.model().index(0, 0).data() == "Open hf://datasets/team/churn"
    field.setText("https://huggingface.co/docs/hub")
    assert shown.model().rowCount() == 0
    said = [one.text() for one in finder.palette.findChildren(QLabel) if one.isVisible()]
    assert any("Hugging Face" in text for text in said)


def test_the_search_is_reached_by_a_key_from_anywhere(
    qtbot: QtBot, chosen_workspace: Workspace, theme: Theme
) -> None:
    window = MainWindow(chosen_workspace, theme)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    flags = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_F, flags)
    page = window.page(REGISTRIES)
    assert isinstance(page, BrowserPage)
    qtbot.waitUntil(page.list.search.hasFocus)
    window.job_signals.stop()
    chosen_workspace.close()


def test_the_tag_that_was_typed_comes_before_newer_ones_that_begin_like_it() -> None:
    hits = [hit("team/churn", f"v{number}") for number in (1, *range(10, 20))]
    for text in ("v1", "churn:v1"):
        (group,) = grouped(hits, text)
        assert [one.tag for one in group.hits] == ["v1", "v19", "v18", "v17", "v16"], text
