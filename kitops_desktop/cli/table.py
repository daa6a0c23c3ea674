"""Tables with columns as wide as their widest cell, three blanks apart, as `kit list` prints them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

GAP = "   "


def table(rows: Sequence[Sequence[str]]) -> str:
    """The rows as lines; the last column is not padded."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(GAP.join(_cells(row, widths)) for row in rows)


def _cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    padded = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
    return [*padded[:-1], row[-1]]


def _width(text: str) -> int:
    """Columns on a terminal: Go's tabwriter counts characters, and so do we, without combining ones."""
    return sum(not unicodedata.combining(character) for character in text)
