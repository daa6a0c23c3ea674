"""Settings: saved at once, and shown as they are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.colours import DARK
from kitops_desktop.ui.settings.settings_page import SettingsPage
from kitops_desktop.ui.settings.store_change import default_home
from kitops_desktop.ui.settings.store_sheet import StoreSheet
from kitops_desktop.workspace import Workspace, open_workspace
from support.recording_navigator import RecordingNavigator


@pytest.fixture
def page(chosen_workspace: Workspace, recording: RecordingNavigator, qtbot: QtBot) -> SettingsPage:
    page = SettingsPage(chosen_workspace, recording)
    qtbot.addWidget(page)
    page.show()
    return page


def field(page: QWidget, name: str) -> Any:  # noqa: ANN401 - the caller says what it is
    """The field whose label says so."""
    (label,) = [
        label
        for label in page.findChildren(QLabel)
        if label.text().replace("&", "") == name and label.buddy()
    ]
    return label.buddy()


def press(page: QWidget, text: str) -> None:
    next(made for made in page.findChildren(QPushButton) if made.text() == text).click()


def saved(workspace: Workspace) -> dict[str, Any]:
    return json.loads(workspace.settings_file.path.read_text())


def test_every_choice_is_saved_at_once(page: SettingsPage, chosen_workspace: Workspace, qtbot: QtBot) -> None:
    author: QLineEdit = field(page, "Author")
    author.setText("Model Team")
    author.editingFinished.emit()
    days: QSpinBox = field(page, "Keep removed kits for")
    days.setValue(30)
    layers: QSpinBox = field(page, "Layers at a time")
    layers.setValue(3)
    compression: QComboBox = field(page, "Compression")
    compression.setCurrentIndex(compression.findData("zstd"))
    compression.activated.emit(compression.currentIndex())
    field(page, "Unpack to").set_path("/data/unpacked")
    found = saved(chosen_workspace)
    assert (found["author"], found["trash_days"], found["parallel_layers"]) == ("Model Team", 30, 3)
    assert (found["compression"], found["unpack_folder"]) == ("zstd", "/data/unpacked")


def test_notifications_and_wakefulness_are_chosen(
    page: SettingsPage, chosen_workspace: Workspace, qtbot: QtBot
) -> None:
    for text, name in (
        ("&Notify me when a long job has ended", "notify"),
        ("Keep the computer a&wake while jobs run", "keep_awake"),
    ):
        (box,) = [box for box in page.findChildren(QCheckBox) if box.text() == text]
        assert box.isChecked()
        box.click()
        assert saved(chosen_workspace)[name] is False
    page.hide()
    page.show()
    assert [box.isChecked() for box in page.findChildren(QCheckBox)] == [False, False]


def test_the_appearance_changes_at_once(
    page: SettingsPage, chosen_workspace: Workspace, qapp: QApplication
) -> None:
    scheme: QComboBox = field(page, "Colour scheme")
    scheme.setCurrentIndex(scheme.findData("dark"))
    scheme.activated.emit(scheme.currentIndex())
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.window
    assert saved(chosen_workspace)["appearance"] == "dark"


def test_it_shows_what_was_changed_elsewhere(page: SettingsPage, chosen_workspace: Workspace) -> None:
    page.hide()
    chosen_workspace.change_settings(author="DataLab", trash_days=1)
    page.show()
    assert (field(page, "Author").text(), field(page, "Keep removed kits for").value()) == ("DataLab", 1)


def test_showing_saves_nothing(page: SettingsPage, chosen_workspace: Workspace) -> None:
    assert not chosen_workspace.settings_file.path.exists()


def test_settings_that_cannot_be_saved_are_told(
    page: SettingsPage, recording: RecordingNavigator, home: Path
) -> None:
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "kitops-desktop").write_text("in the way")
    field(page, "Layers at a time").setValue(2)
    (error,) = recording.errors
    assert type(error).__name__ == "SettingsError"


def test_the_sizes_are_read(page: SettingsPage, qtbot: QtBot) -> None:
    def read_out() -> set[str]:
        return {label.accessibleName() for label in page.findChildren(QLabel)}

    qtbot.waitUntil(lambda: "Trash: 0 bytes" in read_out())
    assert "ModelKits: 0 bytes" in read_out()
    assert any(re.fullmatch("Free on this disk: .*iB", name) for name in read_out())


def open_sheet(page: SettingsPage) -> StoreSheet:
    press(page, "Change…")
    return page.findChild(StoreSheet)


def test_another_folder_is_used_without_moving(
    page: SettingsPage, chosen_workspace: Workspace, tmp_path: Path, recording: RecordingNavigator
) -> None:
    sheet = open_sheet(page)
    sheet.findChild(QLineEdit).setText(str(tmp_path / "elsewhere"))
    sheet.findChild(QLineEdit).editingFinished.emit()
    sheet.findChildren(QRadioButton)[1].click()
    press(sheet, "Use that folder")
    assert chosen_workspace.store.home == tmp_path / "elsewhere"
    assert saved(chosen_workspace)["store_home"] == str(tmp_path / "elsewhere")
    assert recording.notices == [f"ModelKits are kept in {tmp_path / 'elsewhere'} from now on"]


def test_back_to_the_folder_of_kit(page: SettingsPage, chosen_workspace: Workspace, tmp_path: Path) -> None:
    sheet = open_sheet(page)
    sheet.findChildren(QRadioButton)[1].click()
    sheet.findChild(QLineEdit).setText(str(tmp_path / "elsewhere"))
    sheet.findChild(QLineEdit).editingFinished.emit()
    press(sheet, "Use that folder")
    again = page.findChildren(StoreSheet)[-1] if page.findChild(StoreSheet).isVisible() else open_new(page)
    press(again, "Use kit's own folder")
    again.findChildren(QRadioButton)[1].click()
    press(again, "Use that folder")
    assert chosen_workspace.store.home == default_home()
    assert saved(chosen_workspace)["store_home"] == ""


def open_new(page: SettingsPage) -> StoreSheet:
    QApplication.sendPostedEvents()
    press(page, "Change…")
    return page.findChildren(StoreSheet)[-1]


def test_kits_can_be_moved(
    page: SettingsPage, chosen_workspace: Workspace, tmp_path: Path, qtbot: QtBot
) -> None:
    sheet = open_sheet(page)
    sheet.findChild(QLineEdit).setText(str(tmp_path / "new"))
    sheet.findChild(QLineEdit).editingFinished.emit()
    press(sheet, "Move")
    (job,) = chosen_workspace.jobs.jobs()
    assert job.kind == "move-store"
    assert job.wait(30)
    assert job.explanation is None
    assert chosen_workspace.store.home == tmp_path / "new"


def test_the_same_folder_is_no_change(page: SettingsPage) -> None:
    sheet = open_sheet(page)
    (move,) = [made for made in sheet.findChildren(QPushButton) if made.text() == "Move"]
    assert not move.isEnabled()


def test_a_folder_given_by_the_environment_is_not_changed_here(
    monkeypatch: pytest.MonkeyPatch, home: Path, recording: RecordingNavigator, qtbot: QtBot
) -> None:
    monkeypatch.setenv("KITOPS_HOME", str(home / "kitops"))
    workspace = open_workspace()
    page = SettingsPage(workspace, recording)
    qtbot.addWidget(page)
    page.show()
    (change,) = [made for made in page.findChildren(QPushButton) if made.text() == "Change…"]
    assert not change.isEnabled()
    assert any("KITOPS_HOME" in label.text() for label in page.findChildren(QLabel))
    workspace.close()


@pytest.mark.parametrize(("text", "kind"), [("Clean up", "prune"), ("Verify all", "verify")])
def test_the_store_is_kept_in_order_by_jobs(
    page: SettingsPage, chosen_workspace: Workspace, text: str, kind: str
) -> None:
    press(page, text)
    (job,) = chosen_workspace.jobs.jobs()
    assert job.kind == kind
    assert job.wait(30)
    assert job.explanation is None
