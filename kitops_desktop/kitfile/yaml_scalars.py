"""Strings in YAML, each in the style that Go's ``yaml.v3`` would choose for it, and with its escapes."""

from __future__ import annotations

import re
from enum import Enum, auto

from kitops_desktop.kitfile.scalars import NULL, STR, resolve

INDENT = 2
LONGEST_SIMPLE_KEY = 128
"""Bytes."""


class Place(Enum):
    """Where a string stands; what is allowed unquoted depends on it."""

    VALUE = auto()
    KEY = auto()
    FLOW = auto()


_BREAKS = "\r\n\x85\u2028\u2029"
_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_PRINTABLE = re.compile("[\n -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]*")
_ESCAPED = re.compile("[^ !#-[\\]-~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
_ESCAPES = {
    "\0": "0",
    "\a": "a",
    "\b": "b",
    "\t": "t",
    "\n": "n",
    "\v": "v",
    "\f": "f",
    "\r": "r",
    "\x1b": "e",
    '"': '"',
    "\\": "\\",
    "\x85": "N",
    "\u2028": "L",
    "\u2029": "P",
}
_OLD_BOOLS = frozenset(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"))
_OLD_BOOLS |= frozenset(("n", "N", "no", "No", "NO", "off", "Off", "OFF"))
_SURROGATE = re.compile("[\ud800-\udfff]")
_LOST = re.compile("^\n|^\t.*\n|[\x85\u2028\u2029]")
_AFTER_SEPARATOR = re.compile("(?<=[\u2028\u2029])(?=[^\u2028\u2029])")
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")

_BAD_START = re.compile("[#,\\[\\]{}&*!|>'\"%@`]|---|\\.\\.\\.|[-?:]([ \t\r\n\x85\u2028\u2029]|$)")
_BAD_INSIDE = re.compile(": |:\t|:$|:[\r\n\x85\u2028\u2029]|[ \t\r\n\x85\u2028\u2029]#")
_BAD_IN_FLOW = re.compile("^[?:]|[,?\\[\\]{}:]")


def write_string(text: str, margin: int, place: Place = Place.VALUE, as_kit: bool = False) -> str:
    """The string as it stands behind a key or a dash; further lines begin at column ``margin``.

    There is no newline at the end. ``kit`` loses a newline at the start of a text, writes a first line that
    begins with a tab so that nothing can read it, and changes texts with Unicode's line separators; that is
    done only ``as_kit``, else such texts are double-quoted. Half a surrogate pair becomes U+FFFD.
    """
    text = _SURROGATE.sub("\ufffd", text)
    if not as_kit and _LOST.search(text):
        return double_quoted(text)
    if not _reads_as_string(text):
        return literal_or_double(text, margin, place) if "\n" in text else double_quoted(text)
    if "\n" in text:
        return literal_or_double(text, margin, place)
    if _needs_double_quotes(text):
        return double_quoted(text)
    if any(character in _BREAKS for character in text):
        return double_quoted(text) if place is Place.KEY else _single_quoted(text, margin)
    if _is_plain(text, place):
        return text
    return _single_quoted(text, margin)


def is_simple_key(text: str) -> bool:
    """Whether a key stands before its colon on one line; others get a line of their own behind a ``?``."""
    return len(text.encode("utf-8", "surrogatepass")) <= LONGEST_SIMPLE_KEY and not _LINE_BREAK.search(text)


def is_plain_text(text: str, place: Place) -> bool:
    """Whether the text may stand unquoted where any scalar but null is taken as text."""
    if not text or resolve(text)[0] == NULL or text == "<<" or any(mark in text for mark in _BREAKS):
        return False
    return not _needs_double_quotes(text) and _is_plain(text, place)


def single_quoted(text: str) -> str | None:
    """The text in single quotes on one line, or None when they cannot hold it."""
    if _needs_double_quotes(text) or any(mark in text for mark in _BREAKS):
        return None
    return _single_quoted(text, 0)


def _reads_as_string(text: str) -> bool:
    return resolve(text)[0] == STR and text not in _OLD_BOOLS and not _BASE_60.fullmatch(text)


def _needs_double_quotes(text: str) -> bool:
    """Whether single quotes cannot hold the string: tabs, unprintable characters, breaks beside blanks."""
    if not _PRINTABLE.fullmatch(text):
        return True
    return any(f" {line_break}" in text or f"{line_break} " in text for line_break in _BREAKS)


def _is_plain(text: str, place: Place) -> bool:
    if text[0] == " " or text[-1] == " " or _BAD_START.match(text) or _BAD_INSIDE.search(text):
        return False
    return place is not Place.FLOW or not _BAD_IN_FLOW.search(text)


def literal_or_double(text: str, margin: int, place: Place) -> str:
    """A string with a newline: a literal block where one can hold it."""
    printable = _PRINTABLE.fullmatch(text.replace("\t", " ")) is not None
    blank_before_break = any(f" {line_break}" in text for line_break in _BREAKS)
    if place is not Place.VALUE or not printable or text.endswith(" ") or blank_before_break:
        return double_quoted(text)
    header = "|" + (str(INDENT) if text[0] in " " + _BREAKS else "") + _chomping(text)
    return header + _literal_lines(text, " " * margin)


def _chomping(text: str) -> str:
    if text[-1] not in _BREAKS:
        return "-"
    return "+" if len(text) == 1 or text[-2] in _BREAKS else ""


def _literal_lines(text: str, margin: str) -> str:
    """The lines below the header; empty ones stay without blanks.

    A newline at the start of the text takes the place of the one that ends the header, so it is lost.
    """
    written = ""
    at_start = True
    for piece in re.split("([\n\x85\u2028\u2029])", text):
        if piece in ("\n", "\x85", "\u2028", "\u2029"):
            written += piece
            at_start = True
        elif piece:
            written += ("" if written else "\n") + (margin if at_start else "") + piece
            at_start = False
    return written.removesuffix("\n")


def double_quoted(text: str) -> str:
    """With Go's escapes; behind a byte order mark at the start it escapes every character."""
    if text.startswith("\ufeff"):
        return f'"{"".join(map(_escape, text))}"'
    return f'"{_ESCAPED.sub(lambda found: _escape(found[0]), text)}"'


def _escape(character: str) -> str:
    code = ord(character)
    if character in _ESCAPES:
        return "\\" + _ESCAPES[character]
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _single_quoted(text: str, margin: int) -> str:
    """Quotes are doubled; behind a line separator the text is moved to the column of its surroundings."""
    doubled = text.replace("'", "''")
    return f"'{_AFTER_SEPARATOR.sub(' ' * margin, doubled)}'"
