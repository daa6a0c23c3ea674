"""The folder beside the form: filtering, moving files to sections by drop and by keys, a disk that stalls."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.classification.folder_lister import SystemFiles
from kitops_desktop.ui.editor import tree_model, tree_pane
from kitops_desktop.ui.editor.dragged import paths_mime
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.ui.editor.sections import TARGETS
from kitops_desktop.ui.editor.tree_cells import Column
from kitops_desktop.ui.editor.tree_pane import TreePane
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def pane(page: ProjectPage, qtbot: QtBot) -> TreePane:
    """The tree of ``page``, filled, with destinations."""
    made = page.folder_side.tree_pane
    qtbot.waitUntil(lambda: not made.scan.busy and bool(shown(made, "src", Column.GOES_TO)))
    return made


def shown(pane: TreePane, path: str, column: Column = Column.NAME) -> str:
    return str(pane.model.index_of(path).siblingAtColumn(column).data() or "")


def rows(pane: TreePane) -> list[str]:
    """What is in view, with the folders that are opened."""
    found = []
    index = pane.model.index(0, 0)
    while index.isValid():
        found.append(pane.model.path(index))
        index = pane.tree.indexBelow(index)
    return found


def kitfile(page: ProjectPage) -> str:
    return page.project.text(Part.KITFILE)


def target(pane: TreePane, name: str) -> QToolButton:
    (found,) = [one for one in pane.findChildren(QToolButton) if one.accessibleName() == name]
    return found


def enter(widget: QWidget, mime: QMimeData) -> bool:
    """Whether it would take what is dragged over its middle."""
    place, copy = widget.rect().center(), Qt.DropAction.CopyAction
    event = QDragEnterEvent(place, copy, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def drop(widget: QWidget, mime: QMimeData) -> bool:
    """Whether it took what was dragged onto its middle."""
    if not enter(widget, mime):
        return False
    place, copy = QPointF(widget.rect().center()), Qt.DropAction.CopyAction
    event = QDropEvent(place, copy, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)
    return True


def files_mime(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def test_the_folder_is_the_first_tab(page: ProjectPage, pane: TreePane) -> None:
    assert page.folder_side.currentWidget() is pane
    tabs = [page.folder_side.tabText(number) for number in range(3)]
    assert tabs == ["Folder", "Layers", "To check 2"]
    assert rows(pane) == ["data", "src", ".kitignore", "Kitfile", "model.safetensors", "notes.log"]
    assert pane.says.text().startswith("9 files, 5.")


def test_keys_move_the_selected_file(page: ProjectPage, pane: TreePane, qtbot: QtBot) -> None:
    before = kitfile(page), page.project.text(Part.IGNORE)
    assert pane.reveal("data/test.csv")
    goes_to = ["Model", "Model part", "Dataset", "Code", "Docs", "Prompt", "MCP server"]
    goes_to.append("Ignored: data/test.csv")
    for wanted, text in zip(TARGETS, goes_to, strict=True):
        pane.tree.setFocus()
        qtbot.keyClick(pane.tree, Qt.Key(ord(wanted.letter)), CTRL | SHIFT)
        step = f"move test.csv to {wanted.title}" if wanted.title != "Ignore" else "ignoring of test.csv"
        assert page.editor.undo_stack.undoText() == step
        qtbot.waitUntil(lambda text=text: shown(pane, "data/test.csv", Column.GOES_TO) == text)
        qtbot.keyClick(page, Qt.Key.Key_Z, CTRL)
        assert (kitfile(page), page.project.text(Part.IGNORE)) == before
        qtbot.waitUntil(lambda: shown(pane, "data/test.csv", Column.GOES_TO) == "In no entry")


def test_several_files_move_in_one_step_over_both_texts(
    page: ProjectPage, pane: TreePane, qtbot: QtBot
) -> None:
    before = kitfile(page), page.project.text(Part.IGNORE)
    pane.reveal("notes.log")
    pane.tree.selectionModel().select(
        pane.model.index_of("data/test.csv"),
        pane.tree.selectionModel().SelectionFlag.Select | pane.tree.selectionModel().SelectionFlag.Rows,
    )
    target(pane, "Move to Docs").click()
    assert page.editor.undo_stack.undoText() == "move 2 files to Docs"
    assert "docs:" in kitfile(page)
    assert page.project.text(Part.IGNORE) == "**/*.log\n!notes.log\n"
    page.editor.undo_stack.undo()
    assert (kitfile(page), page.project.text(Part.IGNORE)) == before
    page.editor.undo_stack.redo()
    assert "path: notes.log" in kitfile(page)


def test_dragged_rows_are_dropped_on_targets(page: ProjectPage, pane: TreePane, folder: Path) -> None:
    pane.reveal("data/train.csv")
    assert pane.strip.isVisible()
    assert drop(target(pane, "Move to Code"), paths_mime(folder, ["data/train.csv"]))
    assert "  - path: data/train.csv\n" in kitfile(page)
    assert page.editor.undo_stack.undoText() == "move train.csv to Code"
    assert drop(target(pane, "Ignore"), paths_mime(folder, ["src"]))
    assert page.project.text(Part.IGNORE) == "**/*.log\nsrc\n"
    assert not drop(target(pane, "Ignore"), QMimeData())


def test_files_of_the_file_manager_are_dropped_on_targets(
    page: ProjectPage, pane: TreePane, folder: Path, tmp_path: Path, navigator: RecordingNavigator
) -> None:
    pane.tree.clearSelection()
    assert not pane.strip.isVisible()
    assert enter(pane, files_mime(folder / "notes.log"))
    assert pane.strip.isVisible(), "targets show while something is dragged"
    assert drop(target(pane, "Move to Docs"), files_mime(folder / "src" / "run.py"))
    assert "docs:\n  - path: src/run.py\n" in kitfile(page)
    (tmp_path / "outside.csv").write_text("x")
    steps = page.editor.undo_stack.count()
    assert drop(target(pane, "Ignore"), files_mime(tmp_path / "outside.csv"))
    assert page.editor.undo_stack.count() == steps
    assert "Only files of the project can be ignored." in str(navigator.notices)


def test_files_from_elsewhere_are_offered_to_be_copied(
    page: ProjectPage, pane: TreePane, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "outside.csv").write_text("x")
    with qtbot.waitSignal(page.folder_side.files_from_elsewhere) as asked:
        drop(target(pane, "Move to Datasets"), files_mime(tmp_path / "outside.csv"))
    assert asked.args == [(tmp_path / "outside.csv",), ("datasets",)]
    with qtbot.waitSignal(page.folder_side.files_from_elsewhere) as asked:
        drop(pane, files_mime(tmp_path / "outside.csv"))
    assert asked.args == [(tmp_path / "outside.csv",), None], "into the folder, to no section"


def test_a_name_that_no_kitfile_can_hold_is_refused(
    page: ProjectPage, pane: TreePane, folder: Path, navigator: RecordingNavigator, qtbot: QtBot
) -> None:
    (folder / "caf\udce9").write_text("x")
    pane.paths_changed(frozenset({"caf\udce9"}))
    qtbot.waitUntil(lambda: pane.reveal("caf\udce9"))
    target(pane, "Move to Docs").click()
    assert len(navigator.errors) == 1
    assert page.editor.undo_stack.count() == 0
    target(pane, "Ignore").click()
    assert page.project.text(Part.IGNORE) == "**/*.log\ncaf?\n"


def test_the_filter_shows_what_fits_and_what_was_open_comes_back(pane: TreePane, qtbot: QtBot) -> None:
    pane.tree.expand(pane.model.index_of("src"))
    before = rows(pane)
    pane.search.setText("CSV")
    qtbot.waitUntil(lambda: rows(pane) == ["data", "data/test.csv", "data/train.csv"])
    assert pane.says.text() == "2 found in 9 files"
    pane.search.clear()
    qtbot.waitUntil(lambda: rows(pane) == before)


def test_what_was_current_stays_current_when_the_filter_comes_and_goes(pane: TreePane, qtbot: QtBot) -> None:
    def current() -> str:
        return pane.model.path(pane.tree.currentIndex())

    pane.reveal("data/train.csv")
    pane.search.setText("CSV")
    qtbot.waitUntil(lambda: pane.model.found is not None and current() == "data/train.csv")
    pane.search.clear()
    qtbot.waitUntil(lambda: pane.model.found is None and current() == "data/train.csv")


def test_only_what_is_not_packed_with_the_reason(page: ProjectPage, pane: TreePane, qtbot: QtBot) -> None:
    pane.left_out.setChecked(True)
    qtbot.waitUntil(lambda: rows(pane) == ["data", "data/test.csv", ".kitignore", "Kitfile", "notes.log"])
    page.editor.replace_text(Part.IGNORE, "", "emptying")
    qtbot.waitUntil(lambda: shown(pane, "notes.log", Column.GOES_TO) == "In no entry")
    page.editor.replace_text(Part.IGNORE, "src\n", "ignoring")
    qtbot.waitUntil(lambda: "src" in rows(pane))


def test_type_ahead_and_sorting_go_with_the_selection(pane: TreePane, qtbot: QtBot) -> None:
    pane.tree.setFocus()
    pane.tree.setCurrentIndex(pane.model.index_of("data"))
    qtbot.keyClicks(pane.tree, "mod")
    assert pane.model.path(pane.tree.currentIndex()) == "model.safetensors"
    assert not pane.search.text()
    pane.reveal("notes.log")
    pane.tree.sortByColumn(Column.SIZE, Qt.SortOrder.DescendingOrder)
    assert rows(pane)[2] == "model.safetensors"
    assert pane.selected_paths() == ("notes.log",)


def test_a_file_leads_to_the_entry_that_takes_it(page: ProjectPage, pane: TreePane) -> None:
    pane.tree.activated.emit(pane.model.index_of("data/train.csv"))
    focused = page.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "Dataset 1 path"


def test_files_in_view_are_looked_into(pane: TreePane, folder: Path, qtbot: QtBot) -> None:
    (folder / "table").write_bytes(b"PAR1")
    (folder / "login.py").write_text('token = "ghp_' + "k3Jd8sLq0PzX7vNm2RtY5wBc9HfG1aEi4UoD" + '"\n')
    pane.paths_changed(frozenset({"table", "login.py"}))
    for path in ("model.safetensors", "table", "login.py"):
        qtbot.waitUntil(lambda path=path: pane.model.cells.was_looked_at(path))
    tip = pane.model.index_of("table").data(Qt.ItemDataRole.ToolTipRole)
    assert len(tip.splitlines()) > 2, "what is wrong with it is said"
    tip = pane.model.index_of("login.py").data(Qt.ItemDataRole.ToolTipRole)
    assert "It may hold a secret: " in tip
    assert "ghp_" not in tip


def test_changes_by_other_programs_appear(
    page: ProjectPage, pane: TreePane, folder: Path, qtbot: QtBot
) -> None:
    pane.tree.expand(pane.model.index_of("data"))
    (folder / "data" / "deep").mkdir()
    (folder / "data" / "deep" / "new.csv").write_text("x")
    (folder / "notes.log").unlink()
    pane.paths_changed(frozenset({"data/deep/new.csv", "data/deep", "notes.log"}))
    qtbot.waitUntil(lambda: "data/deep" in rows(pane) and "notes.log" not in rows(pane))
    assert pane.tree.isExpanded(pane.model.index_of("data"))
    qtbot.waitUntil(lambda: pane.says.text().startswith("9 files"))
    qtbot.keyClick(page, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not pane.scan.busy)
    assert pane.tree.isExpanded(pane.model.index_of("data"))


def test_the_menu_shows_every_key_and_none_is_taken(page: ProjectPage, pane: TreePane) -> None:
    pane.reveal("notes.log")
    place = pane.tree.visualRect(pane.tree.currentIndex()).center()
    pane.tree.customContextMenuRequested.emit(place)
    menu = pane.findChild(QMenu)
    assert menu is not None
    keys = [one.shortcut for one in TARGETS]
    assert [action.shortcut().toString() for action in menu.actions()] == [*keys, "F3"]
    menu.close()
    keys = [action.shortcut for action in page.palette_actions() if action.shortcut]
    assert len(keys) == len(set(keys))
    assert {target.shortcut for target in TARGETS} <= set(keys)


class Stalling(SystemFiles):
    """A file system that answers for the top only, until it is let go."""

    def __init__(self, folder: Path) -> None:
        self._top = os.fspath(folder)
        self.go_on = threading.Event()
        self.stalls = threading.Event()

    def scandir(self, path: str) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
        if path != self._top:
            self.stalls.set()
            self.go_on.wait()
        return super().scandir(path)


@pytest.fixture
def stalling(folder: Path) -> Iterator[Stalling]:
    made = Stalling(folder)
    yield made
    made.go_on.set()


def test_a_file_system_that_stalls_leaves_what_is_known_and_can_be_stopped(
    folder: Path, workspace: Workspace, stalling: Stalling, qtbot: QtBot
) -> None:
    pane = TreePane(folder, workspace.background, file_system=stalling)
    qtbot.addWidget(pane)
    pane.show()
    qtbot.waitUntil(stalling.stalls.is_set)
    qtbot.waitUntil(lambda: len(rows(pane)) == 6)
    assert pane.says.text().startswith("Listing…")
    stop = [
        one for one in pane.findChildren(QToolButton) if one.accessibleName() == "Stop listing the folder"
    ]
    stop[0].click()
    assert not pane.scan.busy
    assert pane.says.text().endswith("when it was stopped")
    stalling.stalls.clear()
    pane.list_again()
    qtbot.waitUntil(stalling.stalls.is_set)
    (folder / "new.txt").write_text("x")
    for _ in range(5):
        pane.paths_changed(frozenset({"new.txt"}))
    threads = [one.name for one in threading.enumerate()].count("folder lister")
    assert threads <= 2, "one that was left alone, and one that stalls"
    stalling.go_on.set()
    qtbot.waitUntil(lambda: pane.says.text().startswith("10 files"))


def test_a_pane_that_goes_away_waits_for_nobody(
    folder: Path, workspace: Workspace, stalling: Stalling, qtbot: QtBot
) -> None:
    pane = TreePane(folder, workspace.background, file_system=stalling)
    qtbot.waitUntil(stalling.stalls.is_set)
    shiboken6.delete(pane)
    stalling.go_on.set()
    qtbot.waitUntil(lambda: "folder lister" not in {one.name for one in threading.enumerate()})


def test_a_folder_that_cannot_be_listed_says_why(tmp_path: Path, workspace: Workspace, qtbot: QtBot) -> None:
    pane = TreePane(tmp_path / "gone", workspace.background)
    qtbot.addWidget(pane)
    qtbot.waitUntil(lambda: pane.says.text() == "The folder cannot be listed: it is gone")


def test_sizes_are_never_cut_and_names_have_room(pane: TreePane) -> None:
    header = pane.tree.header()
    for width in (520, 375, 290):
        pane.resize(width, 400)
        QApplication.processEvents()
        needed = pane.tree.fontMetrics().horizontalAdvance("1023 bytes")
        assert header.sectionSize(Column.SIZE) > needed
        assert header.sectionSize(Column.NAME) >= 110, width


def test_a_secret_has_a_key_before_and_without_a_look_into_it(
    page: ProjectPage, pane: TreePane, folder: Path, qtbot: QtBot
) -> None:
    (folder / "src" / ".env").write_text("")
    pane.paths_changed(frozenset({"src/.env"}))
    qtbot.waitUntil(lambda: shown(pane, "src/.env", Column.GOES_TO) == "Code: src")
    index = pane.model.index_of("src/.env")
    assert "Environment files usually hold" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    key = index.data(Qt.ItemDataRole.DecorationRole).cacheKey()
    page.ignore(("**/.env",), ".env")
    qtbot.waitUntil(lambda: shown(pane, "src/.env", Column.GOES_TO) == "Ignored: **/.env")
    left_out = pane.model.index_of("src/.env").data(Qt.ItemDataRole.DecorationRole)
    assert left_out.cacheKey() != key, "what is left out asks for no care"


def test_the_folder_is_looked_through_again_by_its_key_also_while_it_is_listed(
    page: ProjectPage, pane: TreePane, folder: Path, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: not page.look.busy)
    pane.list_again()
    (folder / "late.txt").write_text("x")
    qtbot.keyClick(page, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: "late.txt" in rows(pane))


def test_an_order_of_before_is_not_taken_for_that_of_now(
    pane: TreePane, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large folder is sorted in the background, and listed anew before that has ended."""
    reached, go_on, sorted_numbers = threading.Event(), threading.Event(), tree_pane.sorted_numbers

    def slow(*arguments: Any) -> Any:  # noqa: ANN401 - as the function
        order = sorted_numbers(*arguments)
        if not reached.is_set():
            reached.set()
            go_on.wait(60)
        return order

    monkeypatch.setattr(tree_model, "needs_time", lambda numbers: True)
    monkeypatch.setattr(tree_pane, "sorted_numbers", slow)
    pane.model.sort(Column.SIZE, Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(reached.is_set)
    (folder / "notes.log").rename(folder / "another.log")
    (folder / "another.log").write_text("x" * 9000)
    pane.paths_changed(frozenset({"notes.log", "another.log"}))
    now = ["data", "src", "another.log", "model.safetensors"]
    qtbot.waitUntil(lambda: rows(pane)[:4] == now)
    go_on.set()
    qtbot.waitUntil(lambda: not pane.sorting)
    assert rows(pane)[:4] == now
