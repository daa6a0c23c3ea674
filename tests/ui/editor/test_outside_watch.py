"""Files that another program wrote while they were open here: both changes go together."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.editor.outside_notice import DifferenceSheet
from kitops_desktop.ui.editor.outside_watch import merged_text
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_page import ProjectPage


def press(owner: QWidget, text: str) -> None:
    next(one for one in owner.findChildren(QPushButton) if one.text() == text).click()


def change_here(page: ProjectPage, part: Part, old: str, new: str) -> None:
    page.editor.type_text(part, page.editor.text(part).replace(old, new))
    page.editor.read_now()


def change_there(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    path.write_text(path.read_text().replace(old, new))


def ask(page: ProjectPage, qtbot: QtBot) -> None:
    page.check_outside()
    qtbot.waitUntil(page.outside.isVisible)


def test_changes_of_different_lines_are_merged_as_one_step(
    page: ProjectPage, folder: Path, qtbot: QtBot
) -> None:
    change_here(page, Part.KITFILE, "name: churn", "name: mine")
    change_here(page, Part.IGNORE, "**/*.log\n", "**/*.log\nmine\n")
    mine = [page.editor.text(part) for part in Part]
    change_there(folder, "Kitfile", "epochs: 40", "epochs: 50")
    change_there(folder, ".kitignore", "**/*.log\n", "theirs\n**/*.log\n")
    ask(page, qtbot)
    press(page.outside, "See the difference")
    press(page.findChild(DifferenceSheet), "Merge")
    qtbot.waitUntil(lambda: not page.outside.isVisible())
    text = page.editor.text(Part.KITFILE)
    assert "name: mine  # keep this comment" in text
    assert "epochs: 50" in text
    assert page.editor.text(Part.IGNORE) == "theirs\n**/*.log\nmine\n"
    assert page.editor.undo_stack.undoText() == "merging with what is on disk"
    page.editor.undo_stack.undo()
    assert [page.editor.text(part) for part in Part] == mine
    page.editor.undo_stack.redo()
    assert page.save()
    assert (folder / "Kitfile").read_text() == text


def test_a_look_at_the_files_meanwhile_does_not_undo_the_answer(
    page: ProjectPage, folder: Path, qtbot: QtBot
) -> None:
    change_here(page, Part.KITFILE, "name: churn", "name: mine")
    change_there(folder, "Kitfile", "epochs: 40", "epochs: 50")
    ask(page, qtbot)
    press(page.outside, "Merge")
    page.check_outside()  # as when a watcher tells of the change once more
    qtbot.waitUntil(lambda: "epochs: 50" in page.editor.text(Part.KITFILE))
    assert "name: mine" in page.editor.text(Part.KITFILE)
    assert not page.outside.isVisible()


def test_lines_that_both_changed_are_left_to_choose_from(
    page: ProjectPage, folder: Path, qtbot: QtBot
) -> None:
    change_here(page, Part.KITFILE, "name: churn", "name: mine")
    change_there(folder, "Kitfile", "name: churn", "name: theirs")
    ask(page, qtbot)
    press(page.outside, "Merge")
    qtbot.waitUntil(lambda: "<<<<<<< yours" in page.editor.text(Part.KITFILE))
    assert "  name: mine  # keep" in page.editor.text(Part.KITFILE)
    assert "  name: theirs  # keep" in page.editor.text(Part.KITFILE)
    editor = page.text_pane.editors[Part.KITFILE]
    assert editor.textCursor().block().text() == "<<<<<<< yours"
    assert page.problems.model.rows, "the Kitfile is not valid while the marks are there"
    assert (folder / "Kitfile").read_text().count("name: theirs") == 1


def test_marks_in_a_kitignore_are_a_problem(page: ProjectPage, folder: Path, qtbot: QtBot) -> None:
    change_here(page, Part.IGNORE, "log", "mine")
    change_there(folder, ".kitignore", "log", "theirs")
    ask(page, qtbot)
    press(page.outside, "Merge")
    qtbot.waitUntil(lambda: page.project.ignore_problem() is not None)
    problem = page.project.ignore_problem()
    assert problem is not None
    assert problem.line == 1
    page.editor.replace_text(Part.IGNORE, "**/*.mine\n", "edit")
    assert page.project.ignore_problem() is None


def test_what_was_typed_while_it_was_merged_counts(page: ProjectPage, folder: Path, qtbot: QtBot) -> None:
    change_there(folder, "Kitfile", "epochs: 40", "epochs: 50")
    ask(page, qtbot)
    press(page.outside, "Merge")
    change_here(page, Part.KITFILE, "name: churn", "name: late")
    qtbot.waitUntil(lambda: "epochs: 50" in page.editor.text(Part.KITFILE))
    assert "name: late" in page.editor.text(Part.KITFILE)


def test_a_file_that_is_gone_and_one_of_unknown_beginning() -> None:
    assert merged_text("a\n", "b\n", None).text == "b\n"
    merged = merged_text(None, "a\nmine\nb\nc\n", "a\nb\nc\ntheirs\n")
    assert merged.text == "a\nmine\nb\nc\ntheirs\n"
    assert not merged_text(None, "mine\n", "theirs\n").is_clean
