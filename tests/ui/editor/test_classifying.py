"""A folder without a Kitfile gets a proposal by content; its guesses are changed by one key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.classification.classify import classify
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.ui.editor.reasons_model import ReasonsModel
from kitops_desktop.ui.editor.reasons_sheet import ReasonsSheet
from support.model_files import small_safetensors


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A folder without a Kitfile: two models, notes and data."""
    made = tmp_path / "fresh"
    made.mkdir()
    (made / "model.safetensors").write_bytes(small_safetensors())
    (made / "older.safetensors").write_bytes(small_safetensors())
    (made / "notes.md").write_text("x\n")
    (made / "table.csv").write_text("a,b\n1,2\n")
    return made


@pytest.fixture
def page(open_page: Callable[[Path], ProjectPage], fresh: Path, qtbot: QtBot) -> ProjectPage:
    """Its page, when the files have been looked into."""
    made = open_page(fresh)
    qtbot.waitUntil(lambda: bool(made.project.guesses) and made.project.is_read)
    return made


def test_the_proposal_by_content_takes_the_place_of_the_one_by_names(page: ProjectPage) -> None:
    project = page.project
    assert project.text(Part.KITFILE) == project.proposal
    assert project.document.value(("model", "framework")) == "PyTorch"
    assert not project.modified, "closing would lose nothing"
    assert page.editor.undo_stack.count() == 0, "there is nothing to go back to"
    shown = page.text_pane.editors[Part.KITFILE]
    assert shown.toPlainText() == project.proposal
    assert shown.textCursor().blockNumber() == 0, "it is read from its beginning"


def test_what_was_edited_meanwhile_stays(
    open_page: Callable[[Path], ProjectPage], fresh: Path, qtbot: QtBot
) -> None:
    page = open_page(fresh)
    edited = "manifestVersion: 1.0.0\npackage:\n  name: mine\n"
    page.editor.replace_text(Part.KITFILE, edited, "edit")
    page.classifying.begin()
    qtbot.waitUntil(lambda: not page.classifying.busy and bool(page.project.guesses))
    assert page.project.text(Part.KITFILE) == edited
    page.form_pane.reasons_wanted.emit()
    page.findChild(ReasonsSheet).proposal_wanted.emit()
    assert page.project.text(Part.KITFILE) == page.project.proposal
    assert page.editor.undo_stack.undoText() == "proposal by content"
    page.editor.undo_stack.undo()
    assert page.project.text(Part.KITFILE) == edited


def test_a_value_is_changed_by_its_number(page: ProjectPage, qtbot: QtBot) -> None:
    sheet = reasons(page)
    row = row_of(sheet, "model framework")
    assert "1 " in str(sheet.model.index(row, 3).data())
    wanted = sheet.model.alternative(row, 1)
    assert wanted is not None
    sheet.table.setCurrentIndex(sheet.model.index(row, 0))
    qtbot.keyClick(sheet.table, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: page.project.document.value(("model", "framework")) == wanted.value)
    assert sheet.model.index(row, 1).data() == wanted.value
    assert page.editor.undo_stack.undoText() == "change of model.framework"
    page.editor.undo_stack.undo()
    assert page.project.text(Part.KITFILE) == page.project.proposal


def test_another_model_is_taken_and_the_first_becomes_its_part(page: ProjectPage, qtbot: QtBot) -> None:
    sheet = reasons(page)
    sheet.table.setCurrentIndex(sheet.model.index(row_of(sheet, "model path"), 0))
    qtbot.keyClick(sheet.table, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: page.project.document.value(("model", "path")) == "older.safetensors")
    parts = page.project.document.value(("model", "parts"))
    assert "model.safetensors" in [part.path for part in parts]


def test_an_entry_goes_to_another_section_also_after_others_have_gone(
    page: ProjectPage, qtbot: QtBot
) -> None:
    sheet = reasons(page)
    for title, section in (("document 1 path", "dataset"), ("dataset 1 path", "docs")):
        row = row_of(sheet, title)
        number = next(number for number in range(1, 9) if name_of(sheet, row, number) == section)
        sheet.table.setCurrentIndex(sheet.model.index(row, 0))
        qtbot.keyClick(sheet.table, Qt.Key(Qt.Key.Key_0 + number))
    qtbot.waitUntil(lambda: page.project.is_read)
    document = page.project.document
    assert [entry.path for entry in document.value(("datasets",))] == ["notes.md"]
    assert [entry.path for entry in document.value(("docs",))] == ["table.csv"]


def test_guesses_are_rows(fresh: Path) -> None:
    model = ReasonsModel(classify(fresh).guesses)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    titles = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert "model path" in titles
    assert "package name" in titles
    del tester


def reasons(page: ProjectPage) -> ReasonsSheet:
    page.form_pane.reasons_wanted.emit()
    sheet: ReasonsSheet = page.findChild(ReasonsSheet)
    return sheet


def row_of(sheet: ReasonsSheet, title: str) -> int:
    rows = range(sheet.model.rowCount())
    return next(row for row in rows if sheet.model.index(row, 0).data() == title)


def name_of(sheet: ReasonsSheet, row: int, number: int) -> str:
    alternative = sheet.model.alternative(row, number)
    return "" if alternative is None or alternative.section is None else alternative.section.value


def test_a_line_for_kitignore_is_taken_by_its_number(
    open_page: Callable[[Path], ProjectPage], fresh: Path, qtbot: QtBot
) -> None:
    (fresh / "train.log").write_text("x\n")
    page = open_page(fresh)
    qtbot.waitUntil(lambda: bool(page.project.guesses))
    sheet = reasons(page)
    row = row_of(sheet, ".kitignore")
    assert sheet.model.index(row, 3).data() == "1 leave it out"
    sheet.table.setCurrentIndex(sheet.model.index(row, 0))
    qtbot.keyClick(sheet.table, Qt.Key.Key_1)
    assert page.project.text(Part.IGNORE) == "*.log\n"
    assert page.editor.undo_stack.undoText() == "ignoring of *.log"
