"""CSV and its relatives: how it is written, and the first rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.source import Bytes
from kitops_desktop.formats.text_sample import sample_text, whole_lines
from kitops_desktop.formats.values import Kind, Recognised, clean, facts

FORMAT = "CSV"
SHOWN_ROWS = 200
SHOWN_COLUMNS = 50
_DECIDING = 20
"""Rows that tell how it is written, and have to be right."""
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
            table=tuple(tuple(clean(cell, 80) for cell in row[:SHOWN_COLUMNS]) for row in self.rows),
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
    has_one_column = not any(len(row) > 1 for row in tried[delimiter])
    if has_one_column and not all(tried.values()):
        raise FormatError(FORMAT, "its rows cannot be told apart")
    has_header = _has_header(tried[delimiter], len(lines))
    rows, has_more = _first_rows(sample, delimiter, SHOWN_ROWS + has_header, is_whole)
    return DelimitedText(delimiter, max(map(len, rows)), has_header, tuple(map(tuple, rows)), has_more)


def _rows(sample: str, delimiter: str) -> list[list[str]]:
    """The first rows if it is written so, up to one that cannot be, as no cell is that long."""
    return _first_rows(sample, delimiter, _DECIDING, True)[0]


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


def _has_header(rows: Sequence[Sequence[str]], lines: int) -> bool:
    """Names are no numbers, stand there once, and are not empty, but for that of the first column: pandas
    gives none to the index."""
    first = [cell.strip() for cell in rows[0]]
    are_names = all(first[1:]) and any(first) and len(set(first)) == len(first)
    return lines > 1 and are_names and not any(map(_is_number, first))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
