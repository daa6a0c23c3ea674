"""Indenting in a text editor: by Tab, back, and a new line like the one before."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

INDENT = "  "


def indent(editor: QPlainTextEdit) -> None:
    """Insert blanks, or move all lines of the selection to the right."""
    if editor.textCursor().hasSelection():
        _edit_lines(editor, lambda line: line.insertText(INDENT))
    else:
        editor.insertPlainText(INDENT)


def unindent(editor: QPlainTextEdit) -> None:
    """Move the line, or all of the selection, to the left as far as there are blanks."""

    def take_blanks(line: QTextCursor) -> None:
        for _ in INDENT:
            if line.block().text().startswith(" "):
                line.deleteChar()

    _edit_lines(editor, take_blanks)


def break_line(editor: QPlainTextEdit) -> None:
    """Begin a new line that is indented like this one."""
    line = editor.textCursor().block().text()
    editor.insertPlainText("\n" + line[: len(line) - len(line.lstrip(" "))])


def _edit_lines(editor: QPlainTextEdit, edit: Callable[[QTextCursor], None]) -> None:
    """Do something at the start of every line of the selection, as one change."""
    chosen = editor.textCursor()
    block = editor.document().findBlock(chosen.selectionStart())
    last = editor.document().findBlock(chosen.selectionEnd()).blockNumber()
    whole = QTextCursor(block)
    whole.beginEditBlock()
    while block.isValid() and block.blockNumber() <= last:
        edit(QTextCursor(block))
        block = block.next()
    whole.endEditBlock()
