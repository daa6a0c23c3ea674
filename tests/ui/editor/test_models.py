"""The models of the editor, by Qt's own tester and by what views show of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.generate import generate
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.editor.contents_model import BATCH, ContentsModel
from kitops_desktop.ui.editor.doubts_model import DoubtsModel
from kitops_desktop.ui.editor.folder_scan import FolderScan, scan_folder
from kitops_desktop.ui.editor.problem_rows import problem_rows
from kitops_desktop.ui.editor.problems_model import ProblemsModel
from kitops_desktop.ui.editor.project_rows import ProjectRow
from kitops_desktop.ui.editor.projects_model import ProjectsModel
from kitops_desktop.ui.editor.reasons_model import ReasonsModel


@pytest.fixture(autouse=True)
def gui(qtbot: QtBot) -> None:
    """Icons and colours need an application."""


def scan(folder: Path, kitfile: str, ignored: str = "") -> FolderScan:
    return scan_folder(folder, read_kitfile(kitfile), IgnoreRules.parse(ignored), lambda _: (), CancelToken())


def watched(model: QAbstractItemModel) -> QAbstractItemModelTester:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    tester.setUseFetchMore(False)  # it would fetch in the midst of a reset, and call that wrong
    return tester


def texts(model: QAbstractItemModel, parent: QModelIndex | None = None) -> list[str]:
    parent = parent or QModelIndex()
    while model.canFetchMore(parent):
        model.fetchMore(parent)
    return [model.index(row, 0, parent).data() for row in range(model.rowCount(parent))]


def test_contents_show_layers_and_what_is_left_out_by_reason(folder: Path) -> None:
    (folder / "data" / "link").symlink_to("nowhere")
    model = ContentsModel()
    tester = watched(model)
    model.show_plan(scan(folder, "code:\n- path: src\ndatasets:\n- path: data\n", "**/*.log\n").plan)
    assert texts(model) == ["src", "data", "Left out: 3 paths"]
    assert texts(model, model.index(1, 0)) == ["data/test.csv", "data/train.csv"]
    left_out = model.index(2, 0)
    groups = texts(model, left_out)
    assert set(groups) == {
        "Links are not packed (1)",
        "In no entry of the Kitfile (1)",
        "Ignored by **/*.log (1)",
    }
    links = model.index(groups.index("Links are not packed (1)"), 0, left_out)
    assert texts(model, links) == ["data/link → nowhere"]
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)  # fetches all
    assert "Code: src, 3 files" in model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    model.show_plan(None)
    assert texts(model) == []
    del tester


def test_contents_of_large_layers_come_in_batches(tmp_path: Path) -> None:
    for number in range(BATCH + 20):
        (tmp_path / f"{number:05}").write_text("")
    model = ContentsModel()
    tester = watched(model)
    model.show_plan(scan(tmp_path, "code:\n- path: .\n").plan)
    layer = model.index(0, 0)
    assert model.hasChildren(layer)
    assert model.rowCount(layer) == 0
    model.fetchMore(layer)
    assert model.rowCount(layer) == BATCH
    assert len(texts(model, layer)) == BATCH + 20
    assert not model.canFetchMore(layer)
    del tester


def test_names_that_are_no_text_are_shown_as_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "caf\udce9\n").write_text("1")
    model = ContentsModel()
    model.show_plan(scan(tmp_path, "code:\n- path: .\n").plan)
    assert texts(model, model.index(0, 0)) == ["caf\\xe9\\n"]


def test_doubts_have_a_tick_for_secrets_only(folder: Path, qtbot: QtBot) -> None:
    model = DoubtsModel()
    tester = watched(model)
    found = scan(folder, "code:\n- path: src\n")
    model.show_scan(found)
    assert texts(model) == [
        "src/id_rsa\nA private key for SSH.",
        "src/__pycache__/ (1 file)\nCompiled Python, made again when needed.",
    ]
    secret, junk = model.index(0), model.index(1)
    assert not junk.flags() & Qt.ItemFlag.ItemIsUserCheckable
    assert not model.setData(junk, Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    with qtbot.waitSignal(model.allowed_changed):
        assert model.setData(secret, Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    assert model.allowed == ("src/id_rsa",)
    model.show_scan(FolderScan())
    assert model.allowed == ()
    model.show_scan(found)
    assert model.allowed == ("src/id_rsa",), "what was agreed to holds when it comes back"
    del tester


def test_problems_are_rows(qtbot: QtBot) -> None:
    model = ProblemsModel()
    tester = watched(model)
    document = KitfileDocument("package:\n  licence: MIT\n")
    model.show_rows(problem_rows(document, None, ()))
    assert texts(model) == ["Line 2: “licence” is no key of a Kitfile here\nDid you mean license?"]
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("Error: Line 2")
    with qtbot.assertNotEmitted(model.modelReset):
        model.show_rows(problem_rows(KitfileDocument(document.text), None, ()))
    del tester


def test_projects_are_rows(tmp_path: Path) -> None:
    model = ProjectsModel()
    tester = watched(model)
    row = ProjectRow(tmp_path / "churn", "churn", "churn:v1", 0.0)
    model.show_rows((row, ProjectRow(tmp_path / "gone", "gone", "", 0.0, is_there=False)))
    assert texts(model) == ["churn", "gone"]
    assert [model.index(1, column).data() for column in (1, 3)] == ["folder is gone", "not yet"]
    model.show_rows((row,))
    assert texts(model) == ["churn"]
    model.show_rows(())
    del tester


def test_reasons_are_rows(folder: Path) -> None:
    model = ReasonsModel(generate(folder).reasons)
    tester = watched(model)
    found = {model.index(row, 0).data(): model.index(row, 1).data() for row in range(model.rowCount())}
    assert found["model.safetensors"] == "model"
    assert found["data"] == "dataset"
    del tester
