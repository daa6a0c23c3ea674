"""The node tree of a YAML text, with the place of every node: what the strict reader and the editor both
work on.

PyYAML's events are put together here rather than by its composer, because that one recurses as deep as the
text pleases, refuses duplicate anchors, and forgets which nodes are aliases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from kitops_desktop.errors import KitfileSyntaxError
from kitops_desktop.kitfile.problems import Problem, Severity
from kitops_desktop.kitfile.scalars import MAP, MERGE, NULL, SEQ, STR, resolve, short_tag
from kitops_desktop.kitfile.three_way import first_mark

MAX_TEXT = 8 << 20
"""Bytes (or characters) of text we are willing to read."""
MAX_NODES = 500_000
MAX_ALIASED_NODES = 100_000
"""How many nodes the aliases of a text may stand for: ten lines of them could stand for billions."""
MAX_DEPTH = 200

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNREADABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True, eq=False)
class Node:
    """``start`` and ``end`` are offsets in characters into the text; ``line`` and ``column`` count from 1.

    A block collection ends where the next token starts, so its ``end`` may lie after comments and blank
    lines.
    """

    start: int
    end: int
    line: int
    column: int
    explicit_tag: str = ""
    anchor: str = ""
    expanded: int = 1
    """How many nodes this one stands for with all aliases followed."""
    height: int = 1


@dataclass(slots=True, eq=False)
class Scalar(Node):
    """``style`` is ``""`` for a plain scalar, else one of ``'``, ``"``, ``|``, ``>``."""

    value: str = ""
    style: str = ""

    @property
    def tag(self) -> str:
        if self.explicit_tag:
            return self.explicit_tag
        if self.style:
            return STR
        return MERGE if self.value == "<<" else resolve(self.value)[0]

    @property
    def is_null(self) -> bool:
        return self.tag == NULL

    def resolved(self) -> tuple[str, Any]:
        """Tag and value by the rules for free data. Raises ScalarError."""
        if self.style and not self.explicit_tag:
            return STR, self.value
        return resolve(self.value, self.explicit_tag)


@dataclass(slots=True, eq=False)
class Sequence(Node):
    items: list[Node] = field(default_factory=list)
    flow: bool = False

    @property
    def tag(self) -> str:
        return self.explicit_tag or SEQ


@dataclass(slots=True, eq=False)
class Mapping(Node):
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    flow: bool = False

    @property
    def tag(self) -> str:
        return self.explicit_tag or MAP

    def find(self, key: str) -> tuple[Node, Node] | None:
        """The pair with this key, as written in the map itself (merged maps are not looked into)."""
        for name, value in self.pairs:
            named = follow(name)
            if isinstance(named, Scalar) and named.value == key:
                return name, value
        return None


@dataclass(slots=True, eq=False)
class Alias(Node):
    name: str = ""
    target: Node = field(default_factory=lambda: Scalar(0, 0, 1, 1))


def follow(node: Node) -> Node:
    """The node an alias stands for; any other node itself."""
    while isinstance(node, Alias):
        node = node.target
    return node


def walk(node: Node) -> Iterator[Node]:
    """The node and everything written below it; aliases are not followed."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if isinstance(current, Sequence):
            waiting.extend(reversed(current.items))
        elif isinstance(current, Mapping):
            for key, value in reversed(current.pairs):
                waiting += [value, key]


def decode(content: str | bytes) -> str:
    """The text without its byte order mark. Raises KitfileSyntaxError when it is too long or not UTF-8."""
    if len(content) > MAX_TEXT:
        raise _failed(f"the text has more than {MAX_TEXT >> 20} MiB")
    if isinstance(content, bytes):
        try:
            content = content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise _failed("invalid UTF-8", line, "Save the file as UTF-8.") from None
    elif _SURROGATE.search(content):
        raise _failed("invalid UTF-8", None, "Save the file as UTF-8.")
    return content.removeprefix("\ufeff")


def compose(text: str) -> Node | None:
    """The tree of the first document of ``text`` (already decoded), or None when there is none.

    Raises KitfileSyntaxError.
    """
    try:
        return _Composer().first_document(text)
    except yaml.MarkedYAMLError as error:
        raise _marked(error, text) from None
    except yaml.reader.ReaderError:
        raise _unreadable(text) from None


class _Composer:
    def __init__(self) -> None:
        self._open: list[Sequence | Mapping] = []
        self._keys: list[Node | None] = []
        self._anchors: dict[str, Node] = {}
        self._count = 0
        self._aliased = 0

    def first_document(self, text: str) -> Node | None:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.DocumentEndEvent):
                break
            if isinstance(event, yaml.CollectionEndEvent):
                finished = self._open.pop()
                self._keys.pop()
                finished.end = _place_of(event)[1]
                if not self._open:
                    return finished
                self._place(finished)
            elif isinstance(event, yaml.NodeEvent):
                node = self._node(event)
                if isinstance(node, (Sequence, Mapping)):
                    self._enter(node)
                elif not self._open:
                    return node
                else:
                    self._place(node)
        return None

    def _enter(self, node: Sequence | Mapping) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise _failed(f"exceeded max depth of {MAX_DEPTH}", node.line)
        self._open.append(node)
        self._keys.append(None)

    def _place(self, node: Node) -> None:
        """Put a finished node into the collection that is open."""
        owner = self._open[-1]
        owner.expanded += node.expanded
        owner.height = max(owner.height, node.height + 1)
        if owner.height > MAX_DEPTH:
            raise _failed(f"exceeded max depth of {MAX_DEPTH}", node.line)
        if isinstance(owner, Sequence):
            owner.items.append(node)
        elif (key := self._keys[-1]) is None:
            self._keys[-1] = node
        else:
            owner.pairs.append((key, node))
            self._keys[-1] = None

    def _node(self, event: yaml.NodeEvent) -> Node:
        self._count += 1
        place = _place_of(event)
        if self._count > MAX_NODES:
            raise _failed(f"document has more than {MAX_NODES} values", place[2])
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event.anchor or "", place)
        tag = getattr(event, "tag", None)
        about = (short_tag(tag) if tag and tag != "!" else "", event.anchor or "")
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            style = event.style or ""
            node = Scalar(*place, *about, value=event.value, style=style)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Sequence(*place, *about, flow=bool(event.flow_style))
        else:
            node = Mapping(*place, *about, flow=bool(getattr(event, "flow_style", False)))
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, name: str, place: tuple[int, int, int, int]) -> Alias:
        target = self._anchors.get(name)
        if target is None:
            raise _failed(f"unknown anchor '{name}' referenced", place[2])
        if any(target is container for container in self._open):
            raise _failed(f"anchor '{name}' value contains itself", place[2])
        self._aliased += target.expanded
        if self._aliased > MAX_ALIASED_NODES:
            raise _failed("document contains excessive aliasing", place[2])
        return Alias(*place, expanded=target.expanded, height=target.height, name=name, target=target)


def _place_of(event: yaml.Event) -> tuple[int, int, int, int]:
    """Start and end offset, line and column of an event."""
    start, end = event.start_mark, event.end_mark
    assert start is not None
    assert end is not None
    return start.index, end.index, start.line + 1, start.column + 1


def _failed(
    message: str, line: int | None = None, suggestion: str = "", column: int | None = None
) -> KitfileSyntaxError:
    return KitfileSyntaxError((Problem(Severity.ERROR, message, line, column, suggestion=suggestion),))


def _marked(error: yaml.MarkedYAMLError, text: str) -> KitfileSyntaxError:
    """An error of the YAML parser. At the end of the text, the place where the open thing began says more."""
    problem = error.problem or "unknown problem parsing YAML content"
    content_end = len(text.rstrip())
    marks = [mark for mark in (error.problem_mark, error.context_mark) if mark is not None]
    mark = next((mark for mark in marks if mark.index < content_end), None)
    if mark is None:
        return _failed(problem, text.count("\n", 0, content_end) + 1)
    conflict = first_mark(text)
    if conflict is not None:
        return _failed(problem, conflict, "Keep one of the two versions, and take the marks away.")
    suggestion = ""
    if text[mark.index : mark.index + 1] == "\t":
        suggestion = "Indent with blanks instead of a tab."
    elif "mapping values are not allowed" in problem:
        suggestion = "Quote a value that contains a colon and a blank, or check the indentation."
    return _failed(problem, mark.line + 1, suggestion, mark.column + 1)


def _unreadable(text: str) -> KitfileSyntaxError:
    # The position it reports is in bytes or in characters, depending on the parser.
    found = _UNREADABLE.search(text)
    line = text.count("\n", 0, found.start()) + 1 if found else None
    return _failed("control characters are not allowed", line, "Remove the invisible character.")
