"""Marks at lines of a text in which something is wrong, and the line that the cursor is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from kitops_desktop.kitfile.problems import Severity
from kitops_desktop.ui.colours import colours_of
from kitops_desktop.ui.editor.severity_look import SEVERITY_LOOKS

_MOST_UNDERLINED = 300
"""Lines; each costs time whenever the cursor moves. All have their mark in the margin."""


@dataclass(frozen=True, slots=True)
class LineMark:
    """What is wrong in a line."""

    severity: Severity
    text: str

    def colour(self, palette: QPalette) -> QColor:
        return colours_of(palette).colour(SEVERITY_LOOKS[self.severity].colour)


def current_line(editor: QPlainTextEdit) -> QTextEdit.ExtraSelection:
    """The line that the cursor is in, in its full width."""
    style = QTextCharFormat()
    style.setBackground(editor.palette().color(QPalette.ColorRole.AlternateBase))
    style.setProperty(QTextFormat.Property.FullWidthSelection, True)
    cursor = editor.textCursor()
    cursor.clearSelection()
    return _selection(cursor, style)


def underlined(editor: QPlainTextEdit, marks: Mapping[int, LineMark]) -> Iterator[QTextEdit.ExtraSelection]:
    """The first of the marked lines, counted from 1, as far as they are there."""
    for line, mark in sorted(marks.items())[:_MOST_UNDERLINED]:
        block = editor.document().findBlockByNumber(line - 1)
        if not block.isValid():
            continue
        style = QTextCharFormat()
        style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        style.setUnderlineColor(mark.colour(editor.palette()))
        cursor = QTextCursor(block)
        text = block.text()
        cursor.setPosition(block.position() + len(text) - len(text.lstrip(" ")))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        yield _selection(cursor, style)


def _selection(cursor: QTextCursor, style: QTextCharFormat) -> QTextEdit.ExtraSelection:
    selection = QTextEdit.ExtraSelection()
    selection.cursor, selection.format = cursor, style
    return selection
