"""What is said behind the lines of a text, as far as there is room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from kitops_desktop.ui.colours import colours_of

_GAP = 16


@dataclass(frozen=True, slots=True)
class LineNote:
    """What is said behind a line; ``role`` is a colour, ``more`` is said when it is pointed at."""

    text: str
    role: str = "muted"
    more: str = ""


def paint_notes(editor: QPlainTextEdit, notes: Mapping[int, LineNote], event: QPaintEvent) -> None:
    """Paint those of the lines on view, counted from 1, after the text was painted."""
    painter = QPainter(editor.viewport())
    painter.setFont(QApplication.font())  # narrower than that of the text
    colours = colours_of(editor.palette())
    block = editor.firstVisibleBlock()
    while block.isValid():
        area = editor.blockBoundingGeometry(block).translated(editor.contentOffset())
        if area.top() > event.rect().bottom():
            break
        note = notes.get(block.blockNumber() + 1)
        if note is not None:
            behind = area.left() + editor.fontMetrics().horizontalAdvance(block.text()) + _GAP
            painter.setPen(colours.colour(note.role))
            _paint_note(painter, note.text, int(behind), area, editor.viewport().width())
        block = block.next()
    painter.end()


def _paint_note(painter: QPainter, text: str, behind: int, line: QRectF, width: int) -> None:
    """At the right, as far as there is room behind the line."""
    room = max(width - behind - _GAP // 2, 0)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
    area = QRect(behind, int(line.top()), room, int(line.height()))
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
