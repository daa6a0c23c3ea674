"""The text editor: what is typed, what is kept, where it goes, how it is coloured."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from kitops_desktop.kitfile.problems import Severity
from kitops_desktop.ui.editor.code_editor import CodeEditor
from kitops_desktop.ui.editor.line_marks import LineMark
from kitops_desktop.ui.editor.line_notes import LineNote
from kitops_desktop.ui.theme import Theme


@pytest.fixture
def editor(qtbot: QtBot, theme: Theme) -> CodeEditor:
    made = CodeEditor("Kitfile text")
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    with qtbot.waitActive(made):
        made.activateWindow()
    made.setFocus()
    return made


def colour_at(editor: CodeEditor, line: int, column: int) -> str:
    block = editor.document().findBlockByNumber(line - 1)
    for span in block.layout().formats():
        if span.start <= column - 1 < span.start + span.length:
            return span.format.foreground().color().name()
    return ""


def test_what_is_typed_is_told_with_the_line_ends_of_the_file(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.show_text("a: 1\r\nb: caf\udce9\r\n")
    editor.go_to(1, 5)
    with qtbot.waitSignal(editor.edited) as edited:
        qtbot.keyClicks(editor, "2")
    assert edited.args == ["a: 12\r\nb: caf\udce9\r\n"]
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClicks(editor, "c: 3")
    assert editor.text == "a: 12\r\nc: 3\r\nb: caf\udce9\r\n"


def test_showing_a_text_tells_nothing_and_keeps_the_cursor(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.show_text("a: 1\nb: 😀\nc: 3\n")
    editor.go_to(3, 3)
    with qtbot.assertNotEmitted(editor.edited):
        editor.show_text("a: one\nb: 😀😀\nc: 3\n")
    assert editor.toPlainText() == "a: one\nb: 😀😀\nc: 3\n"
    assert (editor.textCursor().blockNumber(), editor.textCursor().columnNumber()) == (2, 2)
    editor.show_text("a: one\nb: 2\nc: 3\n", follow=True)
    assert editor.textCursor().blockNumber() == 1


def test_the_keys_for_undo_are_left_to_the_page(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "ab")
    qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.text == "ab"


def test_tab_indents_escape_leaves(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.show_text("a:\nb:\nc:\n")
    editor.go_to(1)
    cursor = editor.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.Down, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.text == "  a:\n  b:\nc:\n"
    qtbot.keyClick(editor, Qt.Key.Key_Backtab)
    assert editor.text == "a:\nb:\nc:\n"
    editor.go_to(1, 3)
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.text == "a:  \nb:\nc:\n"


def test_a_new_line_is_indented_like_the_one_before(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.show_text("a:\n  b: 1")
    editor.go_to(2, 7)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClicks(editor, "c: 2")
    assert editor.text == "a:\n  b: 1\n  c: 2"


@pytest.mark.parametrize("line", [0, 99])
def test_a_line_that_is_not_there_moves_nothing(editor: CodeEditor, line: int) -> None:
    editor.show_text("a\nb\n")
    editor.go_to(2)
    editor.go_to(line)
    assert editor.textCursor().blockNumber() == 1


def test_keys_comments_and_values_have_colours_of_their_own(editor: CodeEditor) -> None:
    editor.show_text("name: x # c\nn: 40\nq: 'a # b'\n")
    key, comment, number, quoted = (
        colour_at(editor, 1, 1),
        colour_at(editor, 1, 10),
        colour_at(editor, 2, 4),
        colour_at(editor, 3, 7),
    )
    assert len({key, comment, number, quoted}) == 4
    assert "" not in (key, comment, number, quoted)
    assert colour_at(editor, 1, 7) == ""


def test_tabs_that_indent_and_anchors_can_be_seen(editor: CodeEditor) -> None:
    editor.show_text("a: &x 1\n \tb: *x\nc: 1\td\n")
    spans = editor.document().findBlockByNumber(1).layout().formats()
    tab = next(span for span in spans if span.start == 0)
    assert tab.format.background().style() != Qt.BrushStyle.NoBrush
    assert tab.length == 2
    assert colour_at(editor, 1, 4) == colour_at(editor, 2, 6) != colour_at(editor, 1, 1)
    assert all(
        span.format.background().style() == Qt.BrushStyle.NoBrush
        for span in editor.document().findBlockByNumber(2).layout().formats()
    )


def test_marks_of_a_conflict_have_a_colour(editor: CodeEditor) -> None:
    editor.show_text("<<<<<<< yours\na: 1\n=======\na: 2\n>>>>>>> on disk\n")
    assert colour_at(editor, 1, 1) == colour_at(editor, 3, 1) == colour_at(editor, 5, 12) != ""


def test_colours_follow_the_scheme(editor: CodeEditor, theme: Theme, qtbot: QtBot) -> None:
    editor.show_text("name: x\n")
    light = colour_at(editor, 1, 1)
    with qtbot.assertNotEmitted(editor.edited):
        theme.set_appearance("dark")
        qtbot.waitUntil(lambda: colour_at(editor, 1, 1) not in ("", light))


def test_very_long_texts_are_not_coloured(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.show_text("name: x\n" * 40_000)
    assert colour_at(editor, 1, 1) == ""
    editor.show_text("name: x\n")
    qtbot.waitUntil(lambda: colour_at(editor, 1, 1) != "")


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_text_of_megabytes_is_shown_in_pieces_and_typed_into(
    editor: CodeEditor, qtbot: QtBot, line_end: str
) -> None:
    text = f"😀 # a line of a Kitfile{line_end}" * 60_000
    editor.show_text(text)
    assert not editor.is_whole
    qtbot.waitUntil(lambda: editor.is_whole)
    assert editor.blockCount() == 60_001
    editor.go_to(30_000, 3)
    qtbot.keyClicks(editor, "x")
    lines = editor.text.split(line_end)
    assert lines[29_999] == "😀x # a line of a Kitfile"
    assert len(editor.text) == len(text) + 1


def test_what_is_typed_before_all_is_shown_is_not_lost(editor: CodeEditor, qtbot: QtBot) -> None:
    text = "# a line of a Kitfile\n" * 20_000
    editor.show_text(text)
    qtbot.keyClicks(editor, "x")
    assert editor.is_whole
    assert editor.text == "x" + text
    assert editor.toPlainText() == "x" + text


def test_lines_with_problems_are_marked(editor: CodeEditor) -> None:
    editor.show_text("a\n  b\n")
    editor.show_marks({2: LineMark(Severity.ERROR, "wrong"), 9: LineMark(Severity.WARNING, "not there")})
    marked = [one for one in editor.extraSelections() if one.cursor.hasSelection()]
    assert [one.cursor.selectedText() for one in marked] == ["b"]
    assert not editor.grab().isNull()


def test_what_is_wrong_in_a_line_is_said_there(editor: CodeEditor) -> None:
    editor.show_text("a\nb\n")
    editor.show_marks({2: LineMark(Severity.ERROR, "wrong")})
    editor.show_notes({1: LineNote("3 files"), 2: LineNote("none", "warning", "No file fits.")})
    editor.go_to(1)
    assert editor.accessibleDescription() == "3 files"
    editor.go_to(2)
    assert editor.accessibleDescription() == "wrong\nNo file fits."
    margin = editor.mapToGlobal(QPoint(4, editor.cursorRect().center().y()))
    QApplication.sendEvent(editor, QHelpEvent(QEvent.Type.ToolTip, QPoint(4, 4), margin))
    assert QToolTip.text() == "wrong\nNo file fits."
    QToolTip.hideText()
