"""Colours for YAML: keys, strings, numbers, comments, anchors."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

COMMENT = re.compile(r"(^|\s)#.*$")
KEY = re.compile(r"^(\s*(?:-\s+)*)([^\s#'\"\[\]{}&*!|>%@`-][^#:]*?|'[^']*'|\"[^\"]*\")(?=\s*:(\s|$))")
FLOW_KEY = re.compile(r"(?<=[{,])\s*([\w.-]+)(?=\s*:)")
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"")
SCALAR = re.compile(
    r"(?<=[:\-\[,]\s)([-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?)|true|false|null|~)"
    r"(?=\s*(?:$|[,\]}#]))"
)
TAB = re.compile(r"^[ ]*\t[ \t]*")
"""Indentation with a tab in it, which YAML does not allow and nobody can see."""
CONFLICT = re.compile(r"^(?:<{7} .*|={7}|>{7} .*)$")
"""The marks around two versions of the same lines."""
MARK = re.compile(r"(?<!\S)[&*!][\w./!-]+|(?<=:\s)[|>][-+0-9]*(?=\s*$)|^---.*$|^\.\.\.$")


@dataclass(frozen=True, slots=True)
class YamlColours:
    """Colour names for one scheme."""

    key: str
    text: str
    scalar: str
    comment: str
    mark: str
    tab: str
    """A background."""


LIGHT = YamlColours(
    key="#1f4fbf", text="#1a7f37", scalar="#9a3b00", comment="#6b7280", mark="#8250df", tab="#fde4e1"
)
DARK = YamlColours(
    key="#8fb3ff", text="#7ee2a8", scalar="#ffb86b", comment="#8b93a5", mark="#d2a8ff", tab="#48211f"
)


class YamlHighlighter(QSyntaxHighlighter):
    """Colours one document; ``show`` changes the scheme."""

    def __init__(self, document: QTextDocument, *, dark: bool) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self.show(dark=dark)

    def show(self, *, dark: bool) -> None:
        colours = DARK if dark else LIGHT
        self._formats = {
            "key": _format(colours.key, bold=True),
            "text": _format(colours.text),
            "scalar": _format(colours.scalar),
            "comment": _format(colours.comment, italic=True),
            "mark": _format(colours.mark),
            "conflict": _format(colours.mark, bold=True),
            "tab": _background(colours.tab),
        }
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:  # noqa: N802
        self._mark(TAB, text, "tab")
        self._mark(CONFLICT, text, "conflict")
        self._mark(MARK, text, "mark")
        self._mark(SCALAR, text, "scalar", group=1)
        self._mark(FLOW_KEY, text, "key", group=1)
        self._mark(KEY, text, "key", group=2)
        quoted = [match.span() for match in QUOTED.finditer(text)]
        key = KEY.match(text)
        for start, end in quoted:
            if key is None or start >= key.end(2):
                self.setFormat(start, end - start, self._formats["text"])
        for match in COMMENT.finditer(text):
            if not any(start < match.end() - 1 and match.start() < end - 1 for start, end in quoted):
                self.setFormat(match.start(), match.end() - match.start(), self._formats["comment"])

    def _mark(self, pattern: re.Pattern[str], text: str, name: str, group: int = 0) -> None:
        for match in pattern.finditer(text):
            self.setFormat(match.start(group), match.end(group) - match.start(group), self._formats[name])


def _format(colour: str, *, bold: bool = False, italic: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    if bold:
        made.setFontWeight(QFont.Weight.DemiBold)
    made.setFontItalic(italic)
    return made


def _background(colour: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setBackground(QColor(colour))
    return made
