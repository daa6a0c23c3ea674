"""The text of values that an edit puts into a Kitfile."""

from __future__ import annotations

from collections.abc import Mapping as Map

from kitops_desktop.kitfile.config_json import free_json
from kitops_desktop.kitfile.go_text import json_string
from kitops_desktop.kitfile.kitfile import FreeData
from kitops_desktop.kitfile.nodes import Mapping, Node, Scalar, Sequence
from kitops_desktop.kitfile.written_numbers import written_text
from kitops_desktop.kitfile.yaml_scalars import (
    Place,
    double_quoted,
    is_plain_text,
    single_quoted,
    write_string,
)
from kitops_desktop.kitfile.yaml_text import free_yaml

INDENT = 2


def block_value(value: FreeData, indent: int) -> str:
    """A value as it stands behind a ``key:`` in column ``indent``: starts with a blank or a newline."""
    return free_yaml(value, indent, sort_keys=False)


def block_content(value: FreeData, column: int) -> str:
    """A value whose first character stands in ``column``, as do its further lines."""
    return block_value(value, column - INDENT).lstrip("\n ")


def block_key(key: str, indent: int) -> str:
    return write_string(key, indent, Place.KEY)


def flow_value(value: FreeData, json_style: bool) -> str:
    """A value on one line, fit to stand inside brackets. Raises KitfileInvalid for what JSON cannot hold."""
    if isinstance(value, str):
        return flow_key(value, json_style)
    if isinstance(value, Map):
        pairs = (
            f"{flow_key(key, json_style)}: {flow_value(item, json_style)}" for key, item in value.items()
        )
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow_value(item, json_style) for item in value) + "]"
    return written_text(value) or free_json(value)


def flow_key(key: str, json_style: bool) -> str:
    """A key or a text inside brackets."""
    return json_string(key) if json_style else write_string(key, 0, Place.FLOW)


def is_json_style(node: Node) -> bool:
    """Whether a flow collection is written as JSON: its first key or text is in double quotes."""
    if isinstance(node, Mapping) and node.pairs:
        first = node.pairs[0][0]
        return isinstance(first, Scalar) and first.style == '"'
    if isinstance(node, Sequence) and node.items:
        first = node.items[0]
        return first.style == '"' if isinstance(first, Scalar) else is_json_style(first)
    return False


def scalar_like(old: Scalar, value: str, margin: int, flow: bool, alone: bool, typed: bool) -> str:
    """A text in the style of the one it replaces, where that can hold it.

    ``margin`` is the column of further lines. ``alone`` says that nothing follows on the line, so that it may
    become several lines. ``typed`` says that it stands in free data, where a plain ``1.10`` would be a
    number.
    """
    place = Place.FLOW if flow else Place.VALUE
    if "\n" in value:
        return write_string(value, margin, Place.VALUE if alone and not flow else Place.FLOW)
    if old.style == '"':
        return json_string(value) if flow else double_quoted(value)
    # Quotes that only the old value needed go with it: typing "s3://x" passes through "s3:".
    chosen = old.style == "'" and not write_string(old.value, margin, place).startswith("'")
    if chosen and (quoted := single_quoted(value)) is not None:
        return quoted
    reads_as_other = not old.style and not typed and old.tag not in ("!!str", "!!null")
    if reads_as_other and is_plain_text(value, place):
        return value
    return write_string(value, margin, place)
