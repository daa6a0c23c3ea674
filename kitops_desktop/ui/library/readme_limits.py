"""Which Markdown can be laid out in a moment: Qt takes minutes for large tables and endless lists."""

from __future__ import annotations

import re

_MOST_LINES = 10_000
_MOST_PIPES = 4_000
_MOST_LIST_MARKS = 2_000
_LONGEST_WORD = 8_000
_LONGEST_LINE = 2_000
_LIST_MARK = re.compile(r"(?:^|(?<=\s))(?:[-*+]|\d{1,9}[.)])(?=\s)")
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD}}}")


def is_quick(text: str) -> bool:
    """Whether the text may be laid out as Markdown. What a README of a person has is far below the limits."""
    return (
        text.count("\n") <= _MOST_LINES
        and text.count("|") <= _MOST_PIPES
        and not _LONG_WORD.search(text)
        and sum(1 for _ in _LIST_MARK.finditer(text)) <= _MOST_LIST_MARKS
    )


def as_plain(text: str) -> str:
    """The text for showing it as it is: lines that are too long to be laid out are cut off with ``…``."""
    lines = text.split("\n")
    return "\n".join(line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + "…" for line in lines)
