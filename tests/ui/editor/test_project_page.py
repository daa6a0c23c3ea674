"""The page of a project: form and text live, problems, secrets, files that others wrote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.kitfile.problems import Severity
from kitops_desktop.ui.editor.chips_field import ChipsField
from kitops_desktop.ui.editor.code_editor import CodeEditor
from kitops_desktop.ui.editor.outside_notice import DifferenceSheet
from kitops_desktop.ui.editor.pane_fit import Pane
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.ui.editor.reasons_sheet import ReasonsSheet
from support.recording_navigator import RecordingNavigator

CTRL = Qt.KeyboardModifier.ControlModifier


def named(page: QWidget, name: str) -> QWidget:
    """The widget of that accessible name."""
    (found,) = [one for one in page.findChildren(QWidget) if one.accessibleName() == name]
    return found


def field(page: QWidget, name: str) -> QLineEdit:
    found = named(page, name)
    assert isinstance(found, QLineEdit)
    return found


def authors(page: QWidget) -> ChipsField:
    (found,) = page.findChildren(ChipsField)
    return found


def press(page: QWidget, text: str) -> None:
    found = [one for one in page.findChildren(QAbstractButton) if text in (one.text(), one.accessibleName())]
    shown = [one for one in found if one.isVisible()]
    assert len(shown) == 1, f"{text}: {found}"
    shown[0].click()


def text_of(page: ProjectPage) -> str:
    return page.text_pane.editors[Part.KITFILE].text


def errors(page: ProjectPage) -> list[str]:
    """The problems that keep it from being packed."""
    return [row.text for row in page.problems.model.rows if row.severity is Severity.ERROR]


def type_over(qtbot: QtBot, edit: QLineEdit, text: str) -> None:
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)


def replace_in_text(page: ProjectPage, before: str, after: str) -> None:
    """Edit the text as a person would: select and type over."""
    editor = page.text_pane.editors[Part.KITFILE]
    cursor = editor.document().find(before)
    assert not cursor.isNull()
    cursor.insertText(after)


def settled(qtbot: QtBot, page: ProjectPage) -> None:
    qtbot.waitUntil(lambda: page.project.is_read and not page.look.busy and not page.look.outdated)


def test_what_is_typed_in_the_form_changes_its_line_of_the_text(
    page: ProjectPage, folder: Path, qtbot: QtBot
) -> None:
    before = text_of(page)
    type_over(qtbot, field(page, "Package name"), "forest")
    qtbot.waitUntil(lambda: "name: forest" in text_of(page), timeout=200)
    assert text_of(page) == before.replace("name: churn ", "name: forest ")
    assert page.project.modified
    qtbot.keyClick(page, Qt.Key.Key_S, CTRL)
    assert (folder / "Kitfile").read_text() == text_of(page)
    assert not page.project.modified


def test_what_is_typed_in_the_text_shows_in_the_form(page: ProjectPage, qtbot: QtBot) -> None:
    replace_in_text(page, "churn", "forest")
    qtbot.waitUntil(lambda: field(page, "Package name").text() == "forest", timeout=200)
    replace_in_text(page, "[MLTeam]", "[MLTeam, DataLab]")
    qtbot.waitUntil(lambda: authors(page).values == ("MLTeam", "DataLab"))


def test_an_author_is_in_the_text_while_it_is_typed(page: ProjectPage, qtbot: QtBot) -> None:
    edit = authors(page).edit
    edit.setFocus()
    qtbot.keyClicks(edit, "Data")
    qtbot.waitUntil(lambda: "authors: [MLTeam, Data]" in text_of(page), timeout=200)
    qtbot.keyClicks(edit, "Lab, ")
    settled(qtbot, page)
    assert authors(page).values == ("MLTeam", "DataLab")
    assert edit.text().strip() == ""


def test_the_form_waits_while_the_text_cannot_be_read(page: ProjectPage, qtbot: QtBot) -> None:
    replace_in_text(page, "package:", "package: {")
    name = field(page, "Package name")
    qtbot.waitUntil(lambda: not name.isEnabled())
    assert name.text() == "churn"
    assert page.form_pane.isVisible()
    qtbot.keyClick(page, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(name.isEnabled)
    assert not errors(page)


def test_undo_goes_through_form_text_and_kitignore(page: ProjectPage, qtbot: QtBot) -> None:
    before = text_of(page)
    name = field(page, "Package name")
    type_over(qtbot, name, "forest")
    page.text_pane.editors[Part.IGNORE].insertPlainText("tmp\n")
    assert named(page, "Undo typing in .kitignore").isEnabled()
    qtbot.keyClick(name, Qt.Key.Key_Z, CTRL)
    assert page.text_pane.editors[Part.IGNORE].text == "**/*.log\n"
    qtbot.keyClick(page.text_pane.editors[Part.KITFILE], Qt.Key.Key_Z, CTRL)
    assert text_of(page) == before
    assert name.text() == "churn"
    qtbot.keyClick(page, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: name.text() == "forest")


def test_parameters_are_edited_as_a_table(page: ProjectPage, qtbot: QtBot) -> None:
    table = named(page, "Parameters of model")
    assert isinstance(table, QTableWidget)
    table.item(0, 1).setText("1e-3")
    qtbot.waitUntil(lambda: "epochs: 1e-3" in text_of(page))
    press(page, "Add to parameters of model")
    qtbot.waitUntil(lambda: table.rowCount() == 2)
    table.item(1, 0).setText("layers")
    table.item(1, 1).setText("[1, 2]")
    qtbot.waitUntil(lambda: table.item(1, 1).text() == "[1, 2]")
    assert page.project.document.value(("model", "parameters", "layers")) == [1, 2]


def test_entries_are_added_moved_and_removed(page: ProjectPage, qtbot: QtBot) -> None:
    press(page, "Add dataset")
    added = field(page, "Dataset 2 path")
    assert added.text() == "data/test.csv", "the first file that nothing takes"
    assert added.hasFocus()
    qtbot.waitUntil(added.isVisible)
    qtbot.keyClick(added, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [entry.path for entry in page.project.document.kitfile.datasets] == [
        "data/test.csv",
        "data/train.csv",
    ]
    press(page, "Remove dataset 2")
    assert [entry.path for entry in page.project.document.kitfile.datasets] == ["data/test.csv"]
    settled(qtbot, page)


def test_problems_lead_to_their_line_and_are_mended_by_a_key(page: ProjectPage, qtbot: QtBot) -> None:
    replace_in_text(page, "path: data/train.csv", "path: data/tran.csv")
    qtbot.waitUntil(lambda: len(errors(page)) == 1)
    page.text_pane.editors[Part.KITFILE].go_to(1)
    qtbot.keyClick(page, Qt.Key.Key_F8)
    assert page.text_pane.editors[Part.KITFILE].textCursor().blockNumber() + 1 == 12
    assert field(page, "Dataset 1 path").property("invalid")
    qtbot.keyClick(page, Qt.Key.Key_Period, CTRL)
    qtbot.waitUntil(lambda: not errors(page))
    assert "path: data/train.csv" in text_of(page)
    assert page.editor.undo_stack.undoText() == "“Write data/train.csv” in line 12"


def test_an_unknown_key_is_mended_and_the_rest_of_the_form_stays(page: ProjectPage, qtbot: QtBot) -> None:
    replace_in_text(page, "authors:", "author:")
    qtbot.waitUntil(lambda: authors(page).values == ())
    assert field(page, "Package name").isEnabled()
    press(page, "Write authors")
    qtbot.waitUntil(lambda: authors(page).values == ("MLTeam",))


def test_contents_say_what_is_packed_and_what_not(page: ProjectPage) -> None:
    model = page.contents.model
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == [
        "model.safetensors",
        "src",
        "data/train.csv",
        "Left out: 2 paths",
    ]
    page.contents.tree.activated.emit(model.index(2, 0))
    assert field(page, "Dataset 1 path").hasFocus()


def test_secrets_and_junk_are_named_and_put_into_kitignore(page: ProjectPage, qtbot: QtBot) -> None:
    page.folder_side.setCurrentWidget(page.doubts)
    press(page.doubts, "Add all to .kitignore")
    assert page.text_pane.editors[Part.IGNORE].text == "**/*.log\n**/id_rsa\n**/__pycache__\n"
    qtbot.waitUntil(lambda: page.folder_side.tabText(2) == "To check")
    qtbot.keyClick(page, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: page.folder_side.tabText(2) == "To check 2")


def test_one_secret_is_put_into_kitignore_by_its_key(page: ProjectPage, qtbot: QtBot) -> None:
    page.folder_side.setCurrentWidget(page.doubts)
    page.doubts.list.setFocus()
    page.doubts.list.setCurrentIndex(page.doubts.model.index(1))
    qtbot.keyClick(page.doubts.list, Qt.Key.Key_Delete)
    assert page.text_pane.editors[Part.IGNORE].text == "**/*.log\n**/__pycache__\n"


def test_a_kitignore_that_cannot_be_used_is_a_problem(page: ProjectPage, qtbot: QtBot) -> None:
    page.text_pane.editors[Part.IGNORE].insertPlainText("[a\n")
    qtbot.waitUntil(lambda: len(errors(page)) == 1)
    page.problems.list.activated.emit(page.problems.model.index(0))
    assert page.text_pane.tabs.currentWidget() is page.text_pane.ignore_pane


def test_the_look_can_be_stopped_and_done_again(page: ProjectPage, folder: Path, qtbot: QtBot) -> None:
    (folder / "src" / "more.py").write_text("1")
    page.look.look()
    page.look.cancel()
    assert not page.look.busy
    qtbot.keyClick(page, Qt.Key.Key_F5)
    qtbot.waitUntil(
        lambda: "src, 4 files" in page.contents.model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    )


def test_a_project_without_a_kitfile_says_why_its_proposal_is_as_it_is(
    open_page: Callable[[Path], ProjectPage], tmp_path: Path
) -> None:
    (tmp_path / "fresh").mkdir()
    (tmp_path / "fresh" / "model.onnx").write_bytes(b"1")
    page = open_page(tmp_path / "fresh")
    assert field(page, "Model path").text() == "model.onnx"
    press(page, "Why like this?")
    assert page.findChild(ReasonsSheet).isVisible()
    assert page.save()
    assert (tmp_path / "fresh" / "Kitfile").read_text() == text_of(page)


def test_panes_can_be_hidden_and_come_back_for_problems(page: ProjectPage, qtbot: QtBot) -> None:
    press(page, Pane.TEXT)
    assert not page.text_pane.isVisible()
    page.text_pane.typed.emit(Part.KITFILE, text_of(page).replace("package:", "packages:"))
    qtbot.waitUntil(lambda: len(errors(page)) == 1)
    qtbot.keyClick(page, Qt.Key.Key_F8)
    assert page.text_pane.isVisible()


def test_narrow_pages_show_fewer_panes(page: ProjectPage, qtbot: QtBot) -> None:
    page.resize(640, 700)
    qtbot.waitUntil(lambda: not page.text_pane.isVisible())
    assert page.folder_side.isVisible(), "what is dragged, and what it is dragged to"
    assert page.form_pane.isVisible()
    page.resize(1200, 700)
    qtbot.waitUntil(page.text_pane.isVisible)


# -- files that others wrote


def test_keeping_mine(page: ProjectPage, folder: Path, qtbot: QtBot) -> None:
    replace_in_text(page, "churn", "mine")
    (folder / "Kitfile").write_text("package:\n  name: theirs\n")
    qtbot.keyClick(page, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(page.outside.isVisible)
    assert "theirs" in (folder / "Kitfile").read_text(), "nothing is overwritten unasked"
    press(page, "Keep mine")
    assert not page.outside.isVisible()
    assert page.save()
    assert (folder / "Kitfile").read_text() == text_of(page)
    assert "name: mine" in text_of(page)


def test_taking_theirs_and_going_back(page: ProjectPage, folder: Path, qtbot: QtBot) -> None:
    replace_in_text(page, "churn", "mine")
    mine = text_of(page)
    (folder / "Kitfile").write_text("package:\n  name: theirs\n")
    page.check_outside()
    qtbot.waitUntil(page.outside.isVisible)
    press(page, "See the difference")
    sheet = page.findChild(DifferenceSheet)
    assert "+  name: theirs" in named(sheet, "Difference").toPlainText()  # type: ignore[attr-defined]
    press(sheet, "Take theirs")
    assert text_of(page) == "package:\n  name: theirs\n"
    assert field(page, "Package name").text() == "theirs"
    assert not page.project.modified
    page.editor.undo_stack.undo()
    assert text_of(page) == mine


def test_what_others_wrote_is_noticed_when_the_window_is_used_again(
    page: ProjectPage, folder: Path, qtbot: QtBot
) -> None:
    (folder / ".kitignore").write_text("**/*.tmp\n")
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    with qtbot.waitActive(other):
        other.activateWindow()
    page.activateWindow()
    qtbot.waitUntil(page.outside.isVisible)


def test_the_same_text_written_by_others_asks_nothing(page: ProjectPage, folder: Path, qtbot: QtBot) -> None:
    replace_in_text(page, "churn", "same")
    (folder / "Kitfile").write_text(text_of(page))
    page.check_outside()
    qtbot.waitUntil(lambda: not page.project.modified)
    assert not page.outside.isVisible()


def test_a_folder_that_may_not_be_written_is_told(
    page: ProjectPage, folder: Path, navigator: RecordingNavigator
) -> None:
    replace_in_text(page, "churn", "mine")
    (folder / "Kitfile").unlink()
    (folder / "Kitfile").mkdir()
    assert not page.save()
    assert len(navigator.errors) == 1
    assert page.project.modified


@pytest.mark.parametrize("name", ["Kitfile text", ".kitignore text", "Contents", "Kitfile form"])
def test_outside_programs_find_the_parts_by_name(page: ProjectPage, name: str) -> None:
    found = [one for one in page.findChildren(QWidget) if one.accessibleName() == name]
    assert found
    assert all(isinstance(one, CodeEditor) for one in found if "text" in name)
