"""JSON Lines: an object in each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.json_text import parse_json
from kitops_desktop.formats.source import Bytes
from kitops_desktop.formats.text_sample import sample_text, whole_lines
from kitops_desktop.formats.values import Kind, Recognised, cell, clean, facts

FORMAT = "JSON Lines"
SHOWN_ROWS = 200
_DECIDING = 20
"""Rows that have to be right."""
_MOST_KEYS = 50


@dataclass(frozen=True, slots=True)
class JsonLines:
    """``keys`` of the first rows in the order in which they come; ``rows`` by these. ``others`` of the first
    lines are no objects."""

    keys: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    has_more: bool = False
    others: int = 0

    def recognised(self) -> Recognised:
        names = tuple(clean(key, 80) for key in self.keys)
        return Recognised(
            Kind.DATASET,
            FORMAT,
            facts=facts(("keys", names), ("lines that are no objects", self.others or None)),
            table=(names, *self.rows) if names else (),
            has_more_rows=self.has_more,
        )


def read_json_lines(source: Bytes) -> JsonLines:
    """Raises ``FormatError``. Of an object that does not end where reading does nothing is known."""
    text, is_whole = sample_text(source, FORMAT)
    lines = [line for line in whole_lines(text, is_whole) if line.strip()]
    if not lines and text.lstrip().startswith("{"):
        return JsonLines((), (), has_more=True)  # a book, say
    if not lines:
        raise FormatError(FORMAT, "it is empty" if is_whole else "its first line is too long")
    rows = _parsed(lines[:SHOWN_ROWS])
    objects = [row for row in rows if isinstance(row, dict)]
    keys = tuple(dict.fromkeys(key for row in objects for key in row))[:_MOST_KEYS]
    if not keys and not all(isinstance(row, (dict, list)) for row in rows):
        raise FormatError(FORMAT, "its lines are no objects")
    return JsonLines(
        keys,
        tuple(tuple(cell(row.get(key, "")) for key in keys) for row in objects),
        not is_whole or len(rows) < len(lines),
        len(rows) - len(objects) if keys else 0,
    )


def _parsed(lines: Sequence[str]) -> list[Any]:
    """Up to the first that cannot be read, unless that is one of those that tell what it is."""
    rows: list[Any] = []
    for line in lines:
        try:
            rows.append(parse_json(line.encode(), FORMAT))
        except FormatError:
            if len(rows) < _DECIDING:
                raise
            break
    return rows
