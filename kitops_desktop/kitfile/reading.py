"""Reading the text of a Kitfile as strictly as ``kit`` does, but naming every error at once, with its place.

The rules are those of Go's ``yaml.v3`` with unknown fields refused: text fields take the source text of any
scalar (``1.10`` stays ``1.10``, ``yes`` stays ``yes``), ``null`` leaves a field unset, keys are
case-sensitive. The sections ``prompts`` and ``mcpServers`` and a dataset's ``remotePath`` and
``remoteHash`` are those of newer ``kit``.
"""

from __future__ import annotations

import difflib
import json
from typing import Any

from kitops_desktop.errors import KitfileSyntaxError
from kitops_desktop.kitfile.fields import KITFILE, Field, Kind, Struct
from kitops_desktop.kitfile.free_data import FieldPath, FreeDataReader, decode_binary, is_merge
from kitops_desktop.kitfile.kitfile import Kitfile, Parameters
from kitops_desktop.kitfile.nodes import Alias, Mapping, Node, Scalar, Sequence, compose, decode, follow
from kitops_desktop.kitfile.problems import Problem, Severity, field_name
from kitops_desktop.kitfile.scalars import BINARY, ScalarError

MAX_PROBLEMS = 1000
"""Problems reported for one text; nobody reads more."""

END_OF_FILE = "EOF"
"""``kit``'s whole message for a Kitfile without content."""

_MEANT = {
    "author": "authors",
    "data": "datasets",
    "dataset": "datasets",
    "desc": "description",
    "doc": "docs",
    "documentation": "docs",
    "licence": "license",
    "licenses": "license",
    "mcp": "mcpServers",
    "models": "model",
    "part": "parts",
    "params": "parameters",
    "prompt": "prompts",
    "source": "path",
    "src": "code",
}
_WRITTEN_BY_PACK = ("digest", "diffId")


def read_kitfile(text: str | bytes) -> Kitfile:
    """The Kitfile in ``text`` (YAML or JSON, at most 8 MiB; only the first document counts).

    Raises KitfileSyntaxError with every problem that was found. Rules about the content are
    ``validation``'s business.
    """
    root = compose(decode(text))
    if root is None:
        raise KitfileSyntaxError((Problem(Severity.ERROR, END_OF_FILE, suggestion="The Kitfile is empty."),))
    kitfile, problems = read_tree(root)
    if problems:
        raise KitfileSyntaxError(problems)
    return kitfile


def read_tree(root: Node) -> tuple[Kitfile, tuple[Problem, ...]]:
    """The Kitfile of a node tree, as far as it can be read, and all problems in the order of their lines."""
    reader = _Reader()
    value = reader.entry(root, KITFILE, ())
    problems = sorted(reader.problems, key=lambda problem: (problem.line or 0, problem.column or 0))
    return value if isinstance(value, Kitfile) else Kitfile(), tuple(problems)


def kit_message(problems: tuple[Problem, ...]) -> str:
    """The problems as ``kit`` prints them behind its ``[ERROR]`` prefix."""
    if len(problems) == 1 and problems[0].field == "" and not _is_decoding(problems[0]):
        problem = problems[0]
        return problem.message if problem.message == END_OF_FILE else f"yaml: {problem}"
    return "yaml: unmarshal errors:" + "".join(f"\n  {problem}" for problem in problems)


def _is_decoding(problem: Problem) -> bool:
    return "in type artifact." in problem.message or problem.message.startswith(
        ("cannot unmarshal", "mapping key")
    )


class _Reader:
    """Collects problems while it turns nodes into entries. A value that cannot be read counts as absent."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._free = FreeDataReader(self._report, self._has_unique_keys)

    def _report(self, node: Node, message: str, path: FieldPath = (), suggestion: str = "") -> None:
        if self._is_enough:
            return
        problem = Problem(Severity.ERROR, message, node.line, node.column, field_name(path), suggestion)
        if problem not in self.problems:
            self.problems.append(problem)

    @property
    def _is_enough(self) -> bool:
        return len(self.problems) >= MAX_PROBLEMS

    def _mismatch(self, node: Node, wanted: str, path: FieldPath) -> None:
        tag = node.tag if isinstance(node, (Scalar, Sequence, Mapping)) else ""
        text = ""
        if isinstance(node, Scalar):
            raw = node.value.encode()
            shown = raw[:7].decode(errors="replace") + "..." if len(raw) > 10 else node.value
            text = f" `{shown}`"
        self._report(node, f"cannot unmarshal {tag}{text} into {wanted}", path, _shape_wanted(wanted))

    def entry(self, node: Node, struct: Struct, path: FieldPath) -> object:
        node = follow(node)
        if isinstance(node, Scalar) and node.is_null:
            return None
        if not isinstance(node, Mapping):
            self._mismatch(node, struct.type_name, path)
            return None
        values: dict[str, Any] = {}
        self._fill(node, struct, path, values, set())
        return struct.cls(**values)

    def _fill(
        self, node: Mapping, struct: Struct, path: FieldPath, values: dict[str, Any], done: set[str]
    ) -> None:
        """Read the pairs of a map, then what is merged into it; keys in ``done`` were set nearer."""
        if not self._has_unique_keys(node):
            return
        merged: Node | None = None
        own: set[str] = set()
        for key, value in node.pairs:
            if is_merge(key):
                merged = value
                continue
            name = self._text(key, path)
            if name is None or name in done:
                continue
            own.add(name)
            field = struct.find(name)
            if field is None:
                self._unknown(follow(key), name, struct, path)
            elif (found := self._value(value, field, (*path, name))) is not None:
                values[field.attribute] = found
        if merged is not None:
            for source in self._free.merge_sources(merged):
                self._fill(source, struct, path, values, done | own)
                own |= {name for key, _ in source.pairs if (name := _plain_text(key)) is not None}

    def _value(self, node: Node, field: Field, path: FieldPath) -> object:
        if field.kind is Kind.TEXT:
            return self._text(node, path)
        if field.kind is Kind.FREE:
            value = self._free.read(node, path)
            return None if value is None else Parameters(value)
        if field.kind is Kind.ENTRY:
            assert field.struct is not None
            return self.entry(node, field.struct, path)
        return self._list(node, field, path)

    def _list(self, node: Node, field: Field, path: FieldPath) -> tuple[Any, ...] | None:
        node = follow(node)
        if isinstance(node, Scalar) and node.is_null:
            return None
        if not isinstance(node, Sequence):
            self._mismatch(node, field.type_name, path)
            return None
        found = (
            self._text(item, (*path, index))
            if field.struct is None
            else self.entry(item, field.struct, (*path, index))
            for index, item in enumerate(node.items)
        )
        return tuple(item for item in found if item is not None)

    def _text(self, node: Node, path: FieldPath) -> str | None:
        """The source text of a scalar, or None for null and for what is no scalar."""
        node = follow(node)
        if not isinstance(node, Scalar):
            self._mismatch(node, "string", path)
            return None
        try:
            tag, value = node.resolved()
        except ScalarError as error:
            self._report(node, str(error), path)
            return None
        if tag == BINARY:
            return self._binary(node, path)
        return None if value is None else node.value

    def _binary(self, node: Scalar, path: FieldPath) -> str | None:
        try:
            return decode_binary(node.value)
        except ValueError:
            self._report(node, "!!binary value contains invalid base64 data", path)
            return None

    def _unknown(self, key: Node, name: str, struct: Struct, path: FieldPath) -> None:
        if self._is_enough:  # looking for what was meant takes long
            return
        message = f"field {name} not found in type {struct.type_name}"
        self._report(key, message, (*path, name), _likely_key(name, struct))

    def _has_unique_keys(self, node: Mapping) -> bool:
        first: dict[tuple[type[Node], str], Node] = {}
        unique = True
        for key, _ in node.pairs:
            value = key.value if isinstance(key, Scalar) else key.name if isinstance(key, Alias) else ""
            earlier = first.setdefault((type(key), value), key)
            if earlier is not key:
                quoted = json.dumps(value, ensure_ascii=False)
                self._report(key, f"mapping key {quoted} already defined at line {earlier.line}")
                unique = False
        return unique


def _plain_text(key: Node) -> str | None:
    key = follow(key)
    return key.value if isinstance(key, Scalar) else None


def _likely_key(name: str, struct: Struct) -> str:
    """What to write instead of an unknown key, as a sentence, or ``""``."""
    if name in _WRITTEN_BY_PACK and struct.has_layer:
        return "Remove it: digests are filled in when the kit is packed."
    keys = [field.key for field in struct]
    same = [key for key in keys if key.casefold() == name.casefold()]
    meant = same or [key for key in (_MEANT.get(name.casefold()),) if key in keys]
    close = meant or difflib.get_close_matches(name, keys, n=1, cutoff=0.6)
    return f"Did you mean {close[0]}?" if close else f"Known here: {', '.join(keys)}."


def _shape_wanted(wanted: str) -> str:
    if wanted.startswith("[]"):
        return "Write it as a list: each entry on its own line, after a dash."
    return "Write a single text." if wanted == "string" else "Write it as a map: one key and value per line."
