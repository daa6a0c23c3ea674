"""What a text editor shows of a file's text, and how an edit of that is carried back to the text itself.

Qt's editors know one kind of line end and turn some characters into others (no-break spaces into blanks,
Unicode's line separators into line ends). Whatever is not edited must survive all the same, so only the span
that was edited is taken from the editor.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kitops_desktop.ui.editor.text_delta import TextDelta, delta_between

_REPLACED = str.maketrans(
    {"\r": "\n", "\u2028": "\n", "\u2029": "\n", "\ufdd0": "\n", "\ufdd1": "\n", "\xa0": " "}
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def shown_text(text: str) -> str:
    """The text as the editor gives it back; bytes that are no UTF-8 are shown as U+FFFD."""
    return _SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").translate(_REPLACED).replace("\0", "\ufffd"))


@dataclass(frozen=True, slots=True)
class ShownDelta:
    """A replacement in what is shown. ``start`` and ``length`` are in UTF-16 units, as Qt counts."""

    start: int
    length: int
    inserted: str


def file_delta(text: str, shown: ShownDelta) -> TextDelta:
    """What an edit of the shown text means for ``text``. New lines end as the old ones do.

    Only what differs is taken: a span that was replaced by what it looked like stays as it is.
    """
    start = file_offset(text, shown.start)
    end = start + file_offset(text[start : start + 2 * shown.length], shown.length)
    smaller = delta_between(shown_text(text[start:end]), shown.inserted)
    first = start + file_offset(text[start:end], units(shown.inserted[: smaller.start]))
    last = first + file_offset(text[first:end], units(smaller.removed))
    return TextDelta(first, text[first:last], smaller.inserted.replace("\n", line_end(text)))


def shown_delta(text: str, delta: TextDelta) -> ShownDelta:
    """What an edit of ``text`` means for the shown text."""
    start, end = delta.start, delta.start + len(delta.removed)
    # one half of a CR LF alone would be shown as a line of its own
    before = "\r" if text[max(start - 1, 0) : start] == "\r" else ""
    behind = "\n" if text[end : end + 1] == "\n" else ""
    prefix = text[: start - len(before)]
    removed, inserted = (shown_text(before + piece + behind) for piece in (delta.removed, delta.inserted))
    smaller = delta_between(removed, inserted)
    place = units(prefix) - prefix.count("\r\n") + units(removed[: smaller.start])
    return ShownDelta(place, units(smaller.removed), smaller.inserted)


def line_end(text: str) -> str:
    """How the first line of the text ends."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def units(text: str) -> int:
    """Length in UTF-16 units, in which Qt counts positions."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def file_offset(text: str, shown: int) -> int:
    """The place in the text of a place in what is shown, in UTF-16 units: a CR LF there is one character.

    Halves what is left to look at, so that all of it is looked at once, by functions written in C.
    """
    low, high, passed = 0, len(text), 0
    if text.isascii() and "\r" not in text:
        return min(shown, high)
    while low < high:
        middle = (low + high + 1) // 2
        if text[middle - 1 : middle + 1] == "\r\n":
            middle += 1
        piece = text[low:middle]
        here = units(piece) - piece.count("\r\n")
        if passed + here <= shown:
            low, passed = middle, passed + here
        else:
            high = middle - 1 - (piece[-2:] == "\r\n")
    return low
