"""The free data below ``parameters``, read by the rules of Go's ``yaml.v3``."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Hashable
from typing import Any, Protocol

from kitops_desktop.kitfile.kitfile import FreeData
from kitops_desktop.kitfile.nodes import Alias, Mapping, Node, Scalar, Sequence, follow
from kitops_desktop.kitfile.scalars import BINARY, MERGE, STR, ScalarError
from kitops_desktop.kitfile.written_numbers import as_written

FieldPath = tuple[str | int, ...]


class Report(Protocol):
    def __call__(self, node: Node, message: str, path: FieldPath = (), suggestion: str = "") -> None: ...


class FreeDataReader:
    """Turns nodes into plain Python data; what is wrong goes to ``report``.

    Keys that are not text are kept as they are when any key of a map is not text (``kit`` reads such maps
    but cannot write them as JSON).
    """

    def __init__(self, report: Report, has_unique_keys: Callable[[Mapping], bool]) -> None:
        self._report = report
        self._has_unique_keys = has_unique_keys

    def read(self, node: Node, path: FieldPath) -> FreeData:
        """The value of a node; None for null and for what cannot be read."""
        node = follow(node)
        if isinstance(node, Sequence):
            return [self.read(item, (*path, index)) for index, item in enumerate(node.items)]
        if isinstance(node, Mapping):
            return self._map(node, path)
        assert isinstance(node, Scalar)
        return self._scalar(node, path)

    def _scalar(self, node: Scalar, path: FieldPath) -> FreeData:
        try:
            tag, value = node.resolved()
        except ScalarError as error:
            self._report(node, str(error), path)
            return None
        if tag != BINARY:
            return value if node.explicit_tag else as_written(value, node.value)
        try:
            return decode_binary(node.value)
        except ValueError:
            self._report(node, "!!binary value contains invalid base64 data", path)
            return None

    def _map(self, node: Mapping, path: FieldPath) -> dict[Any, Any]:
        if not self._has_unique_keys(node):
            return {}
        all_text = all(_is_text_or_merge(key) for key, _ in node.pairs)
        found: dict[Any, Any] = {}
        merged: Node | None = None
        for key, value in node.pairs:
            if is_merge(key):
                merged = value
                continue
            name = self._key(key, path, as_text=all_text)
            found[name] = self.read(value, (*path, str(name)))
        if merged is not None:
            self._merge(merged, found, path, all_text)
        return found

    def _merge(self, node: Node, found: dict[Any, Any], path: FieldPath, as_text: bool) -> None:
        for source in self.merge_sources(node):
            for name, value in self._map(source, path).items():
                found.setdefault(str(name) if as_text else name, value)

    def merge_sources(self, node: Node) -> list[Mapping]:
        """The maps behind a merge key, nearest first."""
        target = follow(node)
        candidates = (
            target.items if isinstance(target, Sequence) and not isinstance(node, Alias) else [target]
        )
        sources = [source for item in candidates if isinstance(source := follow(item), Mapping)]
        if len(sources) != len(candidates):
            self._report(node, "map merge requires map or sequence of maps as the value")
        return sources

    def _key(self, node: Node, path: FieldPath, as_text: bool) -> Hashable:
        node = follow(node)
        if not isinstance(node, Scalar):
            self._report(node, "invalid map key", path, "Use a text as key.")
            return ""
        value = self._scalar(node, path)
        return node.value if as_text and not isinstance(value, str) else value


def is_merge(key: Node) -> bool:
    """Whether a key is the merge key ``<<``."""
    return isinstance(key, Scalar) and key.value == "<<" and key.tag == MERGE


def _is_text_or_merge(key: Node) -> bool:
    key = follow(key)
    return isinstance(key, Scalar) and key.tag in (STR, MERGE)


def decode_binary(text: str) -> str:
    """The bytes of a ``!!binary`` scalar as text, what is not UTF-8 as lone surrogates. Raises ValueError."""
    try:
        content = base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    return content.decode("utf-8", errors="surrogateescape")
