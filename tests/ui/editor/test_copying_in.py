"""Files from outside of the project: offered, copied, named in the Kitfile, and taken back by one undo."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.job import Job
from kitops_desktop.ui.editor.copying_in import CopySheet, ask_copy_into
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_page import ProjectPage
from support.recording_navigator import RecordingNavigator


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    made = tmp_path / "elsewhere" / "more"
    made.mkdir(parents=True)
    (made / "rows.csv").write_text("a,b\n")
    return made


def sheet_of(page: ProjectPage) -> CopySheet:
    (sheet,) = page.findChildren(CopySheet)
    return sheet


def choose(sheet: CopySheet, text: str) -> None:
    (found,) = (one for one in sheet.findChildren(QAbstractButton) if one.text().replace("&", "") == text)
    found.click()


def agree(sheet: CopySheet, qtbot: QtBot) -> None:
    (copy,) = (one for one in sheet.findChildren(QPushButton) if one.text() == "Copy")
    qtbot.waitUntil(copy.isEnabled)
    copy.click()


def finished(job: Job) -> bool:
    return job.state.is_finished


def test_a_folder_is_copied_and_added(page: ProjectPage, outside: Path, folder: Path, qtbot: QtBot) -> None:
    before = page.project.text(Part.KITFILE)
    ask_copy_into(page, (outside,), ("datasets",))
    sheet = sheet_of(page)
    assert not any(one.isVisible() for one in sheet.findChildren(QRadioButton)), "nothing is in the way"
    with qtbot.waitSignal(page.navigator.job_signals.changed, check_params_cb=finished):
        agree(sheet, qtbot)
    assert (folder / "more/rows.csv").read_text() == "a,b\n"
    assert page.project.document.value(("datasets", 1, "path")) == "more"
    assert page.editor.undo_stack.undoText() == "move more to Datasets"
    page.editor.undo_stack.undo()
    assert page.project.text(Part.KITFILE) == before
    assert (outside / "rows.csv").exists()


def test_what_is_there_is_asked_about(page: ProjectPage, tmp_path: Path, folder: Path, qtbot: QtBot) -> None:
    theirs = tmp_path / "model.safetensors"
    theirs.write_text("theirs")
    ask_copy_into(page, (theirs,), ("model",))
    sheet = sheet_of(page)
    qtbot.waitUntil(lambda: any(one.isVisible() for one in sheet.findChildren(QRadioButton)))
    choose(sheet, "Keep both: the copy gets another name")
    with qtbot.waitSignal(page.navigator.job_signals.changed, check_params_cb=finished):
        agree(sheet, qtbot)
    assert (folder / "model (2).safetensors").read_text() == "theirs"
    assert (folder / "model.safetensors").read_text() == "x" * 5000
    assert page.project.document.value(("model", "path")) == "model (2).safetensors"
    assert page.project.document.value(("model", "parts", 0, "path")) == "model.safetensors"


def test_what_is_inside_is_added_at_once(page: ProjectPage, folder: Path) -> None:
    before = page.project.text(Part.KITFILE)
    ask_copy_into(page, (folder / "data/test.csv", folder / "src/run.py"), ("docs",))
    assert not page.findChildren(CopySheet)
    assert [page.project.document.value(("docs", n, "path")) for n in (0, 1)] == [
        "data/test.csv",
        "src/run.py",
    ]
    assert page.editor.undo_stack.undoText() == "move 2 files to Docs"
    page.editor.undo_stack.undo()
    assert page.project.text(Part.KITFILE) == before


def test_what_cannot_be_copied_is_said(page: ProjectPage, folder: Path, qtbot: QtBot) -> None:
    ask_copy_into(page, (folder.parent,), None)
    sheet = sheet_of(page)
    (copy,) = (one for one in sheet.findChildren(QPushButton) if one.text() == "Copy")
    qtbot.waitUntil(lambda: any("cannot have a copy" in text for text in sheet_texts(sheet)))
    assert not copy.isEnabled()
    sheet.close_sheet()


def test_a_name_that_no_kitfile_can_hold(
    page: ProjectPage, folder: Path, navigator: RecordingNavigator
) -> None:
    odd = folder / os.fsdecode(b"od\xffd.csv")
    odd.write_text("x")
    ask_copy_into(page, (odd,), ("datasets",))
    assert "not UTF-8" in str(navigator.errors[-1])
    assert not page.editor.undo_stack.canUndo()


def sheet_texts(sheet: CopySheet) -> list[str]:
    return [one.text() for one in sheet.findChildren(QLabel)]
