"""The unpack sheet: all is asked and shown before the job starts, and nothing is overwritten unasked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QRadioButton, QTableView, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.job import JobState
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.modelkit.conflicts import Conflict, OnExisting
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.ui.library.conflict_model import ConflictColumn, ConflictModel
from kitops_desktop.ui.library.kit_source import StoredKitSource
from kitops_desktop.ui.library.unpack_sheet import UnpackSheet
from kitops_desktop.ui.library.unpacking import Unpacking, folder_name
from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator

GoldenStore = Callable[..., Path]
ALL = "reg.example.com/team/all:v1"
OpenSheet = Callable[..., UnpackSheet]


@pytest.fixture
def open_sheet(
    qtbot: QtBot, golden_store: GoldenStore, workspace: Workspace, tmp_path: Path
) -> Iterator[OpenSheet]:
    """open_sheet(globs=(), target=tmp_path / "out", height=700): the sheet for a kit with all sections, over
    a page of that height.
    """
    golden_store("01-all-sections")
    host = QWidget()
    qtbot.addWidget(host)
    host.show()

    def make(globs: tuple[str, ...] = (), target: Path | None = None, height: int = 700) -> UnpackSheet:
        host.resize(1000, height)
        source = StoredKitSource(lambda: workspace.store, parse_reference(ALL))
        folder = target or tmp_path / "out"
        sheet = UnpackSheet(source, source.load(), workspace.background, folder, globs, host)
        sheet.open_sheet()
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


def words(sheet: QWidget) -> str:
    return "\n".join(label.text() for label in sheet.findChildren(QLabel) if label.isVisibleTo(sheet))


def wanted(qtbot: QtBot, sheet: UnpackSheet) -> UnpackWork:
    with qtbot.waitSignal(sheet.unpack_wanted) as given:
        button(sheet, "Unpack").click()
    assert given.args is not None
    work: UnpackWork = given.args[0]
    return work


def test_into_an_empty_place_a_file_that_turns_up_later_stops_the_job(
    qtbot: QtBot, open_sheet: OpenSheet, tmp_path: Path
) -> None:
    sheet = open_sheet()
    assert "free" in words(sheet)
    work = wanted(qtbot, sheet)
    assert work == UnpackWork(ALL, tmp_path / "out")
    assert work.existing is OnExisting.FAIL


def test_files_in_the_way_are_counted_and_kept_unless_somebody_says_otherwise(
    qtbot: QtBot, open_sheet: OpenSheet, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.sh").write_text("mine")
    (tmp_path / "out" / "README.md").write_text("mine")
    sheet = open_sheet()
    in_the_way = {sheet.conflicts.index(row, 0).data() for row in range(sheet.conflicts.rowCount())}
    assert in_the_way <= {"run.sh", "README.md"}
    assert in_the_way
    assert "there already" in words(sheet)
    assert wanted(qtbot, sheet).existing is OnExisting.SKIP


@pytest.mark.parametrize("height", [721, 571])  # of a page in windows of 800 and 650
def test_what_would_happen_stays_in_view_however_much_is_in_the_way(
    open_sheet: OpenSheet, theme: Theme, tmp_path: Path, height: int
) -> None:
    for name in ("run.sh", "README.md", "src/train.py", "data/train.csv", "Kitfile"):
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).write_text("mine")
    sheet = open_sheet(height=height)
    outlook = next(one for one in sheet.findChildren(QLabel) if one.text().endswith("free"))
    for widget in (outlook, button(sheet, "Unpack"), button(sheet, "Cancel")):
        assert widget.visibleRegion().boundingRect().height() == widget.height()


def test_the_list_of_files_in_the_way_is_as_high_as_its_rows(
    open_sheet: OpenSheet, theme: Theme, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "README.md").write_text("mine")
    table = open_sheet().findChild(QTableView)
    assert table is not None
    qtbot.waitUntil(lambda: table.viewport().height() == table.rowHeight(0))


def test_another_kitfile_is_kept_too(qtbot: QtBot, open_sheet: OpenSheet, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "Kitfile").write_text("mine")
    work = wanted(qtbot, open_sheet())
    assert work.existing is OnExisting.SKIP
    assert work.decisions == {"Kitfile": OnExisting.SKIP}


def test_each_file_can_be_decided_on(qtbot: QtBot, open_sheet: OpenSheet, tmp_path: Path) -> None:
    whole = open_sheet(target=tmp_path / "first")
    work = wanted(qtbot, whole)
    assert work.target == tmp_path / "first"
    (tmp_path / "out" / "src").mkdir(parents=True)
    (tmp_path / "out" / "src" / "train.py").write_text("mine")
    (tmp_path / "out" / "data").mkdir()
    (tmp_path / "out" / "data" / "train.csv").write_text("mine")
    sheet = open_sheet()
    radio(sheet, "Decide for each file").setChecked(True)
    model = sheet.conflicts
    rows = [model.index(row, 0) for row in range(model.rowCount())]
    chosen = next(index for index in rows if index.data() == "src/train.py")
    model.setData(chosen, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    work = wanted(qtbot, sheet)
    assert work.existing is OnExisting.SKIP
    assert work.decisions == {"src/train.py": OnExisting.OVERWRITE}


def test_replacing_is_one_choice_for_all(qtbot: QtBot, open_sheet: OpenSheet, tmp_path: Path) -> None:
    (tmp_path / "out" / "src").mkdir(parents=True)
    (tmp_path / "out" / "src" / "train.py").write_text("mine")
    sheet = open_sheet()
    radio(sheet, "Replace with what is unpacked").setChecked(True)
    assert wanted(qtbot, sheet).existing is OnExisting.OVERWRITE


def test_a_folder_where_a_file_belongs_cannot_be_solved_here(open_sheet: OpenSheet, tmp_path: Path) -> None:
    (tmp_path / "out" / "src" / "train.py").mkdir(parents=True)
    sheet = open_sheet()
    assert "Choose another folder" in words(sheet)
    assert not button(sheet, "Unpack").isEnabled()


def test_only_some_kinds(qtbot: QtBot, open_sheet: OpenSheet) -> None:
    sheet = open_sheet()
    radio(sheet, "Only some kinds").setChecked(True)
    boxes = sheet.findChildren(QCheckBox)
    assert boxes[0].text().startswith("Kitfile (")
    for box in boxes:
        box.setChecked("Code" in box.text())
    settled(qtbot, sheet)
    assert wanted(qtbot, sheet).filters == ("code",)


def test_no_kind_at_all_is_no_answer(qtbot: QtBot, open_sheet: OpenSheet) -> None:
    sheet = open_sheet()
    radio(sheet, "Only some kinds").setChecked(True)
    for box in sheet.findChildren(QCheckBox):
        box.setChecked(False)
    settled(qtbot, sheet)
    assert "Tick at least one kind" in words(sheet)
    assert not button(sheet, "Unpack").isEnabled()


def test_ticked_files_are_what_is_unpacked(qtbot: QtBot, open_sheet: OpenSheet) -> None:
    sheet = open_sheet(globs=("src/train.py",))
    assert words(sheet).count("1 file, ") == 1
    assert wanted(qtbot, sheet).globs == ("src/train.py",)


def test_without_a_folder_nothing_starts(qtbot: QtBot, open_sheet: OpenSheet) -> None:
    sheet = open_sheet()
    field = sheet.findChild(QLineEdit)
    assert field is not None
    field.clear()
    settled(qtbot, sheet)
    assert not button(sheet, "Unpack").isEnabled()
    assert "Choose a folder" in words(sheet)


def test_the_job_gets_what_was_seen_not_what_was_typed_since(
    qtbot: QtBot, open_sheet: OpenSheet, tmp_path: Path
) -> None:
    sheet = open_sheet()
    field = sheet.findChild(QLineEdit)
    assert field is not None
    field.setText(str(tmp_path / "elsewhere"))
    assert not button(sheet, "Unpack").isEnabled()
    settled(qtbot, sheet)
    assert wanted(qtbot, sheet).target == tmp_path / "elsewhere"


def test_from_the_sheet_to_the_folder(
    qtbot: QtBot,
    open_sheet: OpenSheet,
    workspace: Workspace,
    navigator: RecordingNavigator,
    tmp_path: Path,
) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    unpacking = Unpacking(workspace, navigator, host)
    navigator.job_signals.changed.connect(unpacking.job_changed)
    sheet = open_sheet()
    job = unpacking.start(wanted(qtbot, sheet))
    qtbot.waitUntil(lambda: navigator.offers[-1][0] == "Open folder")
    assert job.state is JobState.DONE
    assert (tmp_path / "out" / "Kitfile").is_file()
    assert (tmp_path / "out" / "src" / "train.py").is_file()
    assert unpacking.usual_folder() == tmp_path


@pytest.mark.parametrize(
    ("repository", "name"), [("team/churn", "churn"), ("churn", "churn"), ("_", "modelkit"), ("a/b_", "b")]
)
def test_the_folder_is_named_after_the_kit(repository: str, name: str) -> None:
    assert folder_name(repository) == name


def test_the_list_of_files_in_the_way_follows_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    model = ConflictModel()
    qtmodeltester.check(model)
    model.show_rows((Conflict("a", 1, 2, True), Conflict("b", 1, 2, False)))
    model.set_choosing(True)
    place = model.index(0, ConflictColumn.PATH)
    assert model.setData(place, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    unsolvable = model.index(1, ConflictColumn.PATH)
    assert not model.setData(unsolvable, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert model.replace == {"a"}
    model.show_rows((Conflict("b", 1, 2, True),))
    assert model.replace == frozenset()
