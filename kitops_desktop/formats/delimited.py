"""CSV and its relatives: how it is written, and the first rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.source import Bytes
from kitops_desktop.formats.text_sample import sample_text, whole_lines
from kitops_desktop.formats.values import Kind, Recognised, clean, facts

FORMAT = "CSV"
SHOWN_ROWS = 200
_DECIDING = 20
"""Rows that tell how it is written, and have to be right."""
_MOST_COLUMNS = 4_096
_DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}


@dataclass(frozen=True, slots=True)
class DelimitedText:
    """``rows`` are the first ones, the names of the columns among them if there are any."""

    delimiter: str
    columns: int
    has_header: bool
    rows: tuple[tuple[str, ...], ...]
    has_more: bool = False

    def recognised(self) -> Recognised:
        return Recognised(
            Kind.DATASET,
            FORMAT,
            facts=facts(
                ("columns", self.columns),
                ("separated by", _DELIMITERS[self.delimiter]),
                ("first row has names", "yes" if self.has_header else "no"),
            ),
            table=tuple(tuple(clean(cell, 80) for cell in row[:50]) for row in self.rows),
            has_column_names=self.has_header,
            has_more_rows=self.has_more,
        )


def read_delimited(source: Bytes) -> DelimitedText:
    """Raises ``FormatError``."""
    text, is_whole = sample_text(source, FORMAT)
    if not text.strip():
        raise FormatError(FORMAT, "it is empty")
    lines = whole_lines(text, is_whole)
    if not lines:
        raise FormatError(FORMAT, "its first line is too long")
    sample = "\n".join(lines)
    tried = {delimiter: _rows(sample, delimiter) for delimiter in _DELIMITERS}
    delimiter = max(tried, key=lambda found: _evenness(tried[found]))
    if not tried[delimiter]:
        raise FormatError(FORMAT, "it has no rows")
    has_header = _has_header(tried[delimiter])
    rows, has_more = _first_rows(sample, delimiter, SHOWN_ROWS + has_header, is_whole)
    columns = max(map(len, rows))
    if columns > _MOST_COLUMNS:
        raise FormatError(FORMAT, "it has too many columns")
    return DelimitedText(delimiter, columns, has_header, tuple(map(tuple, rows)), has_more)


def _rows(sample: str, delimiter: str) -> list[list[str]]:
    try:
        return [row for row in islice(_reader(sample, delimiter), _DECIDING + 1) if row]
    except csv.Error as error:
        raise FormatError(FORMAT, "its rows cannot be told apart") from error


def _reader(sample: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)


def _first_rows(sample: str, delimiter: str, most: int, is_whole: bool) -> tuple[list[list[str]], bool]:
    """At most so many, up to the first that cannot be read, and whether there are more."""
    rows: list[list[str]] = []
    try:
        for row in filter(None, _reader(sample, delimiter)):
            if len(rows) == most:
                return rows, True
            rows.append(row)
    except csv.Error:
        return rows, True
    if not is_whole and len(rows) > 2 and sample.count('"') % 2:
        rows.pop()  # the sample ends within a cell of several lines
    return rows, not is_whole


def _evenness(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How many rows are as wide as the first, if it has several columns; then how many columns."""
    width = len(rows[0]) if rows else 0
    return (sum(len(row) == width for row in rows) if width > 1 else 0, width)


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Names are no numbers, stand there once, and are not empty."""
    first = [cell.strip() for cell in rows[0]]
    return len(rows) > 1 and all(first) and len(set(first)) == len(first) and not any(map(_is_number, first))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
