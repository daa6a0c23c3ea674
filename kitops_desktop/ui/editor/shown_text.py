"""What a text editor shows of a file's text, and how an edit of that is carried back to the text itself.

Qt's editors know one kind of line end and turn some characters into others (no-break spaces into blanks,
Unicode's line separators into line ends). Whatever is not edited must survive all the same, so only the span
that was edited is taken from the editor.
"""

from __future__ import annotations

import re

from kitops_desktop.ui.editor.text_delta import delta_between

_REPLACED = str.maketrans(
    {"\r": "\n", "\u2028": "\n", "\u2029": "\n", "\ufdd0": "\n", "\ufdd1": "\n", "\xa0": " "}
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def shown_text(text: str) -> str:
    """The text as the editor gives it back; bytes that are no UTF-8 are shown as U+FFFD."""
    return _SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").translate(_REPLACED).replace("\0", "\ufffd"))


def edited_text(text: str, shown_after: str) -> str:
    """``text`` after an edit that left the editor with ``shown_after``. New lines end as the old ones do."""
    delta = delta_between(shown_text(text), shown_after)
    start = _offset(text, delta.start)
    end = _offset(text, delta.start + len(delta.removed))
    inserted = delta.inserted.replace("\n", line_end(text))
    return text[:start] + inserted + text[end:]


def line_end(text: str) -> str:
    """How the first line of the text ends."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def _offset(text: str, shown: int) -> int:
    """The place in the text of a place in what is shown: a CR LF there is one character here."""
    if "\r\n" not in text:
        return shown
    place, left = 0, shown
    while True:
        next_end = text.find("\r\n", place)
        if next_end < 0 or next_end - place >= left:
            return place + left
        left -= next_end - place + 1
        place = next_end + 2
