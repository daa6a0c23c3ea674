"""A plain text editor: line numbers, marks at lines with problems, Tab that indents, colours for YAML."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QHelpEvent,
    QInputMethodEvent,
    QKeyEvent,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QToolTip, QWidget

from kitops_desktop.ui.editor.indenting import INDENT, break_line, indent, unindent
from kitops_desktop.ui.editor.line_margin import LineMargin
from kitops_desktop.ui.editor.line_marks import LineMark, current_line, underlined
from kitops_desktop.ui.editor.line_notes import LineNote, paint_notes
from kitops_desktop.ui.editor.shown_text import ShownDelta, file_delta, shown_delta, shown_text
from kitops_desktop.ui.editor.text_delta import delta_between
from kitops_desktop.ui.editor.undo_keys import is_undo_key
from kitops_desktop.ui.editor.yaml_highlighter import YamlHighlighter
from kitops_desktop.ui.theme import fixed_font

_HIGHLIGHTED = 256 * 1024
"""Characters; colouring longer texts would stop the window."""

_CHUNK = 128 * 1024
"""Characters that are shown at once; the rest of a long text follows piece by piece."""
_CHOOSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)


class CodeEditor(QPlainTextEdit):
    """Text with line numbers. Undoing is left to whoever owns the text: the keys for it pass through.

    ``text`` is the text as in the file; what the editor holds has Qt's line ends.
    """

    edited = Signal(object)  # str, which may hold what Qt's strings cannot
    """The user changed the text to this; not sent for ``show_text``."""
    completion_wanted = Signal(bool)
    """Something was typed; true when proposals were asked for, with Ctrl+Space."""

    def __init__(self, name: str, *, yaml: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setProperty("kind", "code")
        self.setFont(fixed_font())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setUndoRedoEnabled(False)
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(INDENT))
        self.text = ""
        self.popup: QWidget | None = None
        """The list of proposals; while it shows, the keys that choose from it are left to it."""
        self._marks: dict[int, LineMark] = {}
        self._notes: dict[int, LineNote] = {}
        self._showing = self._typed = False
        self._shown_length = 0
        self._rest, self._rest_at = "", 0
        self._filling = QTimer(self, interval=0)
        self._filling.timeout.connect(self._fill)
        self._margin = LineMargin(self)
        self._highlighter = YamlHighlighter(self.document(), dark=self._is_dark()) if yaml else None
        self.blockCountChanged.connect(self._on_block_count_changed)
        self.cursorPositionChanged.connect(self._mark_lines)
        self.document().contentsChange.connect(self._on_contents_change)
        self.textChanged.connect(self._on_text_changed)
        self._on_block_count_changed()
        self._mark_lines()

    def show_text(self, text: str, *, follow: bool = False) -> None:
        """Show another text, changing only what differs, so that cursor, scroll and selection stay.

        With ``follow`` the cursor goes to where the change was.
        """
        if text == self.text:
            return
        self._fill_up()
        delta = shown_delta(self.text, delta_between(self.text, text))
        self.text = text
        if not delta.length and not delta.inserted:
            return
        was_empty = self._shown_length == 0
        self._showing = True
        try:
            self._check_length(text)
            cursor = QTextCursor(self.document())
            cursor.setPosition(delta.start)
            cursor.setPosition(delta.start + delta.length, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(delta.inserted[:_CHUNK])
            if follow:
                self.setTextCursor(cursor)
            elif was_empty:  # the cursor would have gone to the end
                self.moveCursor(QTextCursor.MoveOperation.Start)
        finally:
            self._showing = False
        if len(delta.inserted) > _CHUNK:
            self._rest, self._rest_at = delta.inserted[_CHUNK:], cursor.position()
            self.setReadOnly(True)
            self._filling.start()

    @property
    def is_whole(self) -> bool:
        """Whether all of the text is shown; what is typed before waits for that."""
        return not self._rest

    @Slot()
    def _fill(self) -> None:
        """Show one more piece of a long text."""
        self._insert_rest(_CHUNK)

    def _fill_up(self) -> None:
        if self._rest:
            self._insert_rest(len(self._rest))

    def _insert_rest(self, length: int) -> None:
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._rest_at)
        self._showing = True
        cursor.insertText(self._rest[:length])
        self._showing = False
        self._rest, self._rest_at = self._rest[length:], cursor.position()
        if not self._rest:
            self._filling.stop()
            self.setReadOnly(False)

    def show_marks(self, marks: Mapping[int, LineMark]) -> None:
        """Mark lines, counted from 1."""
        self._marks = dict(marks)
        self._mark_lines()
        self._margin.show_marks(self._marks)

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor at a line and column, from 1, and the focus here."""
        self._fill_up()
        block = self.document().findBlockByNumber(line - 1)
        if block.isValid():
            cursor = QTextCursor(block)
            cursor.setPosition(block.position() + min(max(column - 1, 0), block.length() - 1))
            self.setTextCursor(cursor)
            self.centerCursor()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_notes(self, notes: Mapping[int, LineNote]) -> None:
        """Say something behind lines, counted from 1."""
        if notes != self._notes:
            self._notes = dict(notes)
            self._describe_line()
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        self._fill_up()
        if event.key() in _CHOOSING and self.popup is not None and self.popup.isVisible():
            event.ignore()
        elif event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.completion_wanted.emit(True)
        elif event.key() == Qt.Key.Key_Tab and not event.modifiers():
            indent(self)
        elif event.key() == Qt.Key.Key_Backtab:
            unindent(self)
        elif event.key() == Qt.Key.Key_Escape:  # the way out for those who go by keyboard: Tab indents here
            self.focusNextChild()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            break_line(self)
        else:
            before = self.text
            super().keyPressEvent(event)
            if self.text is not before:
                self.completion_wanted.emit(False)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802
        self._fill_up()
        super().inputMethodEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if self._notes:
            paint_notes(self, self._notes, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        area = self.contentsRect()
        self._margin.setGeometry(QRect(area.left(), area.top(), self._margin.needed(), area.height()))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_highlighter"):
            self._showing = True  # colours change the document's formats, not its text
            if self._highlighter is not None:
                self._highlighter.show(dark=self._is_dark())
            self._showing = False
            self._mark_lines()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.viewport().mapFromGlobal(event.globalPos())  # left of it is the margin
            line = self.cursorForPosition(place).blockNumber() + 1
            QToolTip.showText(event.globalPos(), self._said_of(line), self)
            return True
        if is_undo_key(event):
            event.ignore()  # the editor would keep the key to itself, and undo nothing
            return False
        return super().event(event)

    def _said_of(self, line: int) -> str:
        """What is wrong in a line and what is noted beside it, for tool tips and screen readers."""
        mark, note = self._marks.get(line), self._notes.get(line)
        texts = ("" if mark is None else mark.text, "" if note is None else note.more or note.text)
        return "\n".join(text for text in texts if text)

    def _describe_line(self) -> None:
        said = self._said_of(self.textCursor().blockNumber() + 1)
        if said != self.accessibleDescription():
            self.setAccessibleDescription(said)

    @Slot(int, int, int)
    def _on_contents_change(self, start: int, removed: int, added: int) -> None:
        """Carry over what changed, and look at nothing else: a text may have megabytes."""
        before, self._shown_length = self._shown_length, self.document().characterCount() - 1
        if self._showing:
            return
        # Qt counts the end of the last line in when it is touched
        removed, added = min(removed, before - start), min(added, self._shown_length - start)
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(start + added, QTextCursor.MoveMode.KeepAnchor)
        delta = file_delta(self.text, ShownDelta(start, removed, shown_text(cursor.selectedText())))
        if not delta.is_empty:
            self.text = delta.applied(self.text)
            self._typed = True

    @Slot()
    def _on_text_changed(self) -> None:
        if self._typed:
            self._typed = False
            self._check_length(self.text)
            self.edited.emit(self.text)

    @Slot()
    def _on_block_count_changed(self) -> None:
        self.setViewportMargins(self._margin.needed(), 0, 0, 0)

    @Slot()
    def _mark_lines(self) -> None:
        self._describe_line()
        self.setExtraSelections([current_line(self), *underlined(self, self._marks)])

    def _check_length(self, text: str) -> None:
        if self._highlighter is None:
            return
        coloured = len(text) <= _HIGHLIGHTED
        if (self._highlighter.document() is not None) != coloured:
            self._highlighter.setDocument(self.document() if coloured else None)

    def _is_dark(self) -> bool:
        return self.palette().color(QPalette.ColorRole.Base).lightness() < 128
