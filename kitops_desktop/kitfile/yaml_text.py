"""The Kitfile as YAML, exactly as ``kit`` writes it in ``info``, ``unpack`` and ``init``.

Comments, quoting and key order of an original are lost; what is written is decided by the content alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from kitops_desktop.kitfile.fields import KITFILE, Field, Kind, Struct
from kitops_desktop.kitfile.go_text import json_number, yaml_number
from kitops_desktop.kitfile.kitfile import FreeData, Kitfile, Package
from kitops_desktop.kitfile.natural_order import natural_key
from kitops_desktop.kitfile.written_numbers import written_text
from kitops_desktop.kitfile.yaml_scalars import Place, is_simple_key, write_string

INDENT = 2


def to_yaml(kitfile: Kitfile, exact_integers: bool = True, as_written: bool = False) -> str:
    """The text of a Kitfile, ending with one newline.

    ``kit`` passes numbers through float, so that its text says ``1e+06`` for 1000000 and loses digits of
    larger ones; with ``exact_integers`` they are written as they are, without it as ``kit`` does. With
    ``as_written`` every number that was read from a text stays as it stood there.
    """
    writer = _Writer(exact_integers, as_written=as_written)
    return writer.entry_lines(kitfile, KITFILE, 0)


def free_yaml(value: FreeData, indent: int, sort_keys: bool = True) -> str:
    """Free data as the value behind a ``key:`` in column ``indent``: starts with a blank or a newline.

    Without ``sort_keys`` the keys of a map stay in their order.
    """
    return _Writer(exact_integers=True, sort_keys=sort_keys, as_written=True).behind_key(value, indent)


def section_yaml(kitfile: Kitfile, key: str) -> str | None:
    """What stands behind ``key:`` at the top of the Kitfile, or None when ``kit`` would leave the key out."""
    field = KITFILE.find(key)
    if field is None or not _is_written(value := getattr(kitfile, field.attribute), field):
        return None
    return _Writer(exact_integers=True, as_written=True).field_value(value, field, 0)


class InlineList(list[str]):
    """Texts that are written in brackets on one line, as ``kit`` writes authors."""


class _Writer:
    def __init__(self, exact_integers: bool, sort_keys: bool = True, as_written: bool = False) -> None:
        self._exact = exact_integers
        self._sort = sort_keys
        self._as_written = as_written

    def entry_lines(self, entry: object, struct: Struct, indent: int) -> str:
        """The keys of an entry, one below the other at column ``indent``; the first one not indented."""
        lines = [
            f"{field.key}:{self.field_value(value, field, indent)}"
            for field in struct
            if _is_written(value := getattr(entry, field.attribute), field)
        ]
        return f"{' ' * indent}".join(line + "\n" for line in lines)

    def field_value(self, value: Any, field: Field, indent: int) -> str:  # noqa: ANN401
        """What stands behind ``key:``, without the last newline."""
        if field.kind is Kind.TEXT:
            return " " + self._string(value, indent + INDENT)
        if field.kind is Kind.TEXTS:
            return self.behind_key(InlineList(value), indent)
        if field.kind is Kind.FREE:
            return self.behind_key(value.value, indent)
        assert field.struct is not None
        inner = indent + INDENT
        if field.kind is Kind.ENTRY:
            lines = self.entry_lines(value, field.struct, inner)
            return f"\n{' ' * inner}{lines}".removesuffix("\n") if lines else " {}"
        return self._block(inner, (self._item(item, field.struct, inner) for item in value))

    def _item(self, entry: object, struct: Struct, indent: int) -> str:
        return "- " + (self.entry_lines(entry, struct, indent + INDENT)[:-1] or "{}")

    def behind_key(self, value: FreeData, indent: int) -> str:
        if isinstance(value, InlineList):
            return f" [{', '.join(self._string(item, indent + 2 * INDENT, Place.FLOW) for item in value)}]"
        if isinstance(value, (dict, list)) and value:
            inner = indent + INDENT
            return f"\n{' ' * inner}{self._collection(value, inner)}"
        return " " + self._free(value, indent + INDENT)

    def _free(self, value: FreeData, indent: int) -> str:
        """A value behind a dash, or a short one behind a key; its further lines begin at ``indent``."""
        if isinstance(value, (dict, list)):
            return self._collection(value, indent) if value else ("{}" if isinstance(value, dict) else "[]")
        if isinstance(value, str):
            return self._string(value, indent)
        if value is None or isinstance(value, bool):
            return {None: "null", True: "true", False: "false"}[value]
        return self._number(value)

    def _collection(self, value: dict[str, FreeData] | list[FreeData], indent: int) -> str:
        if isinstance(value, list):
            return self._lines(indent, ("- " + self._free(item, indent + INDENT) for item in value))
        keys = sorted(value, key=natural_key) if self._sort else list(value)
        return self._lines(indent, (self._pair(key, value[key], indent) for key in keys))

    def _pair(self, key: str, value: FreeData, indent: int) -> str:
        if is_simple_key(key):
            return f"{self._string(key, indent, Place.KEY)}:{self.behind_key(value, indent)}"
        inner = indent + INDENT
        return f"? {self._string(key, inner)}\n{' ' * indent}: {self._free(value, inner)}"

    def _string(self, text: str, margin: int, place: Place = Place.VALUE) -> str:
        return write_string(text, margin, place, as_kit=not self._exact)

    def _number(self, value: int | float) -> str:
        if self._as_written and (text := written_text(value)):
            return text
        if isinstance(value, float) and not math.isfinite(value):
            return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
        if self._exact and isinstance(value, int):
            return json_number(value)
        return yaml_number(float(value))

    def _block(self, indent: int, lines: Iterable[str]) -> str:
        return f"\n{' ' * indent}{self._lines(indent, lines)}"

    def _lines(self, indent: int, lines: Iterable[str]) -> str:
        return f"\n{' ' * indent}".join(lines)


def _is_written(value: object, field: Field) -> bool:
    if field.kind is Kind.FREE or value is None:
        return value is not None
    if value == Package():
        return False
    return bool(value) or field.written_when_empty
