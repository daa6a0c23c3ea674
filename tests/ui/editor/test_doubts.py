"""Secrets and pickles by content: in the lists of a project, in the pack sheet, and from the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.classification.looking_over import LookedOver
from kitops_desktop.classification.looks import Looks
from kitops_desktop.jobs.pack_job import PackWork
from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.problems import Severity
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.editor.doubts_model import DoubtsModel
from kitops_desktop.ui.editor.doubts_panel import DoubtsPanel, doubts_text
from kitops_desktop.ui.editor.folder_scan import Doubts, doubts_of, look_through, scan_folder
from kitops_desktop.ui.editor.pack_check import look_at, pickles_text
from kitops_desktop.ui.editor.problem_rows import doubt_rows, problem_rows
from kitops_desktop.ui.editor.problems_model import ProblemsModel
from kitops_desktop.ui.editor.problems_panel import rows_text
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.workspace import Workspace

TOKEN = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"
EVIL = b"\x80\x04cposix\nsystem\nq\x00X\x04\x00\x00\x00trueq\x01\x85q\x02Rq\x03."
KITFILE = "manifestVersion: 1.0.0\npackage:\n  license: MIT\ncode:\n- path: .\n"
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    """A folder with a token in a program, one in .env, a pickle that runs a program, and junk."""
    made = tmp_path / "messy"
    (made / "keys").mkdir(parents=True)
    (made / "run.py").write_text(f"import os\nKEY = '{TOKEN}'\n")
    (made / ".env").write_text(f"GITHUB_TOKEN={TOKEN}\n")
    (made / "model.pkl").write_bytes(EVIL)
    (made / "README.md").write_text("hello\n")
    (made / ".DS_Store").write_text("x")
    (made / "Kitfile").write_text(KITFILE)
    return made


def doubts(folder: Path, ignored: str = "") -> Doubts:
    rules, token = IgnoreRules.parse(ignored), CancelToken()
    scan = scan_folder(folder, read_kitfile(KITFILE), rules, lambda _: (), token)
    assert scan.plan is not None
    return doubts_of(scan, look_through(scan.plan, Looks(folder), token))


def shown(model: QAbstractItemModel) -> list[str]:
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def press(page: QWidget, text: str) -> None:
    (found,) = [
        one
        for one in page.findChildren(QAbstractButton)
        if text in (one.text(), one.accessibleName()) and one.isVisible()
    ]
    found.click()


def looked_into(qtbot: QtBot, page: ProjectPage) -> None:
    qtbot.waitUntil(lambda: not page.look.busy and not page.look.outdated and not page.content.busy)


def warnings(page: ProjectPage) -> list[str]:
    return [row.place for row in page.problems.model.rows if row.severity is Severity.WARNING]


def test_name_and_content_are_one_doubt_with_both_reasons(messy: Path) -> None:
    found = doubts(messy)
    assert {one.path: one.flag.reason for one in found.secrets} == {
        ".env": "Environment files usually hold passwords and keys. Line 1: GitHub token.",
        "run.py": "Line 2: GitHub token.",
    }
    assert [one.flag.reason for one in found.pickles] == [
        "Loading it can run any program: it imports posix.system."
    ]
    assert doubts_text(found) == "2 secrets, 1 doubtful pickle and 1 piece of junk would be packed"


def test_a_folder_that_is_flagged_stands_for_what_is_in_it(messy: Path) -> None:
    (messy / ".aws").mkdir()
    (messy / ".aws" / "config").write_text(f"key = {TOKEN}\n")
    assert [one.path for one in doubts(messy).secrets] == [".aws", ".env", "run.py"]


def test_what_is_not_packed_is_not_looked_into(messy: Path) -> None:
    assert doubts(messy, "run.py\n.env\n*.pkl\n.DS_Store\n") == Doubts()


def test_rows_of_doubts_have_ticks_and_problems_their_severity(messy: Path, qtbot: QtBot) -> None:
    model, problems = DoubtsModel(), ProblemsModel()
    testers = [
        QAbstractItemModelTester(one, QAbstractItemModelTester.FailureReportingMode.Fatal)
        for one in (model, problems)
    ]
    scan = scan_folder(messy, read_kitfile(KITFILE), IgnoreRules(), lambda _: (), CancelToken())
    assert scan.plan is not None
    model.show_scan(scan, look_through(scan.plan, Looks(messy), CancelToken()))
    checkable = [bool(model.flags(model.index(row)) & Qt.ItemFlag.ItemIsUserCheckable) for row in range(4)]
    assert checkable == [True, True, True, False]
    assert "posix.system" in shown(model)[2]
    model.allow("model.pkl", True)
    assert model.allowed == ("model.pkl",)
    rows = problem_rows(
        KitfileDocument(KITFILE), None, scan.problems, doubt_rows(model.doubts, model.allowed)
    )
    problems.show_rows(rows)
    assert [row.place for row in rows] == [".env", "run.py", ".DS_Store"]
    assert problems.index(2).data(Qt.ItemDataRole.AccessibleTextRole).startswith("Advice: .DS_Store: 1 piece")
    assert rows_text(rows) == "2 problems and 1 piece of advice"
    del testers


def test_what_only_the_pack_sheet_found_can_be_agreed_to() -> None:
    model = DoubtsModel()
    model.allow("seen/elsewhere.py", True)
    assert model.allowed == ("seen/elsewhere.py",)
    model.allow("seen/elsewhere.py", False)
    assert model.allowed == ()


def test_doubts_fill_in_and_are_settled_by_keys(
    open_page: Callable[[Path], ProjectPage], messy: Path, qtbot: QtBot
) -> None:
    page = open_page(messy)
    looked_into(qtbot, page)
    assert warnings(page) == [".env", "run.py", "model.pkl"]
    qtbot.keyClick(page, Qt.Key.Key_F8)
    qtbot.keyClick(page, Qt.Key.Key_F8)
    qtbot.keyClick(page, Qt.Key.Key_Period, CTRL)
    qtbot.waitUntil(lambda: page.text_pane.editors[Part.IGNORE].text == "run.py\n")
    assert page.editor.undo_stack.undoText() == "“Add to .kitignore”: run.py"
    looked_into(qtbot, page)
    assert warnings(page) == [".env", "model.pkl"]
    qtbot.keyClick(page, Qt.Key.Key_Z, CTRL)
    looked_into(qtbot, page)
    assert warnings(page) == [".env", "run.py", "model.pkl"]
    page.folder_side.setCurrentWidget(page.doubts)
    page.doubts.list.setCurrentIndex(page.doubts.model.index(2))
    press(page, "Pack selected anyway")
    assert warnings(page) == [".env", "run.py"]
    assert page.allowed_secrets == ("model.pkl",)
    assert "model.pkl" in shown(page.doubts.model)[2], "it is still to be seen that it was agreed to"


def test_a_fix_of_the_kitfile_is_one_named_step(
    open_page: Callable[[Path], ProjectPage], messy: Path, qtbot: QtBot
) -> None:
    (messy / "Kitfile").write_text(KITFILE.replace("package:\n  license: MIT\n", ""))
    (messy / "LICENSE").write_bytes((Path(__file__).resolve().parents[3] / "LICENSE").read_bytes())
    page = open_page(messy)
    looked_into(qtbot, page)
    row = next(row for row in page.problems.model.rows if row.field == "package.license")
    page.problems.fix_wanted.emit(row)
    assert page.project.document.kitfile.package.license == "Apache-2.0"
    assert page.editor.undo_stack.undoText().startswith("“Write Apache-2.0”")
    assert all(row.field != "package.license" for row in page.problems.model.rows)
    qtbot.keyClick(page, Qt.Key.Key_Z, CTRL)
    assert page.project.document.kitfile.package.license == ""


def test_how_far_looking_is_and_that_it_can_be_stopped(messy: Path, qtbot: QtBot) -> None:
    panel = DoubtsPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_progress(3000, 20000)
    with qtbot.waitSignal(panel.stop_wanted):
        press(panel, "Stop looking into files")
    scan = scan_folder(messy, read_kitfile(KITFILE), IgnoreRules(), lambda _: (), CancelToken())
    panel.show_scan(scan, LookedOver((), 20_000, 35_000, 200_000))
    assert any(
        "Looked into 20,000 of 200,000 files." in one.text()  # type: ignore[attr-defined]
        for one in panel.findChildren(QWidget)
        if hasattr(one, "text")
    )


def test_the_pack_sheet_knows_what_the_editor_saw(messy: Path, workspace: Workspace) -> None:
    facts = look_at(PackWork(messy), workspace.tools, CancelToken())
    assert [one.path for one in facts.secrets] == [".env", "run.py"]
    assert pickles_text(facts) == "1 pickle to be careful with: model.pkl. Loading it may run a program."
    looks = workspace.tools.looks.of(messy)
    assert facts.prepared is not None
    identity = next(
        identity for name, identity in facts.prepared.plan.layers[0].plan.files() if name == b"run.py"
    )
    assert looks.known("run.py", identity) is not None
