"""As much of Thrift's compact protocol as the footer of a Parquet file needs."""

from __future__ import annotations

from collections.abc import Iterator

from kitops_desktop.formats.source import Cursor

BYTES, LIST, STRUCT = 8, 9, 12
_TRUE, _FALSE, _BYTE, _DOUBLE, _SET, _MAP = 1, 2, 3, 7, 10, 11
_INTEGERS = (4, 5, 6)
_MOST_DEPTH = 24


class ThriftReader:
    """Reads or skips values; ``most`` is how many there may be in all. Raises ``FormatError``."""

    def __init__(self, cursor: Cursor, most: int) -> None:
        self._cursor = cursor
        self._left = most

    def fields(self) -> Iterator[tuple[int, int]]:
        """Number and type of each field of a struct. Each must be read or skipped before the next."""
        number = 0
        while (head := self._cursor.byte()) != 0:
            self._count()
            number = number + (head >> 4) if head >> 4 else self.integer()
            yield number, head & 15

    def integer(self) -> int:
        value = self._cursor.varint()
        return (value >> 1) ^ -(value & 1)

    def text(self, most: int = 4096) -> str:
        length = self._cursor.varint()
        content = self._cursor.take(min(length, most))
        self._cursor.skip(length - len(content))
        return content.decode("utf-8", "replace")

    def list_head(self) -> tuple[int, int]:
        """How many values of which type follow."""
        head = self._cursor.byte()
        count = head >> 4
        if count == 15:
            count = self._cursor.varint()
        if count > self._left or count > self._cursor.left:
            self._cursor.fail("a list is too long")
        return count, head & 15

    def skip(self, kind: int, depth: int = 0) -> None:
        """Pass over a value."""
        self._count()
        cursor = self._cursor
        if depth > _MOST_DEPTH:
            cursor.fail("it is nested too deeply")
        if kind in _INTEGERS:
            cursor.varint()
        elif kind == BYTES:
            cursor.skip(cursor.varint())
        elif kind in (LIST, _SET):
            count, inner = self.list_head()
            for _ in range(count):
                self._skip_item(inner, depth)
        elif kind == _MAP:
            self._skip_map(depth)
        elif kind == STRUCT:
            for _, inner in self.fields():
                self.skip(inner, depth + 1)
        elif kind in (_BYTE, _DOUBLE):
            cursor.skip(8 if kind == _DOUBLE else 1)
        elif kind not in (_TRUE, _FALSE):
            cursor.fail("it has a value of an unknown type")

    def _skip_item(self, kind: int, depth: int) -> None:
        """In a list a truth value takes a byte; in a field it is part of the type."""
        if kind in (_TRUE, _FALSE):
            self._count()
            self._cursor.skip(1)
        else:
            self.skip(kind, depth + 1)

    def _skip_map(self, depth: int) -> None:
        count = self._cursor.varint()
        if not count:
            return
        if count > self._left:
            self._cursor.fail("a map is too long")
        kinds = self._cursor.byte()
        for _ in range(count):
            self._skip_item(kinds >> 4, depth)
            self._skip_item(kinds & 15, depth)

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            self._cursor.fail("it has too many values")
