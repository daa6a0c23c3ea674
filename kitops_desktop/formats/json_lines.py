"""JSON Lines: an object in each line."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.json_text import parse_json
from kitops_desktop.formats.source import Bytes
from kitops_desktop.formats.text_sample import sample_text, whole_lines
from kitops_desktop.formats.values import Kind, Recognised, clean, facts

FORMAT = "JSON Lines"
SHOWN_ROWS = 20
_MOST_KEYS = 50


@dataclass(frozen=True, slots=True)
class JsonLines:
    """``keys`` of the first rows in the order in which they come; ``rows`` by these."""

    keys: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def recognised(self) -> Recognised:
        names = tuple(clean(key, 80) for key in self.keys)
        return Recognised(
            Kind.DATASET, FORMAT, facts=facts(("keys", names)), table=(names, *self.rows) if names else ()
        )


def read_json_lines(source: Bytes) -> JsonLines:
    """Raises ``FormatError``."""
    text, is_whole = sample_text(source, FORMAT)
    lines = [line for line in whole_lines(text, is_whole) if line.strip()][:SHOWN_ROWS]
    if not lines:
        raise FormatError(FORMAT, "it is empty" if is_whole else "its first line is too long")
    rows = [parse_json(line.encode(), FORMAT) for line in lines]
    keys = tuple(dict.fromkeys(key for row in rows if isinstance(row, dict) for key in row))[:_MOST_KEYS]
    if not keys and not all(isinstance(row, (dict, list)) for row in rows):
        raise FormatError(FORMAT, "its lines are no objects")
    return JsonLines(
        keys,
        tuple(tuple(clean(row.get(key, ""), 80) for key in keys) for row in rows if isinstance(row, dict)),
    )
