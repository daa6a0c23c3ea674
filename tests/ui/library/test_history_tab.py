"""The History of a kit: what its tag stood for, and the way back."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.background import Background
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.library.history_model import HistoryColumn, HistoryModel
from kitops_desktop.ui.library.history_tab import HistoryTab
from kitops_desktop.ui.library.kit_source import StoredKitSource
from kitops_desktop.ui.library.library_page import LibraryPage
from kitops_desktop.ui.library.places import compared, comparison, in_registry, side
from kitops_desktop.ui.library.tag_story import StoryRow
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator

NAME = "team/churn:v1"


def pack(workspace: Workspace, folder: Path, text: str, *tags: str) -> str:
    """Pack a project with this file; the digest."""
    folder.mkdir(exist_ok=True)
    (folder / "a.txt").write_text(text)
    (folder / "Kitfile").write_text("manifestVersion: 1.0.0\ncode:\n  - path: a.txt\n")
    reference = ",".join((NAME, *tags))
    return str(pack_folder(PackWork(folder, reference), workspace.tools).packed.manifest.digest)


@pytest.fixture
def page(qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator) -> LibraryPage:
    made = LibraryPage(workspace, navigator)
    qtbot.addWidget(made)
    made.resize(1150, 700)
    made.show()
    return made


def show_history(qtbot: QtBot, page: LibraryPage, reference: str = NAME) -> HistoryTab:
    with qtbot.waitSignal(page.kit.shown):
        page.show_detail(reference)
    page.kit.tabs.setCurrentWidget(page.kit.history)
    qtbot.waitUntil(lambda: bool(page.kit.history.sentence))
    return page.kit.history


def told(model: HistoryModel) -> list[tuple[str, str]]:
    return [(row.what, row.event.digest) for row in model.rows]


def test_what_a_tag_stood_for_and_the_way_back(
    qtbot: QtBot, page: LibraryPage, workspace: Workspace, navigator: RecordingNavigator, tmp_path: Path
) -> None:
    first = pack(workspace, tmp_path / "churn", "first", "old")
    second = pack(workspace, tmp_path / "churn", "second")
    tab = show_history(qtbot, page)
    QAbstractItemModelTester(tab.model)
    assert told(tab.model) == [("Packed here", second), ("Packed here", first)]
    newest, oldest = tab.model.rows
    assert (newest.is_shown, newest.others, oldest.is_shown, oldest.others) == (True, (), False, ("old",))
    assert not tab.open.isEnabled()
    assert not tab.compare.isEnabled()
    qtbot.keyClick(tab.table, Qt.Key.Key_Down)
    assert tab.compare.isEnabled()
    index = tab.model.index(1, HistoryColumn.SINCE)
    assert "also old, on this computer" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    tab.copy.click()
    assert QGuiApplication.clipboard().text() == first
    tab.open.click()
    tab.compare.click()
    old = f"team/churn@{first}"
    assert navigator.places == [("library", old), ("library", comparison(old, NAME))]
    page.show_detail(navigator.places[-1][1])
    qtbot.waitUntil(lambda: page.compare.layers.model.rowCount() == 2)


def test_a_version_is_told_by_the_tags_it_had(
    qtbot: QtBot, page: LibraryPage, workspace: Workspace, tmp_path: Path
) -> None:
    first = pack(workspace, tmp_path / "churn", "first", "old")
    pack(workspace, tmp_path / "churn", "second")
    tab = show_history(qtbot, page, f"team/churn@{first}")
    assert {row.event.tag for row in tab.model.rows} == {"v1", "old"}
    assert not tab.table.isColumnHidden(HistoryColumn.TAG)
    assert all(row.is_shown for row in tab.model.rows)


def test_a_tag_that_was_taken_away_and_put_back_has_a_line_for_each(
    qtbot: QtBot,
    page: LibraryPage,
    workspace: Workspace,
    navigator: RecordingNavigator,
    tmp_path: Path,
) -> None:
    digest = pack(workspace, tmp_path / "churn", "first", "old")
    show_history(qtbot, page, NAME)
    page.tagging.untag(parse_reference("team/churn:old"))
    qtbot.waitUntil(lambda: bool(navigator.offers))
    tab = show_history(qtbot, page, f"team/churn@{digest}")
    qtbot.waitUntil(lambda: len(tab.model.rows) == 3)
    latest = tab.model.rows[0]
    assert (latest.what, latest.event.tag, latest.is_here) == ("Tag removed here", "old", True)
    assert not tab.restore.isVisible(), "it is in the trash, and put back from there"
    undo = navigator.offers[-1][1]
    assert undo is not None
    undo()
    qtbot.waitUntil(lambda: navigator.notices[-1] == "Put back.")
    tab = show_history(qtbot, page, "team/churn:old")
    qtbot.waitUntil(lambda: len(tab.model.rows) == 3)
    assert [row.what for row in tab.model.rows] == [
        "Stored or tagged here",
        "Tag removed here",
        "Packed here",
    ]


def test_with_a_kit_go_all_its_tags(
    qtbot: QtBot, page: LibraryPage, workspace: Workspace, tmp_path: Path
) -> None:
    digest = pack(workspace, tmp_path / "churn", "first", "old")
    workspace.store.remove([parse_reference(f"team/churn@{digest}")], force=True)
    pack(workspace, tmp_path / "churn", "second")
    tab = show_history(qtbot, page)
    qtbot.waitUntil(lambda: [row.what for row in tab.model.rows][1:] == ["Tag removed here", "Packed here"])
    name = parse_reference(NAME).repository_name
    events = workspace.tag_history.of_tag(name, "old", workspace.store.home)
    assert [event.what for event in events] == ["deleted", "pack"]


def test_what_another_program_stored_is_found(
    qtbot: QtBot, page: LibraryPage, golden_store: object, workspace: Workspace
) -> None:
    golden_store("06-tags-shared")  # type: ignore[operator]
    tab = show_history(qtbot, page, "team/shared:v1")
    assert [row.what for row in tab.model.rows] == ["Found in the store"]
    assert not tab.model.rows[0].is_remote
    tab = show_history(qtbot, page, "team/shared:v2")
    qtbot.waitUntil(lambda: bool(tab.model.rows) and tab.model.rows[0].event.tag == "v2")


def test_a_version_that_has_left_the_store_cannot_be_opened(
    qtbot: QtBot, page: LibraryPage, workspace: Workspace, tmp_path: Path
) -> None:
    first = pack(workspace, tmp_path / "churn", "first")
    pack(workspace, tmp_path / "churn", "second")
    workspace.store.remove([parse_reference(f"team/churn@{first}")], force=True)
    tab = show_history(qtbot, page)
    qtbot.keyClick(tab.table, Qt.Key.Key_Down)
    assert not tab.model.rows[1].is_here
    assert not tab.open.isEnabled()
    assert tab.copy.isEnabled()


def test_sides_of_a_comparison_say_where_they_are() -> None:
    place = comparison(in_registry("a.io/x:v1"), "x:v2")
    pair = compared(place)
    assert pair is not None
    assert [side(one) for one in pair] == [("a.io/x:v1", True), ("x:v2", False)]


@dataclass(frozen=True)
class SlowSource(StoredKitSource):
    """Tells its story when ``go_on`` is set."""

    go_on: threading.Event = field(default_factory=threading.Event)

    def story(self, kit: ModelKit, token: CancelToken) -> tuple[StoryRow, ...]:
        found = super().story(kit, token)
        self.go_on.wait(60)
        return found


def test_a_story_that_comes_when_another_kit_is_shown_is_not_told(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    pack(workspace, tmp_path / "churn", "first")
    source = SlowSource(lambda: workspace.store, parse_reference(NAME), history=workspace.tag_history)
    kit = source.load(CancelToken())
    background = Background(threads=1)  # one after the other
    tab = HistoryTab(background)
    qtbot.addWidget(tab)
    tab.show()
    tab.show_kit(kit, source)
    tab.hide()
    tab.show_kit(kit, source.at_tag("other"))
    source.go_on.set()
    ended: list[bool] = []
    Reader(background, tab).read(lambda _: True, ended.append, lambda _: None)
    qtbot.waitUntil(lambda: bool(ended))
    assert tab.model.rows == ()
    background.close()
