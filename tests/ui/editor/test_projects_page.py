"""The list of projects, and those that are open."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.errors import FileAccessError
from kitops_desktop.ui.close_sheet import CloseSheet
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_draft import ProjectDraft
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.ui.editor.project_rows import read_rows
from kitops_desktop.ui.editor.projects_page import ProjectsPage
from kitops_desktop.ui.navigation import HasCommands, HasCount, HasDetail, HoldsChanges
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.ui.widgets.sheet import Sheet
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator


def press(page: QWidget, text: str) -> None:
    found = [one for one in page.findChildren(QAbstractButton) if one.text() == text and one.isVisible()]
    found[0].click()


def open_in(projects: ProjectsPage, folder: Path, qtbot: QtBot) -> ProjectPage:
    projects.show_detail(str(folder))
    qtbot.waitUntil(lambda: projects.current is not None)
    assert projects.current is not None
    return projects.current


def listed(projects: ProjectsPage) -> list[str]:
    return [row.name for row in projects.list.model.rows]


def test_it_is_a_page_that_windows_know_how_to_handle(projects: ProjectsPage) -> None:
    assert isinstance(projects, HasDetail)
    assert isinstance(projects, HoldsChanges)
    assert isinstance(projects, HasCount)


def test_an_empty_list_says_how_to_begin(
    projects: ProjectsPage, navigator: RecordingNavigator, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: not projects.list.table.isVisible())
    press(projects, "Try the sample…")
    assert navigator.places == [("welcome", "")]


def test_an_opened_folder_is_on_the_list(projects: ProjectsPage, folder: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(projects.count_changed, check_params_cb=lambda count: count == 1):
        page = open_in(projects, folder, qtbot)
    assert page.isVisible()
    projects.show_detail("")
    assert not page.isVisible()
    assert listed(projects) == ["churn"]
    assert open_in(projects, folder, qtbot) is page, "it stays open"


def test_the_list_by_keyboard(
    projects: ProjectsPage, folder: Path, qtbot: QtBot, navigator: RecordingNavigator
) -> None:
    open_in(projects, folder, qtbot)
    projects.show_detail("")
    qtbot.waitUntil(lambda: listed(projects) == ["churn"])
    qtbot.keyClick(projects.list.table, Qt.Key.Key_Return)
    assert navigator.places[-1] == ("projects", str(folder))
    qtbot.keyClick(projects.list.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: listed(projects) == [])
    assert folder.is_dir()
    text, callback = navigator.offers[-1]
    assert text == "Undo"
    assert callback is not None
    callback()
    qtbot.waitUntil(lambda: listed(projects) == ["churn"])


def test_a_project_whose_folder_is_gone_says_so(
    projects: ProjectsPage, folder: Path, workspace: Workspace, qtbot: QtBot, navigator: RecordingNavigator
) -> None:
    workspace.projects.add(folder)
    shutil.rmtree(folder)
    projects.show_detail("")
    qtbot.waitUntil(lambda: [row.state for row in projects.list.model.rows] == ["folder is gone"])
    qtbot.keyClick(projects.list.table, Qt.Key.Key_Return)
    assert navigator.places == []
    projects.show_detail(str(folder))
    qtbot.waitUntil(lambda: projects.findChild(ErrorPanel) is not None)
    folder.mkdir()
    press(projects, "Try again")
    qtbot.waitUntil(lambda: projects.current is not None)


def test_what_is_not_saved_is_known_and_saved_together(
    projects: ProjectsPage, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "fresh").mkdir()
    fresh = open_in(projects, tmp_path / "fresh", qtbot)
    page = open_in(projects, folder, qtbot)
    assert projects.unsaved() == (), "a proposal that nobody touched is nothing to lose"
    page.editor.type_text(Part.IGNORE, "*.tmp\n")
    fresh.editor.type_text(Part.KITFILE, fresh.project.text(Part.KITFILE) + "# mine\n")
    assert projects.unsaved() == ("fresh", "churn")
    projects.show_detail("")
    qtbot.waitUntil(lambda: {row.state for row in projects.list.model.rows} == {"modified"})
    projects.save_all()
    assert projects.unsaved() == ()
    assert (folder / ".kitignore").read_text() == "*.tmp\n"
    assert "# mine" in (tmp_path / "fresh" / "Kitfile").read_text()


def test_saving_all_overwrites_nothing_of_others(
    projects: ProjectsPage, folder: Path, qtbot: QtBot, navigator: RecordingNavigator
) -> None:
    page = open_in(projects, folder, qtbot)
    page.editor.type_text(Part.KITFILE, "package:\n  name: mine\n")
    (folder / "Kitfile").write_text("package:\n  name: theirs\n")
    with pytest.raises(FileAccessError, match="another program changed it"):
        projects.save_all()
    assert "theirs" in (folder / "Kitfile").read_text()
    assert navigator.places[-1] == ("projects", str(folder))


def test_a_project_with_edits_is_not_forgotten_unasked(
    projects: ProjectsPage, folder: Path, qtbot: QtBot
) -> None:
    page = open_in(projects, folder, qtbot)
    page.editor.type_text(Part.IGNORE, "")
    projects.show_detail("")
    qtbot.waitUntil(lambda: listed(projects) == ["churn"])
    press(projects, "Forget")
    press(projects, "Cancel")
    assert projects.unsaved() == ("churn",)
    press(projects, "Forget")
    press(projects, "Discard")
    qtbot.waitUntil(lambda: listed(projects) == [])
    assert (folder / ".kitignore").read_text() == "**/*.log\n"


def test_closing_a_project_asks_once(
    projects: ProjectsPage, folder: Path, qtbot: QtBot, navigator: RecordingNavigator
) -> None:
    page = open_in(projects, folder, qtbot)
    page.editor.type_text(Part.IGNORE, "*.tmp\n")
    qtbot.keyClick(page.form, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert projects.current is page
    press(projects.findChild(CloseSheet), "Save")
    assert projects.current is None
    assert navigator.places[-1] == ("projects", "")
    assert (folder / ".kitignore").read_text() == "*.tmp\n"
    assert open_in(projects, folder, qtbot) is not page


def test_a_project_that_cannot_be_saved_stays_open(
    projects: ProjectsPage, folder: Path, qtbot: QtBot
) -> None:
    page = open_in(projects, folder, qtbot)
    page.editor.type_text(Part.IGNORE, "*.tmp\n")
    (folder / ".kitignore").write_text("theirs")
    next(action for action in projects.commands() if action.text == "Close project").run()
    press(projects.findChild(CloseSheet), "Save")
    qtbot.waitUntil(page.outside.isVisible)
    assert projects.current is page
    assert (folder / ".kitignore").read_text() == "theirs"


def test_going_elsewhere_closes_the_sheet_of_a_project(
    projects: ProjectsPage, folder: Path, qtbot: QtBot
) -> None:
    page = open_in(projects, folder, qtbot)
    page.pack_wanted.emit()
    (sheet,) = [one for one in projects.findChildren(Sheet) if one.isVisible()]
    projects.show_detail("")
    assert not sheet.isVisible()


def test_the_palette_gets_what_can_be_done_here(projects: ProjectsPage, folder: Path, qtbot: QtBot) -> None:
    assert isinstance(projects, HasCommands)
    assert projects.commands() == ()
    page = open_in(projects, folder, qtbot)
    page.editor.type_text(Part.IGNORE, "*.tmp\n")
    texts = [action.text for action in projects.commands()]
    assert texts[:4] == ["Save", "Undo typing in .kitignore", "Redo", "Pack…"]
    assert texts[-1] == "Close project"


def test_places_are_shown_from_home(home: Path, workspace: Workspace) -> None:
    workspace.projects.add(home / "kits" / "a")
    workspace.projects.add(Path("/caf\udce9"))
    rows = {row.place: row.is_there for row in read_rows(workspace.projects.list())}
    assert rows == {"~/kits/a": False, "/caf\\xe9": False}


def test_a_kitfile_of_another_name_is_opened_beside_that_of_the_folder(
    projects: ProjectsPage, folder: Path, workspace: Workspace, qtbot: QtBot
) -> None:
    other = folder / "Kitfile.prod"
    other.write_text("package:\n  name: prod\n")
    usual, page = open_in(projects, folder, qtbot), open_in(projects, other, qtbot)
    assert page is not usual
    assert page.project.folder == folder
    page.editor.type_text(Part.KITFILE, "package:\n  name: changed\n")
    page.findChild(ProjectDraft).flush()
    assert workspace.drafts.find(folder) == ()
    assert len(workspace.drafts.find(other)) == 1
    projects.save_all()
    assert other.read_text() == "package:\n  name: changed\n"
    assert "churn" in (folder / "Kitfile").read_text()
    next(action for action in projects.commands() if action.text == "Close project").run()
    assert open_in(projects, folder, qtbot) is usual
