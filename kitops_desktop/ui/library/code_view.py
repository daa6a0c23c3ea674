"""A read-only text in colours that were found beforehand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from kitops_desktop.formats.code_spans import Span
from kitops_desktop.ui.colours import colours_of
from kitops_desktop.ui.theme import fixed_font

_LIGHT = {
    "comment": "#6b7280",
    "string": "#1a7f37",
    "number": "#9a3b00",
    "keyword": "#8250df",
    "name": "#1f4fbf",
}
_DARK = {
    "comment": "#8b93a5",
    "string": "#7ee2a8",
    "number": "#ffb86b",
    "keyword": "#d2a8ff",
    "name": "#8fb3ff",
}


class CodeView(QPlainTextEdit):
    """``show_text`` takes what ``formats.code_spans`` found in it, if anything."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(name)
        self.setFont(fixed_font())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self.document().setDocumentMargin(8)
        self._colours = _SpanHighlighter(self.document())
        self._colours.use(self._scheme())

    def show_text(self, text: str, spans: Sequence[Sequence[Span]] = ()) -> None:
        self._colours.spans = spans
        self.setPlainText(text)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and self._colours.use(self._scheme()):
            self._colours.rehighlight()

    def _scheme(self) -> dict[str, str]:
        return _DARK if colours_of(self.palette()).scheme == "dark" else _LIGHT


class _SpanHighlighter(QSyntaxHighlighter):
    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.spans: Sequence[Sequence[Span]] = ()
        self._shown: dict[str, str] = {}
        self._formats: dict[str, QTextCharFormat] = {}

    def use(self, colours: dict[str, str]) -> bool:
        """Take these colours; false when they are those it has."""
        if colours is self._shown:
            return False
        self._shown = colours
        self._formats = {kind: _format(colour, italic=kind == "comment") for kind, colour in colours.items()}
        return True

    def highlightBlock(self, text: str) -> None:  # noqa: N802
        number = self.currentBlock().blockNumber()
        if number >= len(self.spans) or not self.spans[number]:
            return
        is_wide = any(letter > "\uffff" for letter in text)  # Qt counts those as two
        for span in self.spans[number]:
            start, length = span.start, span.length
            if is_wide:
                length = _units(text[start : start + length])
                start = _units(text[:start])
            self.setFormat(start, length, self._formats[span.kind])


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _format(colour: str, *, italic: bool) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    made.setFontItalic(italic)
    return made
