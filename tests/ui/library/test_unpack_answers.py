"""What the unpack sheet asks beyond the folder: profiles, both of two files; and what it proposes again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.errors import SettingsError
from kitops_desktop.modelkit.conflicts import Conflict
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.ui.library.in_the_way import InTheWay, counts_text
from kitops_desktop.ui.library.kit_source import StoredKitSource
from kitops_desktop.ui.library.unpack_sheet import UnpackSheet
from kitops_desktop.ui.library.unpacking import Unpacking
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator

ALL = "reg.example.com/team/all:v1"
Ask = Callable[..., UnpackSheet]


@pytest.fixture
def ask(
    qtbot: QtBot,
    golden_store: Callable[..., Path],
    workspace: Workspace,
    navigator: RecordingNavigator,
    tmp_path: Path,
) -> Iterator[Ask]:
    """ask(*globs): the sheet as the page opens it, once it has looked; into tmp_path / "out" at first."""
    golden_store("01-all-sections")
    workspace.change_settings(unpack_folder=str(tmp_path / "kits"))
    host = QWidget()
    host.resize(1000, 800)
    qtbot.addWidget(host)
    host.show()
    unpacking = Unpacking(workspace, navigator, host)
    navigator.job_signals.changed.connect(unpacking.job_changed)

    def make(*globs: str) -> UnpackSheet:
        source = StoredKitSource(lambda: workspace.store, parse_reference(ALL))
        sheet = unpacking.ask_for(source, source.load(), globs)
        settled(qtbot, sheet)
        return sheet

    yield make
    workspace.close()


def settled(qtbot: QtBot, sheet: UnpackSheet) -> None:
    qtbot.waitUntil(lambda: not sheet.looking)


def button(sheet: QWidget, text: str) -> QPushButton:
    return next(found for found in sheet.findChildren(QPushButton) if found.text() == text)


def radio(sheet: QWidget, text: str) -> QRadioButton:
    return next(found for found in sheet.findChildren(QRadioButton) if found.text().replace("&", "") == text)


def field(sheet: QWidget, name: str = "") -> QLineEdit:
    return next(found for found in sheet.findChildren(QLineEdit) if found.accessibleName() == name)


def words(sheet: QWidget) -> str:
    return "\n".join(label.text() for label in sheet.findChildren(QLabel) if label.isVisibleTo(sheet))


def command(sheet: UnpackSheet) -> str:
    button(sheet, "Copy as command").click()
    return QGuiApplication.clipboard().text()


def test_what_inference_needs(qtbot: QtBot, ask: Ask) -> None:
    sheet = ask()
    radio(sheet, "What a profile says").setChecked(True)
    settled(qtbot, sheet)
    assert "no datasets" in words(sheet)
    assert sheet.choice.filters == ("kitfile,model,code,prompts",)
    assert command(sheet).endswith("--profile inference")


def test_what_is_ticked_becomes_a_profile(
    qtbot: QtBot, ask: Ask, workspace: Workspace, navigator: RecordingNavigator
) -> None:
    sheet = ask("src/train.py")
    button(sheet, "Save as profile…").click()
    field(sheet, "Name of the profile").setText("inference")
    button(sheet, "Save profile").click()
    assert "is built in" in words(sheet)
    assert workspace.settings.unpack_profiles == {}
    field(sheet, "Name of the profile").setText("training code")
    qtbot.keyClick(field(sheet, "Name of the profile"), "\r")
    assert workspace.settings.unpack_profiles == {"training code": {"filters": [], "paths": ["src/train.py"]}}
    settled(qtbot, sheet)
    assert sheet.choice.profile is not None
    assert sheet.choice.wanted_globs == ("src/train.py",)
    assert "--path src/train.py" in command(sheet)
    button(sheet, "Remove profile").click()
    assert workspace.settings.unpack_profiles == {}
    undo = navigator.offers[-1][1]
    assert undo is not None
    undo()
    assert list(workspace.settings.unpack_profiles) == ["training code"]
    chooser = sheet.findChild(QComboBox)
    assert chooser is not None
    assert [chooser.itemText(row) for row in range(chooser.count())] == ["inference", "training code"]


def test_a_profile_that_is_saved_over_another_can_be_had_back(
    ask: Ask, workspace: Workspace, navigator: RecordingNavigator
) -> None:
    before = {"mine": {"filters": ["code"], "paths": []}}
    workspace.change_settings(unpack_profiles=before)
    sheet = ask("src/train.py")
    button(sheet, "Save as profile…").click()
    field(sheet, "Name of the profile").setText("mine")
    button(sheet, "Save profile").click()
    assert workspace.settings.unpack_profiles == {"mine": {"filters": [], "paths": ["src/train.py"]}}
    text, undo = navigator.offers[-1]
    assert text == "Undo"
    assert undo is not None
    undo()
    assert workspace.settings.unpack_profiles == before
    assert sheet.choice.profile is not None
    assert sheet.choice.profile.filters == ("code",)


def test_a_profile_that_cannot_be_kept_is_not_said_to_be(
    ask: Ask, workspace: Workspace, navigator: RecordingNavigator
) -> None:
    sheet = ask("src/train.py")
    path = workspace.settings_file.path
    path.unlink(missing_ok=True)
    path.mkdir(parents=True)
    button(sheet, "Save as profile…").click()
    field(sheet, "Name of the profile").setText("mine")
    button(sheet, "Save profile").click()
    assert isinstance(navigator.errors[-1], SettingsError)
    assert not any("is saved" in notice for notice in navigator.notices)


def test_both_of_two_files_are_kept(
    qtbot: QtBot, ask: Ask, navigator: RecordingNavigator, tmp_path: Path
) -> None:
    there = tmp_path / "kits" / "all" / "src" / "train.py"
    there.parent.mkdir(parents=True)
    there.write_text("mine")
    sheet = ask("src/train.py")
    assert "1 file is kept." in words(sheet)
    radio(sheet, "Keep both, the new one with a number").setChecked(True)
    assert "1 file is kept, with the new one beside it." in words(sheet)
    assert "--keep-both" in command(sheet)
    button(sheet, "Unpack").click()
    qtbot.waitUntil(lambda: navigator.offers[-1][0] == "Open folder")
    assert there.read_text() == "mine"
    assert there.with_name("train (2).py").is_file()


def test_the_folder_and_what_of_it_are_proposed_again(
    qtbot: QtBot, ask: Ask, navigator: RecordingNavigator, tmp_path: Path
) -> None:
    sheet = ask()
    assert field(sheet).text() == str(tmp_path / "kits" / "all")
    field(sheet).setText(str(tmp_path / "elsewhere"))
    radio(sheet, "What a profile says").setChecked(True)
    settled(qtbot, sheet)
    button(sheet, "Unpack").click()
    qtbot.waitUntil(lambda: navigator.offers[-1][0] == "Open folder")
    again = ask()
    assert field(again).text() == str(tmp_path / "elsewhere")
    assert radio(again, "What a profile says").isChecked()
    assert radio(ask("src/train.py"), "Only what is ticked on the Files tab").isChecked()


def test_single_decisions_are_in_the_command(ask: Ask, tmp_path: Path) -> None:
    there = tmp_path / "kits" / "all"
    (there / "src").mkdir(parents=True)
    (there / "src" / "train.py").write_text("mine")
    (there / "Kitfile").write_text("mine")
    sheet = ask()
    assert command(sheet).endswith("--ignore-existing --decide Kitfile=skip")


@pytest.mark.parametrize(
    ("rule", "replace", "text"),
    [
        (InTheWay.SKIP, set(), "3 files are kept."),
        (InTheWay.REPLACE, set(), "3 files are replaced."),
        (InTheWay.BOTH, set(), "3 files are kept, with the new one beside it."),
        (InTheWay.EACH, {"a"}, "1 file is replaced, 2 are kept."),
        (InTheWay.EACH, {"a", "b"}, "2 files are replaced, 1 is kept."),
    ],
)
def test_what_becomes_of_them_is_counted(rule: InTheWay, replace: set[str], text: str) -> None:
    conflicts = [Conflict(path, 1, 1, True) for path in "abc"]
    assert counts_text([*conflicts, Conflict("d", 1, 1, False)], rule, frozenset(replace)) == text
