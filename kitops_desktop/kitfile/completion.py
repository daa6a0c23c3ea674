"""What can stand at a place of a Kitfile, told from the lines around it, also while the text is no YAML.

Only indentation is looked at. Inside braces and brackets nothing is proposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from kitops_desktop.kitfile.fields import KITFILE, Field, Kind, Struct
from kitops_desktop.kitfile.kitfile import MANIFEST_VERSION

MOST_LINES = 5000
"""How far up and down the text is looked at."""

_UNKNOWN = ""
"""The key of a line that has none: nothing is known below it."""
_LINE = re.compile(r"(?P<before> *(?:- +)*)(?:(?P<key>[\w.-]+|\"[^\"]*\"|'[^']*') *:(?=\s|$))?")
_KEY_BEING_TYPED = re.compile(r" *(?P<dash>(?:- +)*)(?P<word>[\w-]*)")
_VALUE_BEING_TYPED = re.compile(r" *(?:- +)*(?P<key>[\w.-]+) *: +(?P<word>[^#'\"\[{&*|>!].*|)")


@dataclass(frozen=True, slots=True)
class Completion:
    """``words`` may replace what stands from the column ``start`` (from 0) up to the cursor.

    With ``is_path`` paths of the folder belong here, and ``words`` is empty.
    """

    start: int
    typed: str
    words: tuple[str, ...] = ()
    is_path: bool = False


@dataclass(slots=True)
class _Place:
    """The map in which a line stands: keys from the top down, and those it has already."""

    path: list[str] = field(default_factory=list)
    in_item: list[bool] = field(default_factory=list)
    """For each key of ``path``, whether the line is in an item of a list below it."""
    present: set[str] = field(default_factory=set)

    def lead_from(self, key: str, in_item: bool) -> None:
        """What was found so far is below this key."""
        self.path.insert(0, key)
        self.in_item.insert(0, in_item)


def completion_at(
    line: str,
    column: int,
    above: Iterable[str],
    below: Iterable[str],
    values: Mapping[str, Sequence[str]],
) -> Completion | None:
    """What fits at ``column`` (from 0) of ``line``, or None where nothing can be proposed.

    ``above`` are the lines before it, the nearest first, ``below`` those behind it. ``values`` are what the
    texts of a key are often (``license``).
    """
    before, behind = line[:column], line[column:]
    key = _KEY_BEING_TYPED.fullmatch(before)
    if key is not None:
        return _keys(before, key, behind, above, below)
    value = _VALUE_BEING_TYPED.fullmatch(before)
    if value is None or behind.strip() or " #" in before:
        return None
    return _values(before, value, above, values)


def _keys(
    before: str, match: re.Match[str], behind: str, above: Iterable[str], below: Iterable[str]
) -> Completion | None:
    word, start = match["word"], match.start("word")
    place = _place(before, above)
    container = _container(place)
    if container is None:
        return None
    struct, needs_dash = container
    has_colon = behind.lstrip().startswith(":")
    if behind.strip() and not has_colon:
        return None
    if not needs_dash:
        place.present |= _present_below(start, below)
    words = (_written(one, has_colon) for one in struct if one.key not in place.present)
    dash = "- " if needs_dash else ""
    found = tuple(dash + one for one in words if one.casefold().startswith(word.casefold()))
    return Completion(start, word, found) if found else None


def _values(
    before: str, match: re.Match[str], above: Iterable[str], values: Mapping[str, Sequence[str]]
) -> Completion | None:
    container = _container(_place(before, above))
    if container is None or container[1]:
        return None
    known = container[0].find(match["key"])
    if known is None or known.kind is not Kind.TEXT:
        return None
    word, start = match["word"], match.start("word")
    if known.key == "path":
        return Completion(start, word, is_path=True)
    proposed = (MANIFEST_VERSION,) if known.key == "manifestVersion" else values.get(known.key, ())
    found = tuple(one for one in proposed if word.casefold() in one.casefold())
    best = sorted(found, key=lambda one: not one.casefold().startswith(word.casefold()))
    return Completion(start, word, tuple(best)) if best else None


def _written(known: Field, has_colon: bool) -> str:
    if has_colon:
        return known.key
    return f"{known.key}: " if known.kind in (Kind.TEXT, Kind.TEXTS) else f"{known.key}:"


def _container(place: _Place) -> tuple[Struct, bool] | None:
    """The map whose keys fit here; true when it is one of a list and its dash is still to be written."""
    struct, needs_dash = KITFILE, False
    for key, in_item in zip(place.path, place.in_item, strict=True):
        found = None if needs_dash else struct.find(key)
        if found is None or found.struct is None or (in_item and found.kind is not Kind.ENTRIES):
            return None
        struct, needs_dash = found.struct, found.kind is Kind.ENTRIES and not in_item
    return struct, needs_dash


def _place(line: str, above: Iterable[str]) -> _Place:
    place = _Place()
    indent, dash = _indent(line)
    limit = indent if dash is None else dash + 1
    started = dash is not None  # whether the first line of the map was met: keys above are of other maps
    for number, other in enumerate(above):
        if limit == 0 and (place.path or number == MOST_LINES):
            break
        if number == MOST_LINES:
            place.lead_from(_UNKNOWN, started)
            break
        match = _LINE.match(other)
        if match is None or not other.strip() or other.lstrip().startswith("#"):
            continue
        key, (at, dash) = (match["key"] or _UNKNOWN).strip("'\""), _indent(other)
        if at == indent and not started and not place.path:
            place.present.add(key)
            if dash is not None:
                limit, started = dash + 1, True
        elif at < limit:
            place.lead_from(key, started)
            started = dash is not None
            limit = at if dash is None else dash + 1
    return place


def _indent(line: str) -> tuple[int, int | None]:
    """The column where the key of a line stands, and that of the dash before it, if there is one."""
    match = _LINE.match(line)
    before = match["before"] if match is not None else ""
    dash = before.rfind("-")
    return len(before), None if dash < 0 else dash


def _present_below(indent: int, below: Iterable[str]) -> set[str]:
    """The keys of the same map further down."""
    found: set[str] = set()
    for line in islice(below, MOST_LINES):
        match = _LINE.match(line)
        if match is None or not line.strip() or line.lstrip().startswith("#"):
            continue
        at, dash = _indent(line)
        if at < indent or (dash is not None and dash < indent):
            break
        if at == indent and match["key"] is not None:
            found.add(match["key"].strip("'\""))
    return found
