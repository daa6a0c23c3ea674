"""Where things stand in the text of a Kitfile: from nodes to the characters that an edit replaces."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.kitfile.fields import KITFILE, Field, Kind, Struct
from kitops_desktop.kitfile.free_data import FieldPath
from kitops_desktop.kitfile.nodes import Alias, Mapping, Node, Scalar, Sequence, follow


@dataclass(frozen=True, slots=True)
class Splice:
    """Replaces the characters from ``start`` to ``end`` with ``text``."""

    start: int
    end: int
    text: str

    def apply(self, whole: str) -> str:
        return whole[: self.start] + self.text + whole[self.end :]


@dataclass(frozen=True, slots=True)
class Found:
    """How far a path leads in a node tree.

    ``node`` is the last node reached (an alias is not followed), ``owner`` the collection that holds it,
    ``rest`` what is left of the path. ``key`` is the node of the key, when ``node`` is the value of a pair.
    ``through_alias`` says that the way led through an alias, so that the text at ``node`` also stands for
    something else.
    """

    node: Node
    owner: Mapping | Sequence | None
    key: Node | None
    rest: FieldPath
    through_alias: bool
    index: int = -1


def find(root: Node, path: FieldPath) -> Found:
    """Follow ``path`` from the root as far as the text has it."""
    found = Found(root, None, None, path, isinstance(root, Alias))
    while found.rest:
        step, node = found.rest[0], follow(found.node)
        aliased = found.through_alias or isinstance(found.node, Alias)
        if isinstance(node, Mapping) and isinstance(step, str) and (pair := node.find(step)) is not None:
            index = next(place for place, (key, _) in enumerate(node.pairs) if key is pair[0])
            found = Found(pair[1], node, pair[0], found.rest[1:], aliased, index)
        elif isinstance(node, Sequence) and isinstance(step, int):
            places = item_places(node, _is_free(path, len(path) - len(found.rest)))
            if not 0 <= step < len(places):
                return found
            found = Found(node.items[places[step]], node, None, found.rest[1:], aliased, places[step])
        else:
            return found
    return found


def item_places(node: Sequence, free: bool = False) -> list[int]:
    """Which items of a list count: outside of free data ``null`` items are dropped when it is read."""
    return [
        place
        for place, item in enumerate(node.items)
        if free or not (isinstance(target := follow(item), Scalar) and target.is_null)
    ]


def _is_free(path: FieldPath, length: int) -> bool:
    return "parameters" in path[:length]


def struct_at(path: FieldPath) -> Struct | None:
    """The struct of the entry at a path; None for lists, texts and free data."""
    struct: Struct | None = KITFILE
    field: Field | None = None
    for step in path:
        if isinstance(step, int):
            if field is None or field.kind is not Kind.ENTRIES:
                return None
            struct, field = field.struct, None
            continue
        if field is not None or struct is None:
            return None
        field = struct.find(step)
        if field is None or field.kind is Kind.FREE or field.struct is None:
            return None
        struct = field.struct
        if field.kind is Kind.ENTRY:
            field = None
    return None if field is not None else struct


def content_end(text: str, node: Node) -> int:
    """The offset behind the last character of a node; unlike ``node.end`` before comments and blank lines."""
    if isinstance(node, Scalar) and node.style in ("|", ">"):
        return node.start + len(text[node.start : node.end].rstrip(" \t\r\n"))
    if isinstance(node, Mapping) and not node.flow and node.pairs:
        key, value = node.pairs[-1]
        return max(content_end(text, key), content_end(text, value))
    if isinstance(node, Sequence) and not node.flow and node.items:
        return content_end(text, node.items[-1])
    return node.end


def body_start(text: str, node: Node) -> int:
    """Where the first key or dash of a block collection stands, behind an anchor; else the start."""
    if isinstance(node, Mapping) and not node.flow and node.pairs:
        return node.pairs[0][0].start
    if isinstance(node, Sequence) and not node.flow and node.items:
        return max(dash_of(text, node, 0), node.start)
    return node.start


def line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    """The offset of the line end at or behind ``offset``, before a carriage return."""
    end = text.find("\n", offset)
    if end < 0:
        return len(text)
    return end - 1 if end > offset and text[end - 1] == "\r" else end


def next_line(text: str, offset: int) -> int:
    """The offset of the line behind the one of ``offset``, or the end of the text."""
    end = text.find("\n", offset)
    return len(text) if end < 0 else end + 1


def column(text: str, offset: int) -> int:
    """Characters before ``offset`` in its line."""
    return offset - line_start(text, offset)


def dash_of(text: str, sequence: Sequence, place: int) -> int:
    """The offset of the dash of an item of a block list, or -1."""
    item = sequence.items[place]
    floor = content_end(text, sequence.items[place - 1]) if place else sequence.start
    return text.rfind("-", floor, item.start + (1 if item.start == item.end else 0))
