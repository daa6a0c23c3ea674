"""A project whose folder other programs change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.editor import folder_look
from kitops_desktop.ui.editor.changes_by_others import ChangesByOthers
from kitops_desktop.ui.editor.project import Part, Project
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.watching import folder_watch, watched_folders
from kitops_desktop.watching.folder_watch import Changed
from kitops_desktop.workspace import Workspace


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for changes waits less long."""
    monkeypatch.setattr(folder_watch, "STEP", 20)
    monkeypatch.setattr(folder_watch, "MOST_WAIT", 200)
    monkeypatch.setattr(folder_watch, "LOOK_FOR", 0.05)
    monkeypatch.setattr(folder_look, "PAUSE", 20)


@pytest.fixture
def watched(page: ProjectPage, qtbot: QtBot) -> ProjectPage:
    """The page of ``folder``, which is watched."""
    qtbot.waitUntil(lambda: page.watch.state.watched)
    return page


def packed(page: ProjectPage) -> set[str]:
    plan = page.look.scan.plan
    return set() if plan is None else {name for layer in plan.layers for name in layer.plan.names()}


def test_what_others_add_and_remove_appears(watched: ProjectPage, folder: Path, qtbot: QtBot) -> None:
    assert "Watched for changes" in watched.header.facts
    (folder / "src" / "deep").mkdir()
    (folder / "src" / "deep" / "new.py").write_text("1\n")
    qtbot.waitUntil(lambda: "src/deep/new.py" in packed(watched))
    shutil.rmtree(folder / "src" / "deep")
    qtbot.waitUntil(lambda: "src/deep/new.py" not in packed(watched))


def test_a_kitfile_that_others_write_is_asked_about_at_once(
    watched: ProjectPage, folder: Path, qtbot: QtBot
) -> None:
    (folder / "Kitfile").write_text("package:\n  name: theirs\n")
    qtbot.waitUntil(watched.outside.isVisible)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (Changed(frozenset({"data/train.csv"})), ["anything", "contents"]),
        (Changed(frozenset({".kitignore"})), ["edited", "anything"]),
        (Changed(frozenset({"Kitfile", "new.py"})), ["edited", "anything", "contents"]),
        (Changed(everything=True), ["edited", "anything", "contents"]),
    ],
    ids=["contents", "kitignore", "both", "everything"],
)
def test_a_change_is_told_to_who_wants_to_know(
    folder: Path, workspace: Workspace, changed: Changed, expected: list[str]
) -> None:
    others = ChangesByOthers(Project(folder), workspace.background)
    told: list[str] = []
    others.edited_files.connect(lambda: told.append("edited"))
    others.anything.connect(lambda _: told.append("anything"))
    others.contents.connect(lambda: told.append("contents"))
    others.watch.changed.emit(changed)
    assert told == expected
    workspace.background.close()
    others.watch.changed.emit(changed)
    assert told == expected, "nobody would read any more"
    shiboken6.delete(others)


def test_saving_here_is_no_change_of_others(watched: ProjectPage, folder: Path, qtbot: QtBot) -> None:
    told = []
    watched.watch.changed.connect(told.append)
    watched.editor.type_text(Part.KITFILE, "# mine\n" + watched.project.text(Part.KITFILE))
    watched.editor.type_text(Part.IGNORE, "*.tmp\n")
    assert watched.save()
    (folder / "last").write_text("1")
    qtbot.waitUntil(lambda: any("last" in changed.paths for changed in told))
    assert set().union(*(changed.paths for changed in told)) == {"last"}
    assert not watched.outside.isVisible()


def test_a_folder_that_vanishes_and_comes_back(
    watched: ProjectPage, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    folder.rename(tmp_path / "away")
    qtbot.waitUntil(lambda: "the folder is gone" in watched.header.facts)
    qtbot.waitUntil(lambda: watched.look.scan.problem is not None)
    (tmp_path / "away").rename(folder)
    qtbot.waitUntil(lambda: "Watched" in watched.header.facts)
    qtbot.waitUntil(lambda: "src/run.py" in packed(watched))


def test_where_watching_is_not_possible_the_window_looks_when_it_is_focused(
    open_page: Callable[[Path], ProjectPage], folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched_folders, "MOST_PATHS", 3)
    page = open_page(folder)
    says = "Looked at again when the window is focused: it holds more than 3 files"
    qtbot.waitUntil(lambda: says in page.header.facts)
    (folder / "src" / "new.py").write_text("1\n")
    monkeypatch.undo()
    QApplication.sendEvent(page, QEvent(QEvent.Type.WindowActivate))
    qtbot.waitUntil(lambda: "src/new.py" in packed(page))
    qtbot.waitUntil(lambda: "Watched" in page.header.facts)


def test_changes_during_a_look_are_looked_at_once_more(page: ProjectPage, qtbot: QtBot) -> None:
    looks = []
    page.look.scanned.connect(lambda: looks.append(1))
    page.look.look()
    for _ in range(5):
        page.look.folder_changed()
    qtbot.waitUntil(lambda: len(looks) == 2 and not page.look.busy)


def test_a_look_that_was_stopped_begins_again_only_when_asked(page: ProjectPage, qtbot: QtBot) -> None:
    page.look.look()
    page.look.cancel()
    page.look.folder_changed()
    assert not page.look.busy
    with qtbot.waitSignal(page.look.scanned):
        page.look.look()
    page.look.folder_changed()
    assert page.look.busy


def test_closing_a_project_ends_its_watch(watched: ProjectPage, qtbot: QtBot) -> None:
    core = watched.watch._watch
    watched.watch.setParent(None)
    watched.watch.deleteLater()
    qtbot.waitUntil(lambda: core.join(0))


def test_what_came_while_the_kitfile_could_not_be_read_is_found_when_it_can(
    page: ProjectPage, folder: Path, qtbot: QtBot
) -> None:
    whole = page.editor.text(Part.KITFILE)
    page.editor.replace_text(Part.KITFILE, "package: [", "a slip")
    (folder / "src" / "new.py").write_text("1\n")
    page.look.folder_changed()
    qtbot.waitUntil(lambda: not page.look.busy)
    page.editor.replace_text(Part.KITFILE, whole, "its correction")
    qtbot.waitUntil(lambda: "src/new.py" in packed(page))
