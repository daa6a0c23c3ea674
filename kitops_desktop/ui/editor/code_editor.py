"""A plain text editor for YAML: line numbers, marks at lines with problems, Tab that indents."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from kitops_desktop.ui.editor.yaml_highlighter import YamlHighlighter

INDENT = "  "
ERROR_COLOUR = QColor("#d1242f")


class CodeEditor(QPlainTextEdit):
    """Text with line numbers. ``problems`` maps line numbers, from 1, to what is wrong there."""

    edited = Signal()
    """The user changed the text; not sent for ``show_text``."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(False)
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(INDENT))
        self._problems: dict[int, str] = {}
        self._showing = False
        self._numbers = _LineNumbers(self)
        self._highlighter = YamlHighlighter(self.document(), dark=self._is_dark())
        self.blockCountChanged.connect(self._on_block_count_changed)
        self.updateRequest.connect(self._on_update_request)
        self.cursorPositionChanged.connect(self._mark_lines)
        self.textChanged.connect(self._on_text_changed)
        self._on_block_count_changed()
        self._mark_lines()

    @property
    def problems(self) -> Mapping[int, str]:
        return self._problems

    def show_text(self, text: str) -> None:
        """Show another text, changing only what differs, so that cursor, scroll and selection stay."""
        before = self.toPlainText()
        if text == before:
            return
        start, end_before, end_after = changed_span(before, text)
        self._showing = True
        try:
            cursor = QTextCursor(self.document())
            cursor.setPosition(_units(before[:start]))
            cursor.setPosition(_units(before[:end_before]), QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(text[start:end_after])
        finally:
            self._showing = False

    def show_problems(self, problems: Mapping[int, str]) -> None:
        self._problems = dict(problems)
        self._mark_lines()
        self._numbers.update()

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor at a line and column, from 1, and the focus here."""
        block = self.document().findBlockByNumber(line - 1)
        if block.isValid():
            cursor = QTextCursor(block)
            cursor.setPosition(block.position() + min(max(column - 1, 0), block.length() - 1))
            self.setTextCursor(cursor)
            self.centerCursor()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Tab and not event.modifiers():
            self.insertPlainText(INDENT)
        elif event.key() == Qt.Key.Key_Backtab:
            self._unindent()
        elif event.key() == Qt.Key.Key_Escape:  # the way out for those who go by keyboard: Tab indents here
            self.focusNextChild()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            line = self.textCursor().block().text()
            self.insertPlainText("\n" + line[: len(line) - len(line.lstrip(" "))])
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        area = self.contentsRect()
        self._numbers.setGeometry(QRect(area.left(), area.top(), self.number_width(), area.height()))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_highlighter"):
            self._showing = True  # colours change the document's formats, not its text
            self._highlighter.show(dark=self._is_dark())
            self._showing = False
            self._mark_lines()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cursor = self.cursorForPosition(self.viewport().mapFromGlobal(event.globalPos()))
            QToolTip.showText(event.globalPos(), self._problems.get(cursor.blockNumber() + 1, ""), self)
            return True
        return super().event(event)

    def number_width(self) -> int:
        """Pixels for the widest line number."""
        digits = max(3, len(str(self.blockCount())))
        return 18 + self.fontMetrics().horizontalAdvance("9") * digits

    def paint_numbers(self, event: QPaintEvent) -> None:
        painter = QPainter(self._numbers)
        painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.AlternateBase))
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= event.rect().bottom():
            height = self.blockBoundingRect(block).height()
            if block.isVisible() and top + height >= event.rect().top():
                self._paint_number(painter, block.blockNumber() + 1, top, height)
            block, top = block.next(), top + height
        painter.end()

    def _paint_number(self, painter: QPainter, number: int, top: float, height: float) -> None:
        area = QRect(0, int(top), self._numbers.width() - 8, int(height))
        wrong = number in self._problems
        painter.setPen(ERROR_COLOUR if wrong else self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight, str(number))
        if wrong:
            painter.fillRect(QRect(2, area.top() + 2, 3, area.height() - 4), ERROR_COLOUR)

    @Slot()
    def _on_text_changed(self) -> None:
        if not self._showing:
            self.edited.emit()

    @Slot()
    def _on_block_count_changed(self) -> None:
        self.setViewportMargins(self.number_width(), 0, 0, 0)

    @Slot(QRect, int)
    def _on_update_request(self, area: QRect, dy: int) -> None:
        if dy:
            self._numbers.scroll(0, dy)
        else:
            self._numbers.update(0, area.y(), self._numbers.width(), area.height())

    @Slot()
    def _mark_lines(self) -> None:
        wrong = [self._underline(line) for line in sorted(self._problems)]
        self.setExtraSelections([self._current_line(), *(mark for mark in wrong if mark is not None)])

    def _current_line(self) -> QTextEdit.ExtraSelection:
        style = QTextCharFormat()
        style.setBackground(self.palette().color(QPalette.ColorRole.AlternateBase))
        style.setProperty(QTextFormat.Property.FullWidthSelection, True)
        cursor = self.textCursor()
        cursor.clearSelection()
        return _selection(cursor, style)

    def _underline(self, line: int) -> QTextEdit.ExtraSelection | None:
        block = self.document().findBlockByNumber(line - 1)
        if not block.isValid():
            return None
        style = QTextCharFormat()
        style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        style.setUnderlineColor(ERROR_COLOUR)
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        return _selection(cursor, style)

    def _unindent(self) -> None:
        cursor = QTextCursor(self.textCursor().block())
        for _ in INDENT:
            if cursor.block().text().startswith(" "):
                cursor.deleteChar()

    def _is_dark(self) -> bool:
        return self.palette().color(QPalette.ColorRole.Base).lightness() < 128


class _LineNumbers(QWidget):
    """The strip at the left of a CodeEditor."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(self._editor.number_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        self._editor.paint_numbers(event)


def _selection(cursor: QTextCursor, style: QTextCharFormat) -> QTextEdit.ExtraSelection:
    selection = QTextEdit.ExtraSelection()
    selection.cursor, selection.format = cursor, style
    return selection


def changed_span(before: str, after: str) -> tuple[int, int, int]:
    """Where two texts differ: the common start, and the ends of the differing part in each."""
    start = 0
    limit = min(len(before), len(after))
    while start < limit and before[start] == after[start]:
        start += 1
    tail = 0
    while tail < limit - start and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return start, len(before) - tail, len(after) - tail


def _units(text: str) -> int:
    """Length in UTF-16 units, in which Qt counts positions."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
