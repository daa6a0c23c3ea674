"""Proposals in the text of a Kitfile."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.editor.code_editor import CodeEditor
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.text_pane import TextPane
from kitops_desktop.workspace import Workspace


@pytest.fixture
def editor(workspace: Workspace, folder: Path, qtbot: QtBot) -> CodeEditor:
    pane = TextPane(folder, workspace.background)
    qtbot.addWidget(pane)
    pane.resize(500, 400)
    pane.show()
    with qtbot.waitActive(pane):
        pane.activateWindow()
    editor = pane.editors[Part.KITFILE]
    editor.setFocus()
    return editor


def popup_of(editor: CodeEditor) -> QAbstractItemView:
    assert isinstance(editor.popup, QAbstractItemView)
    return editor.popup


def proposed(editor: CodeEditor) -> list[str]:
    popup = popup_of(editor)
    if not popup.isVisible():
        return []
    model = popup.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def show(editor: CodeEditor, text: str) -> None:
    """Show a text with the cursor at its end."""
    editor.show_text(text)
    lines = text.split("\n")
    editor.go_to(len(lines), len(lines[-1]) + 1)


def test_keys_are_proposed_as_one_types_and_taken_with_return(editor: CodeEditor, qtbot: QtBot) -> None:
    show(editor, "package:\n  name: é😀\n  ")
    qtbot.keyClicks(editor, "d")
    assert proposed(editor) == ["description: "]
    qtbot.keyClick(popup_of(editor), Qt.Key.Key_Return)
    assert editor.text == "package:\n  name: é😀\n  description: "
    assert not popup_of(editor).isVisible()


def test_a_key_that_has_usual_values_proposes_them_at_once(editor: CodeEditor, qtbot: QtBot) -> None:
    show(editor, "model:\n  ")
    qtbot.keyClicks(editor, "fra")
    qtbot.keyClick(popup_of(editor), Qt.Key.Key_Tab)
    assert editor.text == "model:\n  framework: "
    assert "pytorch" in proposed(editor)
    qtbot.keyClicks(editor, "scik")
    assert proposed(editor) == ["scikit-learn"]
    qtbot.keyClick(popup_of(editor), Qt.Key.Key_Return)
    assert editor.text == "model:\n  framework: scikit-learn"


def test_licences_are_proposed_the_usual_ones_first(editor: CodeEditor, qtbot: QtBot) -> None:
    show(editor, "package:\n  license: ")
    qtbot.keyClick(editor, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert proposed(editor)[:2] == ["Apache-2.0", "MIT"]
    qtbot.keyClicks(editor, "mpl-2")
    assert proposed(editor)[0] == "MPL-2.0"
    qtbot.keyClick(popup_of(editor), Qt.Key.Key_Tab)
    assert editor.text == "package:\n  license: MPL-2.0"


def test_control_space_asks_and_escape_closes(editor: CodeEditor, qtbot: QtBot) -> None:
    show(editor, "model:\n  path: x\n")
    assert proposed(editor) == []
    qtbot.keyClick(editor, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert proposed(editor)[:2] == ["manifestVersion: ", "package:"]
    assert popup_of(editor).accessibleName() == "Proposals"
    qtbot.keyClick(popup_of(editor), Qt.Key.Key_Escape)
    assert proposed(editor) == []
    assert editor.text == "model:\n  path: x\n"
    assert editor.hasFocus(), "Escape closed the list and did not leave the text"


def test_paths_of_the_folder_level_by_level(editor: CodeEditor, qtbot: QtBot) -> None:
    show(editor, "datasets:\n  - path: ")
    qtbot.keyClicks(editor, "da")
    qtbot.waitUntil(lambda: proposed(editor) == ["data/"])
    qtbot.keyClick(popup_of(editor), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: proposed(editor) == ["data/test.csv", "data/train.csv"])
    qtbot.keyClick(popup_of(editor), Qt.Key.Key_Down)
    qtbot.keyClick(popup_of(editor), Qt.Key.Key_Return)
    assert editor.text == "datasets:\n  - path: data/train.csv"


def test_a_path_is_quoted_where_it_must_be(editor: CodeEditor, folder: Path, qtbot: QtBot) -> None:
    (folder / "#1: odd").write_text("")
    show(editor, "code:\n  - path: ")
    qtbot.keyClick(editor, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "#1: odd" in proposed(editor))
    for _ in range(proposed(editor).index("#1: odd")):
        qtbot.keyClick(popup_of(editor), Qt.Key.Key_Down)
    qtbot.keyClick(popup_of(editor), Qt.Key.Key_Return)
    assert editor.text == "code:\n  - path: '#1: odd'"


def test_typing_on_is_not_held_up(editor: CodeEditor, qtbot: QtBot) -> None:
    show(editor, "")
    qtbot.keyClicks(editor, "model")
    assert proposed(editor) == ["model:"]
    qtbot.keyClicks(popup_of(editor), ":")
    assert proposed(editor) == []
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.text == "model:\n"
