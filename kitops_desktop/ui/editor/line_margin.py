"""The strip at the left of a text: the numbers of its lines, with a mark where something is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from kitops_desktop.ui.editor.line_marks import LineMark


class LineMargin(QWidget):
    """Scrolls with ``editor``, which gives it its place: ``needed`` pixels are wide enough."""

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__(editor)
        self._editor = editor
        self._marks: Mapping[int, LineMark] = {}
        editor.updateRequest.connect(self._on_update_request)

    def needed(self) -> int:
        """Pixels for the widest line number."""
        digits = max(3, len(str(self._editor.blockCount())))
        return 18 + self._editor.fontMetrics().horizontalAdvance("9") * digits

    def show_marks(self, marks: Mapping[int, LineMark]) -> None:
        """Mark lines, counted from 1."""
        self._marks = marks
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self.needed(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        editor = self._editor
        painter = QPainter(self)
        painter.setFont(editor.font())
        painter.fillRect(event.rect(), editor.palette().color(QPalette.ColorRole.AlternateBase))
        block = editor.firstVisibleBlock()
        top = editor.blockBoundingGeometry(block).translated(editor.contentOffset()).top()
        while block.isValid() and top <= event.rect().bottom():
            height = editor.blockBoundingRect(block).height()
            if block.isVisible() and top + height >= event.rect().top():
                self._paint_number(painter, block.blockNumber() + 1, top, height)
            block, top = block.next(), top + height
        painter.end()

    def _paint_number(self, painter: QPainter, number: int, top: float, height: float) -> None:
        area = QRect(0, int(top), self.width() - 8, int(height))
        mark, palette = self._marks.get(number), self._editor.palette()
        colour = palette.color(QPalette.ColorRole.PlaceholderText) if mark is None else mark.colour(palette)
        painter.setPen(colour)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight, str(number))
        if mark is not None:
            painter.fillRect(QRect(2, area.top() + 2, 3, area.height() - 4), colour)

    @Slot(QRect, int)
    def _on_update_request(self, area: QRect, dy: int) -> None:
        if dy:
            self.scroll(0, dy)
        else:
            self.update(0, area.y(), self.width(), area.height())
