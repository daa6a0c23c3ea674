"""Two edits of one text, made apart from the same beginning, put together line by line.

Lines that only one side changed are taken from that side. Where both changed the same or touching lines in
different ways there is a conflict: both versions are kept between marks as Git writes them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_LINES = 20_000
"""Changed lines of one side that are compared; beyond that comparing could take minutes."""
_LINES = re.compile("[^\n]*\n|[^\n]+")
_MARKS = re.compile(r"^(<{7}|>{7}) |^={7}\r?$", re.MULTILINE)


class TooDifferent(Exception):
    """More lines were changed than can be compared in time."""


@dataclass(frozen=True, slots=True)
class Merged:
    """``conflicts`` are the lines of ``text``, from 1, at which an open conflict begins."""

    text: str
    conflicts: tuple[int, ...] = ()

    @property
    def is_clean(self) -> bool:
        return not self.conflicts


@dataclass(frozen=True, slots=True)
class _Change:
    """The lines ``start`` to ``end`` of the base gave way to those of ``first`` to ``last`` of one side."""

    start: int
    end: int
    first: int
    last: int


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Both edits of ``base`` in one text. Raises ``TooDifferent``.

    Texts that end without a line end are merged as they are; marks have the line ends of ``mine``.
    """
    if theirs in (base, mine):
        return Merged(mine)
    if mine == base:
        return Merged(theirs)
    lines = tuple(_LINES.findall(text) for text in (base, mine, theirs))
    return _Merge(*lines).run(_line_end(mine))


def common_lines(a: str, b: str) -> str:
    """The lines that both texts have, in order: what both may have begun from. Raises ``TooDifferent``."""
    old, new = _LINES.findall(a), _LINES.findall(b)
    kept: list[str] = []
    place = 0
    for change in _changes(old, new):
        kept += old[place : change.start]
        place = change.end
    return "".join(kept + old[place:])


def first_mark(text: str) -> int | None:
    """The line, from 1, of the first mark of a conflict that is still in the text."""
    found = _MARKS.search(text)
    return None if found is None else text.count("\n", 0, found.start()) + 1


class _Merge:
    """Walks along the base, and puts groups of changes that touch one another into one."""

    def __init__(self, base: list[str], mine: list[str], theirs: list[str]) -> None:
        self._base, self._mine, self._theirs = base, mine, theirs
        self._out: list[str] = []
        self._conflicts: list[int] = []

    def run(self, line_end: str) -> Merged:
        waiting = (_changes(self._base, self._mine), _changes(self._base, self._theirs))
        place = 0
        while waiting[0] or waiting[1]:
            mine, theirs = _next_group(waiting)
            start = min(change.start for change in (*mine, *theirs))
            end = max(change.end for change in (*mine, *theirs))
            self._out += self._base[place:start]
            self._settle(
                _side(self._mine, mine, start, end, self._base),
                _side(self._theirs, theirs, start, end, self._base),
                self._base[start:end],
                line_end,
            )
            place = end
        self._out += self._base[place:]
        return Merged("".join(self._out), tuple(self._conflicts))

    def _settle(self, mine: list[str], theirs: list[str], base: list[str], line_end: str) -> None:
        if mine == theirs or theirs == base:
            self._out += mine
        elif mine == base:
            self._out += theirs
        else:
            self._finish_line(line_end)
            self._conflicts.append(len(self._out) + 1)
            self._out.append(f"<<<<<<< yours{line_end}")
            self._out += _whole_lines(mine, line_end)
            self._out.append(f"======={line_end}")
            self._out += _whole_lines(theirs, line_end)
            self._out.append(f">>>>>>> on disk{line_end}")

    def _finish_line(self, line_end: str) -> None:
        if self._out:
            self._out[-1:] = _whole_lines(self._out[-1:], line_end)


def _next_group(waiting: tuple[list[_Change], list[_Change]]) -> tuple[list[_Change], list[_Change]]:
    """Take the next change of either side, with all of both sides that overlap or touch it."""
    group: tuple[list[_Change], list[_Change]] = ([], [])
    first = min((side for side in (0, 1) if waiting[side]), key=lambda side: (waiting[side][0].start, side))
    end = _take(waiting, group, first)
    grown = True
    while grown:
        grown = False
        for side in (0, 1):
            while waiting[side] and waiting[side][0].start <= end:
                end = max(end, _take(waiting, group, side))
                grown = True
    return group


def _take(
    waiting: tuple[list[_Change], list[_Change]], group: tuple[list[_Change], list[_Change]], side: int
) -> int:
    change = waiting[side].pop(0)
    group[side].append(change)
    return change.end


def _side(lines: list[str], changes: list[_Change], start: int, end: int, base: list[str]) -> list[str]:
    """What one side made of the lines ``start`` to ``end`` of the base."""
    if not changes:
        return base[start:end]
    first = changes[0].first - (changes[0].start - start)
    last = changes[-1].last + (end - changes[-1].end)
    return lines[first:last]


def _changes(base: list[str], side: list[str]) -> list[_Change]:
    start = _common(base, side)
    tail = _common(base[start:][::-1], side[start:][::-1])
    old, new = base[start : len(base) - tail], side[start : len(side) - tail]
    if max(len(old), len(new)) > MOST_LINES:
        raise TooDifferent
    codes = difflib.SequenceMatcher(None, old, new, autojunk=len(old) > MOST_LINES // 10).get_opcodes()
    return [
        _Change(start + i1, start + i2, start + j1, start + j2)
        for tag, i1, i2, j1, j2 in codes
        if tag != "equal"
    ]


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _whole_lines(lines: list[str], line_end: str) -> list[str]:
    """The lines, the last one with a line end too, so that a mark can follow."""
    if lines and not lines[-1].endswith("\n"):
        return [*lines[:-1], lines[-1] + line_end]
    return lines


def _line_end(text: str) -> str:
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"
