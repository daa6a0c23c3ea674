"""A new Kitfile, blank, from the folder, another kit or a template: always a step that can be undone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.ui.editor.new_kitfile import BEGINNINGS, BLANK, FOLDER, KIT, Beginning
from kitops_desktop.ui.editor.new_kitfile_sheet import NewKitfileSheet
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.projects_page import ProjectsPage
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator

SKLEARN = next(one for one in BEGINNINGS if one.name == "scikit-learn")
DATASET = next(one for one in BEGINNINGS if one.name == "dataset")


def opened(projects: ProjectsPage, qtbot: QtBot) -> NewKitfileSheet:
    projects.ask_new_kitfile()
    (sheet,) = projects.findChildren(NewKitfileSheet)
    qtbot.waitUntil(lambda: not sheet.looking)
    return sheet


def chosen(sheet: NewKitfileSheet, beginning: Beginning, qtbot: QtBot, folder: Path | None = None) -> None:
    if folder is not None:
        sheet.folder.set_path(str(folder))
    sheet.choose(beginning)
    qtbot.waitUntil(lambda: not sheet.looking)


def create(sheet: NewKitfileSheet) -> QPushButton:
    return next(one for one in sheet.findChildren(QPushButton) if one.text() == "Create")


def words(sheet: NewKitfileSheet) -> str:
    return "\n".join(one.text() for one in sheet.findChildren(QLabel) if one.isVisibleTo(sheet))


def test_every_beginning_has_a_preview(projects: ProjectsPage, folder: Path, qtbot: QtBot) -> None:
    sheet = opened(projects, qtbot)
    assert not create(sheet).isEnabled(), "there is no folder yet"
    for beginning in (*BEGINNINGS[:2], *BEGINNINGS[3:]):
        chosen(sheet, beginning, qtbot, folder)
        assert create(sheet).isEnabled()
        assert "name: churn" in sheet.preview.toPlainText()
    chosen(sheet, FOLDER, qtbot)
    assert "model.safetensors" in sheet.preview.toPlainText()
    chosen(sheet, SKLEARN, qtbot)
    assert "Model: no file ends in" in words(sheet)
    assert "has a Kitfile. It is replaced in the editor" in words(sheet)
    sheet.close_sheet()


def test_from_a_folder_that_was_downloaded_it_has_the_name_of_the_repository(
    projects: ProjectsPage, folder: Path, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.origins.put(folder, "team/leavers")
    sheet = opened(projects, qtbot)
    chosen(sheet, FOLDER, qtbot, folder)
    assert "name: leavers" in sheet.preview.toPlainText()
    assert "authors: [team]" in sheet.preview.toPlainText()
    chosen(sheet, BLANK, qtbot)
    assert "name: churn" in sheet.preview.toPlainText()
    sheet.close_sheet()


def test_on_a_project_it_is_one_named_step(projects: ProjectsPage, folder: Path, qtbot: QtBot) -> None:
    projects.show_detail(str(folder))
    qtbot.waitUntil(lambda: projects.current is not None)
    page = projects.current
    assert page is not None
    before = page.project.text(Part.KITFILE)
    sheet = opened(projects, qtbot)
    assert sheet.folder.path == str(folder)
    chosen(sheet, DATASET, qtbot)
    create(sheet).click()
    qtbot.waitUntil(lambda: page.project.text(Part.KITFILE) != before)
    assert page.project.document.value(("model",)) is None
    stack = page.editor.undo_stack
    assert (stack.count(), stack.undoText()) == (1, "Kitfile for Dataset only")
    assert (folder / "Kitfile").read_text() == before, "nothing is saved unasked"
    stack.undo()
    assert page.project.text(Part.KITFILE) == before


def test_a_folder_that_is_not_there_is_made(
    projects: ProjectsPage, navigator: RecordingNavigator, tmp_path: Path, qtbot: QtBot
) -> None:
    new = tmp_path / "deep" / "new"
    sheet = opened(projects, qtbot)
    chosen(sheet, BLANK, qtbot, new)
    assert "The folder new is made" in words(sheet)
    assert not new.exists()
    create(sheet).click()
    qtbot.waitUntil(lambda: bool(navigator.places))
    assert navigator.places == [("projects", str(new))]
    projects.show_detail(str(new))
    qtbot.waitUntil(lambda: projects.current is not None)
    assert projects.current is not None
    assert list(new.iterdir()) == []
    assert projects.current.project.document.value(("package", "name")) == "new"


def test_another_kit_as_pattern(
    projects: ProjectsPage, workspace: Workspace, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    pack_folder(PackWork(folder, "churn:v1", allowed_secrets=None), workspace.tools)
    other = tmp_path / "other"
    (other / "data").mkdir(parents=True)
    (other / "data/train.csv").write_text("a")
    sheet = opened(projects, qtbot)
    qtbot.waitUntil(lambda: sheet.kit.candidates == ["churn:v1"])
    chosen(sheet, KIT, qtbot, other)
    assert "Choose a kit of the library" in words(sheet)
    assert not create(sheet).isEnabled()
    for text in ("churn:v1", str(folder / "Kitfile"), str(folder)):
        sheet.kit.setText(text)
        qtbot.waitUntil(lambda: not sheet.looking)
        made = sheet.preview.toPlainText()
        assert "path: data/train.csv" in made
        assert "epochs: 40" in made
        assert "path: model.safetensors" not in made
        assert "Model: model.safetensors is not in this folder." in words(sheet)
    sheet.kit.setText("nothing:v1")
    qtbot.waitUntil(lambda: not sheet.looking)
    assert not create(sheet).isEnabled()
    sheet.close_sheet()


def test_a_file_is_no_folder(projects: ProjectsPage, folder: Path, qtbot: QtBot) -> None:
    sheet = opened(projects, qtbot)
    chosen(sheet, BLANK, qtbot, folder / "Kitfile")
    assert not create(sheet).isEnabled()
    assert "no folder" in words(sheet)
    sheet.close_sheet()
