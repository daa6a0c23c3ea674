"""Parquet by its footer: rows, columns with their types, and who wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.source import Bytes, Cursor
from kitops_desktop.formats.thrift import BYTES, LIST, STRUCT, ThriftReader
from kitops_desktop.formats.values import Kind, Recognised, clean, facts

FORMAT = "Parquet"
MAGIC, _ENCRYPTED = b"PAR1", b"PARE"
_MOST_FOOTER = 64 << 20
_MOST_VALUES = 2_000_000
_MOST_COLUMNS = 100_000
_INTEGER = (4, 5, 6)
_TYPES = ("boolean", "int32", "int64", "int96", "float", "double", "bytes", "fixed bytes")
_CONVERTED = {
    0: "text", 1: "map", 3: "list", 4: "enum", 5: "decimal", 6: "date", 7: "time ms", 8: "time µs",
    9: "timestamp ms", 10: "timestamp µs", 11: "uint8", 12: "uint16", 13: "uint32", 14: "uint64",
    15: "int8", 16: "int16", 17: "int32", 18: "int64", 19: "json", 20: "bson", 21: "interval",
}  # fmt: skip
_LOGICAL = {
    1: "text", 2: "map", 3: "list", 4: "enum", 5: "decimal", 6: "date", 7: "time", 8: "timestamp",
    11: "null", 12: "json", 13: "bson", 14: "uuid", 15: "float16", 17: "geometry", 18: "geography",
}  # fmt: skip
_REPETITIONS = ("required", "optional", "repeated")


@dataclass(frozen=True, slots=True)
class ParquetColumn:
    """``name`` has the names of the groups it is in, joined by dots."""

    name: str
    type: str
    repetition: str


@dataclass(frozen=True, slots=True)
class ParquetFooter:
    rows: int
    row_groups: int
    columns: tuple[ParquetColumn, ...]
    created_by: str

    def recognised(self) -> Recognised:
        lines = ((column.name, column.type, column.repetition) for column in self.columns[:500])
        return Recognised(
            Kind.DATASET,
            FORMAT,
            facts=facts(
                ("rows", self.rows),
                ("row groups", self.row_groups),
                ("columns", len(self.columns)),
                ("written by", self.created_by),
            ),
            table=(("column", "type", "values"), *((clean(name), kind, rep) for name, kind, rep in lines)),
        )


@dataclass(slots=True)
class _Element:
    name: str = ""
    type: str = ""
    repetition: str = ""
    children: int = 0


def read_parquet(source: Bytes) -> ParquetFooter:
    """Raises ``FormatError``."""
    if source.size < 12:
        _fail("it ends too early")
    tail = source.read(source.size - 8, 8)
    if tail[4:] == _ENCRYPTED:
        _fail("its footer is encrypted")
    if tail[4:] != MAGIC:
        _fail("it does not end as one")
    length = int.from_bytes(tail[:4], "little")
    if not 0 < length <= source.size - 12 or length > _MOST_FOOTER:
        _fail("its footer has a size that cannot be right")
    end = source.size - 8
    cursor = Cursor(source, FORMAT, end - length, end)
    return _footer(ThriftReader(cursor, _MOST_VALUES), cursor)


def _footer(reader: ThriftReader, cursor: Cursor) -> ParquetFooter:
    rows = groups = 0
    elements: list[_Element] = []
    created_by = ""
    for number, kind in reader.fields():
        if number == 2 and kind == LIST:
            elements = _schema(reader, cursor)
        elif number == 3 and kind in _INTEGER:
            rows = reader.integer()
        elif number == 4 and kind == LIST:
            groups, inner = reader.list_head()
            for _ in range(groups):
                reader.skip(inner)
        elif number == 6 and kind == BYTES:
            created_by = reader.text()
        else:
            reader.skip(kind)
    if not elements or rows < 0:
        cursor.fail("its footer does not say what it must")
    return ParquetFooter(rows, groups, _columns(elements, cursor), created_by)


def _schema(reader: ThriftReader, cursor: Cursor) -> list[_Element]:
    count, kind = reader.list_head()
    if kind != STRUCT or count > _MOST_COLUMNS:
        cursor.fail("its columns cannot be read")
    return [_element(reader) for _ in range(count)]


def _element(reader: ThriftReader) -> _Element:
    made = _Element()
    logical = converted = ""
    for number, kind in reader.fields():
        if number == 4 and kind == BYTES:
            made.name = reader.text(200)
        elif number == 10 and kind == STRUCT:
            for inner, inner_kind in reader.fields():
                logical = _LOGICAL.get(inner, "")
                reader.skip(inner_kind)
        elif number in (1, 3, 5, 6) and kind in _INTEGER:
            value = reader.integer()
            if number == 1 and 0 <= value < len(_TYPES):
                made.type = _TYPES[value]
            elif number == 3 and 0 <= value < len(_REPETITIONS):
                made.repetition = _REPETITIONS[value]
            elif number == 5:
                made.children = value
            elif number == 6:
                converted = _CONVERTED.get(value, "")
        else:
            reader.skip(kind)
    made.type = logical or converted or made.type
    return made


def _columns(elements: list[_Element], cursor: Cursor) -> tuple[ParquetColumn, ...]:
    """The leaves of the tree that the list stands for: each group is followed by its children."""
    found: list[ParquetColumn] = []
    open_groups: list[tuple[str, int]] = [("", max(elements[0].children, 0))]
    for element in elements[1:]:
        while open_groups and not open_groups[-1][1]:
            open_groups.pop()
        if not open_groups or not 0 <= element.children <= len(elements) or len(open_groups) > 64:
            cursor.fail("its columns do not fit together")
        path, left = open_groups[-1]
        open_groups[-1] = (path, left - 1)
        name = f"{path}.{element.name}"[-1000:].lstrip(".")
        if element.children:
            open_groups.append((name, element.children))
        else:
            found.append(ParquetColumn(name, element.type, element.repetition))
    return tuple(found)


def _fail(reason: str) -> NoReturn:
    raise FormatError(FORMAT, reason)
