"""The .kitignore and what its lines keep out, while it is edited."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.kitfile.ignore_templates import IGNORE_TEMPLATES
from kitops_desktop.ui.editor.ignore_pane import IgnorePane
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.watching.folder_watch import Changed


@pytest.fixture
def pane(page: ProjectPage, qtbot: QtBot) -> IgnorePane:
    page.text_pane.go_to(Part.IGNORE, 1)
    pane = page.text_pane.ignore_pane
    qtbot.waitUntil(lambda: pane.preview.found is not None and not pane.preview.busy)
    return pane


def settle(pane: IgnorePane, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not pane.preview.busy)


def said(pane: IgnorePane, line: int) -> str:
    """What a screen reader hears of a line."""
    pane.editor.go_to(line)
    return pane.editor.accessibleDescription()


def files(pane: IgnorePane) -> list[str]:
    model = pane.files.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())] if pane.files.isVisible() else []


def test_each_line_says_what_it_does(pane: IgnorePane, page: ProjectPage, qtbot: QtBot) -> None:
    QAbstractItemModelTester(pane.files.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert said(pane, 1) == "1 file, 1 byte"
    assert files(pane) == ["notes.log"]
    page.editor.replace_text(Part.IGNORE, "data\n!data/test.csv\n*.bin\n!none\n", "edit")
    settle(pane, qtbot)
    assert said(pane, 1) == "1 file, 4 bytes"
    assert files(pane) == ["data/train.csv"]
    assert said(pane, 2) == "brings back 1 file, 4 bytes"
    assert files(pane) == ["data/test.csv"]
    assert "No file fits this line" in said(pane, 3)
    assert files(pane) == []
    assert "No line above" in said(pane, 4)
    assert not pane.editor.grab().isNull()


def test_it_follows_what_is_typed(pane: IgnorePane, qtbot: QtBot) -> None:
    pane.editor.go_to(2)
    qtbot.keyClicks(pane.editor, "src/**")
    settle(pane, qtbot)
    assert files(pane) == ["src/id_rsa", "src/run.py", "src/__pycache__/run.pyc"]


def test_a_line_that_cannot_be_used_is_marked_where_it_stands(pane: IgnorePane, qtbot: QtBot) -> None:
    pane.editor.go_to(2)
    qtbot.keyClicks(pane.editor, "[a")
    settle(pane, qtbot)
    assert said(pane, 2).startswith("Syntax error in pattern")
    assert files(pane) == []


def test_files_that_came_are_counted_when_it_is_shown_again(
    pane: IgnorePane, page: ProjectPage, folder: Path, qtbot: QtBot
) -> None:
    (folder / "more.log").write_text("12345")
    page.text_pane.go_to(Part.KITFILE, 1)
    page.text_pane.go_to(Part.IGNORE, 1)
    settle(pane, qtbot)
    assert said(pane, 1) == "2 files, 6 bytes"


def test_files_are_counted_again_when_more_changed_than_can_be_named(
    pane: IgnorePane, page: ProjectPage, qtbot: QtBot
) -> None:
    settle(pane, qtbot)
    page.watch.changed.emit(Changed(everything=True))
    assert pane.preview.busy


def test_usual_lines_are_added_as_one_step(pane: IgnorePane, page: ProjectPage, qtbot: QtBot) -> None:
    before = page.editor.text(Part.IGNORE)
    menu = pane.add_button.menu()
    assert menu is not None
    assert [action.text() for action in menu.actions()] == [one.name for one in IGNORE_TEMPLATES]
    menu.actions()[0].trigger()
    settle(pane, qtbot)
    assert page.editor.text(Part.IGNORE) == before + "".join(
        f"{one}\n" for one in IGNORE_TEMPLATES[0].patterns
    )
    assert page.editor.undo_stack.undoText() == "ignoring of python caches and builds"
    assert said(pane, 2) == "Later lines decide about all files that fit this one."
    assert said(pane, 3) == "1 file, 1 byte"
    assert files(pane) == ["src/__pycache__/run.pyc"]
    page.editor.undo_stack.undo()
    assert page.editor.text(Part.IGNORE) == before


def test_a_folder_that_is_gone_is_told(
    pane: IgnorePane, page: ProjectPage, folder: Path, qtbot: QtBot
) -> None:
    folder.rename(folder.with_name("elsewhere"))
    pane.preview.list_again()
    settle(pane, qtbot)
    assert pane.preview.found is None
    assert pane.preview.problem
    assert said(pane, 1) == ""
