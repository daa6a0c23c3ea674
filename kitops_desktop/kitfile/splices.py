"""Edits of the text of a Kitfile, each as the one splice that makes it; all other characters stay as they
are.

Nothing here checks that the text reads back as meant; ``document`` does, and knows what to do otherwise.
"""

from __future__ import annotations

from kitops_desktop.kitfile.fields import Struct
from kitops_desktop.kitfile.free_data import FieldPath
from kitops_desktop.kitfile.kitfile import FreeData
from kitops_desktop.kitfile.new_text import (
    INDENT,
    block_content,
    block_key,
    block_value,
    flow_key,
    flow_value,
    is_json_style,
    scalar_like,
)
from kitops_desktop.kitfile.nodes import Alias, Mapping, Node, Scalar, Sequence, walk
from kitops_desktop.kitfile.text_places import (
    Found,
    Splice,
    body_start,
    column,
    content_end,
    dash_of,
    find,
    item_places,
    line_end,
    line_start,
    next_line,
    struct_at,
)
from kitops_desktop.kitfile.yaml_scalars import is_simple_key
from kitops_desktop.kitfile.yaml_text import InlineList


class CannotSplice(Exception):
    """The edit cannot be made in place: an alias is in the way, or the text is laid out in an unforeseen
    way."""


class Splicer:
    """Makes splices for one text, whose node tree is ``root``. Line ends are ``\\n``."""

    def __init__(self, text: str, root: Node) -> None:
        self._text = text
        self._root = root

    def set_value(self, path: FieldPath, value: FreeData) -> Splice:
        """Put ``value`` at ``path``, making what is missing above it. Raises CannotSplice."""
        found = self._find(path)
        if not found.rest:
            return self._replace(found, value, "parameters" in path)
        reached = path[: len(path) - len(found.rest)]
        key, below = found.rest[0], found.rest[1:]
        for step in reversed(below):
            value = {step: value} if isinstance(step, str) else [value]
        if not isinstance(key, str):
            raise CannotSplice
        if isinstance(found.node, Mapping) and found.node.pairs:
            return self._insert_pair(found.node, key, value, struct_at(reached))
        return self._fill_empty(found, {key: value})

    def remove(self, path: FieldPath) -> Splice | None:
        """Take the field or list item at ``path`` away; None when the text does not have it."""
        found = self._find(path)
        if found.rest:
            return None
        if isinstance(found.owner, Mapping):
            return self._remove_pair(found, found.owner, path)
        if isinstance(found.owner, Sequence):
            return self._remove_item(found, found.owner, path)
        raise CannotSplice

    def insert_item(self, path: FieldPath, index: int, value: FreeData) -> Splice:
        """Put an item into the list at ``path`` before its item ``index``."""
        found = self._find(path)
        if found.rest:
            return self.set_value(path, _list_of(value, path))
        node = found.node
        if not isinstance(node, Sequence) or not node.items:
            return self._fill_empty(found, _list_of(value, path))
        places = item_places(node, "parameters" in path)
        if node.flow:
            starts = [node.items[place] for place in places]
            return self._insert_in_flow(node, starts, index, flow_value(value, is_json_style(node)))
        start = body_start(self._text, node)
        indent = column(self._text, start)
        item = f"- {block_content(value, indent + INDENT)}"
        return self._insert_item(node, places, index, item)

    def insert_item_text(self, path: FieldPath, index: int, text: str) -> Splice:
        """As ``insert_item``, with the item as ``item_text`` gave it: comments and quoting stay."""
        found = self._find(path)
        node = found.node
        if isinstance(node, Mapping) and len(found.rest) == 1 and node.pairs and not node.flow:
            indent = column(self._text, node.pairs[0][0].start) + INDENT
            item = f"\n{' ' * indent}- {_indented(text, indent + INDENT)}"
            return self._insert_raw_pair(node, str(found.rest[0]), item, struct_at(path[:-1]))
        if found.rest or not isinstance(node, Sequence) or not node.items or node.flow:
            raise CannotSplice
        indent = column(self._text, body_start(self._text, node))
        return self._insert_item(node, item_places(node), index, f"- {_indented(text, indent + INDENT)}")

    def item_text(self, path: FieldPath) -> str:
        """An item of a block list as it is written behind its dash, at column 0. Raises CannotSplice."""
        found = self._find(path)
        node, owner = found.node, found.owner
        if found.rest or not isinstance(owner, Sequence) or owner.flow or not isinstance(node, Mapping):
            raise CannotSplice
        start = node.start if node.flow else body_start(self._text, node)
        if node.anchor or any(isinstance(inner, Alias) or inner.anchor for inner in walk(node)):
            raise CannotSplice
        margin = column(self._text, start)
        first, *rest = self._text[start : line_end(self._text, content_end(self._text, node))].split("\n")
        return "\n".join((first, *(_moved_left(line, margin) for line in rest)))

    def rename_key(self, path: FieldPath, name: str) -> Splice:
        """Write another key at the pair that ``path`` leads to. Raises CannotSplice."""
        found = self._find(path)
        key, owner = found.key, found.owner
        if found.rest or not isinstance(key, Scalar) or not isinstance(owner, Mapping):
            raise CannotSplice
        indent = column(self._text, key.start)
        text = flow_key(name, is_json_style(owner)) if owner.flow else block_key(name, indent)
        if not is_simple_key(name) or "\n" in text or key.anchor:
            raise CannotSplice
        return Splice(key.start, content_end(self._text, key), text)

    def move_pair(self, path: FieldPath, target: int) -> Splice:
        """Move the pair that ``path`` leads to, to another place in its map; what stands between pairs stays
        where it is. Raises CannotSplice.
        """
        found = self._find(path)
        owner = found.owner
        if found.rest or not isinstance(owner, Mapping) or not 0 <= target < len(owner.pairs):
            raise CannotSplice
        return self._reordered([self._pair_span(owner, *pair) for pair in owner.pairs], found.index, target)

    def _pair_span(self, owner: Mapping, key: Node, value: Node) -> tuple[int, int]:
        end = max(content_end(self._text, key) + 1, content_end(self._text, value))
        if owner.flow:
            return key.start, end
        if not self._begins_line(key.start):
            raise CannotSplice
        return key.start, line_end(self._text, end)

    def _insert_item(self, node: Sequence, places: list[int], index: int, item: str) -> Splice:
        start = body_start(self._text, node)
        indent = column(self._text, start)
        if index == 0:
            return Splice(start, start, f"{item}\n{' ' * indent}")
        return self._insert_line(content_end(self._text, node.items[places[index - 1]]), indent, item)

    def move_item(self, path: FieldPath, source: int, target: int) -> Splice:
        """Move an item of a list to another index; what stands between the items stays where it is."""
        found = self._find(path)
        node = found.node
        if found.rest or not isinstance(node, Sequence):
            raise CannotSplice
        spans = [self._item_span(node, place) for place in item_places(node, "parameters" in path)]
        return self._reordered(spans, source, target)

    def _reordered(self, spans: list[tuple[int, int]], source: int, target: int) -> Splice:
        """The pieces of text in another order, with what is between them where it was."""
        order = list(range(len(spans)))
        order.insert(target, order.pop(source))
        written = ""
        for place, (start, _) in enumerate(spans):
            gap = self._text[spans[place - 1][1] : start] if place else ""
            written += gap + self._text[slice(*spans[order[place]])]
        return Splice(spans[0][0], spans[-1][1], written)

    def replace_section(self, key: str, value: str | None) -> Splice | None:
        """Write a section anew: ``value`` is what stands behind ``key:``, None takes the section away."""
        found = self._find((key,))
        root = self._root
        if not isinstance(root, Mapping) or root.flow:
            raise CannotSplice
        if found.rest:
            return None if value is None else self._insert_raw_pair(root, key, value, struct_at(()))
        if value is None:
            return self.remove((key,))
        return Splice(self._behind_colon(found), content_end(self._text, found.node), value)

    def aliased_sections(self) -> list[str]:
        """The sections that have aliases anywhere."""
        pairs = self._root.pairs if isinstance(self._root, Mapping) else []
        return [
            key.value
            for key, value in pairs
            if isinstance(key, Scalar) and any(isinstance(node, Alias) for node in walk(value))
        ]

    def _find(self, path: FieldPath) -> Found:
        found = find(self._root, path)
        if found.through_alias or (found.rest and isinstance(found.node, Alias)):
            raise CannotSplice
        return found

    def _behind_colon(self, found: Found) -> int:
        """The offset behind the colon of the pair whose value was found."""
        if found.key is None:
            raise CannotSplice
        colon = self._text.find(":", content_end(self._text, found.key))
        if colon < 0 or self._text[content_end(self._text, found.key) : colon].strip():
            raise CannotSplice
        return colon + 1

    def _replace(self, found: Found, value: FreeData, typed: bool) -> Splice:
        node, end = found.node, content_end(self._text, found.node)
        if found.owner is not None and found.owner.flow:
            text = flow_value(value, is_json_style(found.owner))
            if isinstance(value, str) and isinstance(node, Scalar):
                text = scalar_like(node, value, 0, True, False, typed)
            return self._splice_value(node, end, text)
        indent = (
            column(self._text, found.key.start)
            if found.key is not None
            else column(self._text, node.start) - INDENT
        )
        if isinstance(value, str) and isinstance(node, Scalar):
            alone = not self._text[end : line_end(self._text, end)].strip()
            return self._splice_value(
                node, end, scalar_like(node, value, indent + INDENT, False, alone, typed)
            )
        if found.key is None:
            return self._splice_value(node, end, block_content(value, indent + INDENT))
        if _is_block(node) and isinstance(value, (dict, list)) and value:
            start = body_start(self._text, node)
            return Splice(start, end, block_content(value, column(self._text, start)))
        return Splice(self._behind_colon(found), end, block_value(value, indent))

    def _splice_value(self, node: Node, end: int, text: str) -> Splice:
        # An empty value stands right behind its colon or dash.
        touches = node.start > 0 and self._text[node.start - 1] in ":-"
        return Splice(node.start, end, f" {text}" if touches and node.start == end else text)

    def _fill_empty(self, found: Found, value: FreeData) -> Splice:
        """Put a collection where nothing, ``null``, ``{}`` or ``[]`` stands."""
        node = found.node
        empty = isinstance(node, (Mapping, Sequence)) and node.flow and node.expanded == 1
        if not empty and not (isinstance(node, Scalar) and node.is_null):
            raise CannotSplice
        if found.owner is not None and found.owner.flow:
            return self._splice_value(node, node.end, flow_value(value, is_json_style(found.owner)))
        if found.key is None:
            return self._splice_value(node, node.end, block_content(value, column(self._text, node.start)))
        end = line_end(self._text, node.end)
        comment = self._text[node.end : end]
        if not comment.strip().startswith("#"):
            end, comment = node.end, ""
        indent = column(self._text, found.key.start)
        return Splice(self._behind_colon(found), end, comment + block_value(value, indent))

    def _insert_pair(self, mapping: Mapping, key: str, value: FreeData, struct: Struct | None) -> Splice:
        if mapping.flow:
            json_style = is_json_style(mapping)
            pair = f"{flow_key(key, json_style)}: {flow_value(value, json_style)}"
            keys = [name for name, _ in mapping.pairs]
            return self._insert_in_flow(mapping, keys, _pairs_before(mapping, key, struct), pair)
        indent = column(self._text, mapping.pairs[0][0].start)
        return self._insert_raw_pair(mapping, key, block_value(value, indent), struct)

    def _insert_raw_pair(self, mapping: Mapping, key: str, value: str, struct: Struct | None) -> Splice:
        first = mapping.pairs[0][0]
        indent = column(self._text, first.start)
        line = f"{block_key(key, indent)}:{value}"
        before = _pairs_before(mapping, key, struct)
        if before == 0:
            return Splice(first.start, first.start, f"{line}\n{' ' * indent}")
        earlier = mapping.pairs[before - 1]
        end = max(content_end(self._text, earlier[0]) + 1, content_end(self._text, earlier[1]))
        return self._insert_line(end, indent, line)

    def _insert_line(self, end: int, indent: int, line: str) -> Splice:
        """A new line below the one in which ``end`` lies."""
        offset = next_line(self._text, end)
        if offset == len(self._text) and not self._text.endswith("\n"):
            return Splice(offset, offset, f"\n{' ' * indent}{line}")
        return Splice(offset, offset, f"{' ' * indent}{line}\n")

    def _insert_in_flow(
        self, owner: Mapping | Sequence, members: list[Node], index: int, text: str
    ) -> Splice:
        if index < len(members):
            start = members[index].start
            return Splice(start, start, f"{text}, ")
        last = owner.pairs[-1][1] if isinstance(owner, Mapping) else owner.items[-1]
        end = content_end(self._text, last)
        return Splice(end, end, f", {text}")

    def _remove_pair(self, found: Found, owner: Mapping, path: FieldPath) -> Splice | None:
        assert found.key is not None
        if len(owner.pairs) == 1:
            return self._empty(path[:-1])
        key, end = found.key, content_end(self._text, found.node)
        if owner.flow:
            spans = [(name.start, content_end(self._text, value)) for name, value in owner.pairs]
            return self._remove_from_flow(spans, found.index)
        if found.index + 1 < len(owner.pairs) and not self._begins_line(key.start):
            return self._remove_behind_dash(key.start, end, owner.pairs[found.index + 1][0].start)
        return self._remove_lines(key.start, max(end, content_end(self._text, key) + 1))

    def _remove_behind_dash(self, start: int, end: int, following: int) -> Splice:
        """Let the pair at ``following`` take the place behind the dash; comments between go above it."""
        between = self._text[line_end(self._text, end) + 1 : following].splitlines(keepends=True)
        comments = "".join(line for line in between if line.lstrip().startswith("#"))
        first = line_start(self._text, start)
        dash = self._text[first:start]
        if not comments or dash.strip() != "-":
            return Splice(start, following, "")
        return Splice(first, following, comments + dash)

    def _remove_item(self, found: Found, owner: Sequence, path: FieldPath) -> Splice | None:
        if len(owner.items) == 1:
            return self._empty(path[:-1]) if "parameters" in path else self.remove(path[:-1])
        if owner.flow:
            spans = [(item.start, content_end(self._text, item)) for item in owner.items]
            return self._remove_from_flow(spans, found.index)
        return self._remove_lines(
            dash_of(self._text, owner, found.index), content_end(self._text, found.node)
        )

    def _remove_from_flow(self, spans: list[tuple[int, int]], index: int) -> Splice:
        if index + 1 < len(spans):
            return Splice(spans[index][0], spans[index + 1][0], "")
        return Splice(spans[index - 1][1], spans[index][1], "")

    def _remove_lines(self, start: int, end: int) -> Splice:
        if start < 0 or not self._begins_line(start):
            raise CannotSplice
        return Splice(line_start(self._text, start), next_line(self._text, end), "")

    def _begins_line(self, offset: int) -> bool:
        return not self._text[line_start(self._text, offset) : offset].strip()

    def _empty(self, path: FieldPath) -> Splice | None:
        """Leave an empty collection at ``path``; an empty ``package`` goes altogether."""
        found = self._find(path)
        if path == ("package",):
            return self.remove(path)
        text = "{}" if isinstance(found.node, Mapping) else "[]"
        end = content_end(self._text, found.node)
        if found.key is not None and _is_block(found.node):
            return Splice(self._behind_colon(found), end, f" {text}")
        return Splice(found.node.start, end, text)

    def _item_span(self, node: Sequence, place: int) -> tuple[int, int]:
        """From the dash to the end of the last line of an item; inside brackets the item alone."""
        end = content_end(self._text, node.items[place])
        if node.flow:
            return node.items[place].start, end
        dash = dash_of(self._text, node, place)
        if dash < 0 or not self._begins_line(dash):
            raise CannotSplice
        return dash, line_end(self._text, end)


def _list_of(value: FreeData, path: FieldPath) -> list[FreeData]:
    return InlineList([value]) if path == ("package", "authors") else [value]


def _indented(text: str, margin: int) -> str:
    """Further lines begin at column ``margin``; empty ones stay empty."""
    first, *rest = text.split("\n")
    return "\n".join((first, *(" " * margin + line if line.strip() else line for line in rest)))


def _moved_left(line: str, margin: int) -> str:
    """A line without its first ``margin`` blanks; a comment further left begins at the margin."""
    if not line[:margin].strip():
        return line[margin:]
    if line.lstrip().startswith("#"):
        return line.lstrip()
    raise CannotSplice


def _is_block(node: Node) -> bool:
    return isinstance(node, (Mapping, Sequence)) and not node.flow


def _pairs_before(mapping: Mapping, key: str, struct: Struct | None) -> int:
    """Behind how many pairs a new key goes: in the order in which ``kit`` writes keys, else to the end."""
    if struct is None:
        return len(mapping.pairs)
    order = [field.key for field in struct]
    before = 0
    for place, (name, _) in enumerate(mapping.pairs, 1):
        known = isinstance(name, Scalar) and name.value in order
        if known and isinstance(name, Scalar) and order.index(name.value) < order.index(key):
            before = place
    return before
