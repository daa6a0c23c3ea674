"""The first run leads to the sample."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.welcome.welcome_page import WelcomePage
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator


@pytest.fixture
def page(chosen_workspace: Workspace, recording: RecordingNavigator, qtbot: QtBot) -> WelcomePage:
    page = WelcomePage(chosen_workspace, recording)
    qtbot.addWidget(page)
    page.show()
    return page


def press(page: WelcomePage, text: str) -> None:
    next(made for made in page.findChildren(QPushButton) if made.text() == text).click()


def choose(page: WelcomePage, folder: Path) -> None:
    """Answer the dialog that is open."""
    dialog = page.findChild(QFileDialog)
    dialog.fileSelected.emit(str(folder))
    dialog.close()


def test_the_sample_is_copied_where_the_user_says_and_opened(
    page: WelcomePage,
    chosen_workspace: Workspace,
    recording: RecordingNavigator,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    press(page, "Choose a place for it…")
    choose(page, tmp_path)
    qtbot.waitUntil(lambda: bool(recording.places or recording.errors), timeout=30_000)
    assert recording.errors == []
    ((page_name, folder),) = recording.places
    assert page_name == "projects"
    assert (Path(folder) / "Kitfile").is_file()
    assert tmp_path in (Path(folder), Path(folder).parent)


def test_a_place_that_cannot_be_written_is_told(
    page: WelcomePage,
    chosen_workspace: Workspace,
    recording: RecordingNavigator,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    (tmp_path / "file").write_text("in the way")
    page.copy_sample_to(tmp_path / "file" / "below")
    qtbot.waitUntil(lambda: bool(recording.errors), timeout=30_000)
    assert recording.places == []


def test_a_folder_is_opened(
    page: WelcomePage, chosen_workspace: Workspace, recording: RecordingNavigator, tmp_path: Path
) -> None:
    press(page, "Open a folder…")
    choose(page, tmp_path)
    assert recording.places == [("projects", str(tmp_path))]


def test_the_library_can_be_gone_to_at_once(
    page: WelcomePage, chosen_workspace: Workspace, recording: RecordingNavigator
) -> None:
    press(page, "Go to the library")
    assert recording.places == [("library", "")]
