"""Patterns of a ``.kitignore``, turned into regular expressions of Python.

The semantics are those of ``.dockerignore`` (Moby's pattern matcher): anchored at the folder of the
Kitfile; ``*`` and ``?`` stop at a slash, ``**`` does not; ``[...]`` is a character class of Go's regular
expressions; ``\\`` escapes. Moby turns a pattern into a Go expression, so that one is built here as well,
and then said in Python's words.
"""

from __future__ import annotations

import re

_ESCAPED = frozenset(".+()|{}$")
_STAR = "[^/]*"
_ANY_FOLDERS = "(.*/)?"
_ANY_CHARACTER = "(?s:.)"
_PERL = {"d": "0-9", "s": r"\t\n\f\r ", "w": "0-9A-Za-z_"}
_CONTROL = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}
_ANCHORS = {"b": r"(?a:\b)", "B": r"(?a:\B)", "A": r"\A", "z": r"\Z"}
_POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7f",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": r"\t-\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}


class PatternError(Exception):
    """A pattern that Moby refuses; the message is Go's."""

    def __init__(self) -> None:
        super().__init__("syntax error in pattern")


def to_regex(pattern: str) -> str | None:
    """The expression that must match a whole path, or None when only the pattern's own text does.

    ``pattern`` is cleaned and without ``!``. Raises PatternError.
    """
    check_syntax(pattern)
    return _Translation(pattern).regex()


def check_syntax(pattern: str) -> None:
    """Raise PatternError for open or empty classes and for a backslash at the end, as Go does."""
    place = 0
    while place < len(pattern):
        if pattern[place] == "\\":
            place += 2
            if place > len(pattern):
                raise PatternError
        elif pattern[place] == "[":
            place = _end_of_class(pattern, place + 1)
        else:
            place += 1


def _end_of_class(pattern: str, place: int) -> int:
    place += pattern[place : place + 1] == "^"
    count = 0
    while count == 0 or pattern[place : place + 1] != "]":
        place = _end_of_character(pattern, place)
        if pattern[place : place + 1] == "-":
            place = _end_of_character(pattern, place + 1)
        count += 1
    return place + 1


def _end_of_character(pattern: str, place: int) -> int:
    """The place behind one character of a class; something must follow it."""
    if pattern[place : place + 1] in ("", "-", "]"):
        raise PatternError
    place += 2 if pattern[place] == "\\" else 1
    if place >= len(pattern):
        raise PatternError
    return place


class _Translation:
    """One pass over a pattern, as Moby makes it."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._go = ""
        self._kind = "exact"

    def regex(self) -> str | None:
        place = 0
        while place < len(self._pattern):
            place = self._step(place)
        if self._kind == "exact":
            return None
        if self._kind == "prefix":
            return re.escape(self._pattern[:-2]) + _ANY_CHARACTER + "*"
        if self._kind == "suffix":
            suffix = self._pattern[2:]
            if suffix.startswith("/"):
                return f"(?:{_ANY_CHARACTER}*/)?{re.escape(suffix[1:])}"
            return f"{_ANY_CHARACTER}*{re.escape(suffix)}"
        return to_python(self._go)

    def _step(self, place: int) -> int:
        character = self._pattern[place]
        if self._pattern.startswith("**", place):
            return self._double_star(place)
        if character == "\\":
            self._kind = "regex"
            self._go += self._pattern[place : place + 2]
            return place + 2
        if character in "*?[]":
            self._kind = "regex"
            self._go += {"*": _STAR, "?": "[^/]"}.get(character, character)
        else:
            self._go += "\\" + character if character in _ESCAPED else character
        return place + 1

    def _double_star(self, place: int) -> int:
        end = place + 2
        end += self._pattern[end : end + 1] == "/"
        if end < len(self._pattern):
            self._go += _ANY_FOLDERS
            self._kind = "regex"
        elif self._kind == "exact":
            self._kind = "prefix"
        else:
            self._go += ".*"
            self._kind = "regex"
        if place == 0:
            # What follows may make a regex of it again.
            self._kind = "suffix"
        return end


def to_python(go: str) -> str:
    """An expression of the kind Moby builds, in Python's syntax. Raises PatternError for what Go cannot
    compile."""
    pieces: list[str] = []
    place = 0
    while place < len(go):
        piece, place = _piece(go, place)
        pieces.append(piece)
    return _without_backtracking(pieces)


def _piece(go: str, place: int) -> tuple[str, int]:
    for known, python in ((_STAR, _STAR), (_ANY_FOLDERS, "(?:.*/)?"), (".*", ".*")):
        if go.startswith(known, place):
            return python, place + len(known)
    character = go[place]
    if character == "\\":
        return _escape(go[place + 1 : place + 2]), place + 2
    if character == "[":
        return _class(go, place + 1)
    if character in "*^":
        return character, place + 1
    return re.escape(character), place + 1


def _escape(character: str) -> str:
    if character in _ANCHORS:
        return _ANCHORS[character]
    if character.lower() in _PERL:
        return f"[{'^' if character.isupper() else ''}{_PERL[character.lower()]}]"
    return re.escape(_escaped_character(character))


def _escaped_character(character: str) -> str:
    if character in _CONTROL:
        return _CONTROL[character]
    if not character or (character.isascii() and character.isalnum()):
        raise PatternError
    return character


def _class(go: str, place: int) -> tuple[str, int]:
    """The class whose content begins at ``place``, and the place behind it."""
    negated = go[place : place + 1] == "^"
    place += negated
    members: list[str] = []
    while not members or go[place : place + 1] != "]":
        if place >= len(go):
            raise PatternError
        member, place = _member(go, place)
        members.append(member)
    return f"[{'^' if negated else ''}{''.join(members)}]", place + 1


def _member(go: str, place: int) -> tuple[str, int]:
    named = re.compile(r"\[:(\^?)([a-z]*):\]").match(go, place)
    if named is not None:
        if named[1] or named[2] not in _POSIX:
            raise PatternError
        return _POSIX[named[2]], named.end()
    if go[place] == "\\" and go[place + 1 : place + 2] in _PERL:
        return _PERL[go[place + 1]], place + 2
    low, place = _member_character(go, place)
    if go[place : place + 1] != "-" or go[place + 1 : place + 2] in ("]", ""):
        return re.escape(low), place
    high, place = _member_character(go, place + 1)
    if low > high:
        raise PatternError
    return f"{re.escape(low)}-{re.escape(high)}", place


def _member_character(go: str, place: int) -> tuple[str, int]:
    if go[place] == "\\":
        return _escaped_character(go[place + 1 : place + 2]), place + 2
    return go[place], place + 1


def _without_backtracking(pieces: list[str]) -> str:
    """Between two ``*`` the first place where the text fits is as good as any other, so no other need be
    tried.

    Without this a pattern of ten stars could take hours on one long name.
    """
    regex = ""
    place = 0
    while place < len(pieces):
        end = place + 1
        while pieces[place] == _STAR and end < len(pieces) and _is_literal(pieces[end]):
            end += 1
        if end > place + 1 and end < len(pieces) and pieces[end] == _STAR:
            regex += f"(?>[^/]*?{''.join(pieces[place + 1 : end])})"
        else:
            regex += "".join(pieces[place:end])
        place = end
    return regex


def _is_literal(piece: str) -> bool:
    return (len(piece) == 1 and piece not in "*^") or (
        len(piece) == 2 and piece[0] == "\\" and not piece[1].isalnum()
    )
