"""As much of protocol buffers as headers need: the fields of a message, contents unread until asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kitops_desktop.formats.source import Cursor

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class ProtoField:
    """A field: a number, or the place of its bytes (``start`` to ``end``) when ``is_bytes``."""

    number: int
    value: int
    start: int = 0
    end: int = 0
    is_bytes: bool = False


class ProtoReader:
    """Reads messages through one cursor; ``most`` is how many fields of all messages are read."""

    def __init__(self, cursor: Cursor, most: int) -> None:
        self._cursor = cursor
        self._left = most

    def fields(self, start: int, end: int) -> Iterator[ProtoField]:
        """The fields of the message in that range. Messages inside may be read while this goes on."""
        position = start
        while position < end:
            self._cursor.position = position
            field = self._field(end)
            position = self._cursor.position
            yield field

    def text(self, field: ProtoField, most: int = 4096) -> str:
        """The text of a field, cut after ``most`` bytes."""
        return self.content(field, most).decode("utf-8", "replace")

    def content(self, field: ProtoField, most: int) -> bytes:
        self._cursor.position = field.start
        return self._cursor.take(min(field.end - field.start, most))

    def numbers(self, field: ProtoField, most: int) -> tuple[int, ...]:
        """A repeated number, packed or not."""
        if not field.is_bytes:
            return (field.value,)
        self._cursor.position = field.start
        found: list[int] = []
        while self._cursor.position < field.end:
            found.append(self._cursor.varint())
            if len(found) > most:
                self._cursor.fail("a list of numbers is too long")
        return tuple(found)

    def _field(self, end: int) -> ProtoField:
        cursor = self._cursor
        self._left -= 1
        if self._left < 0:
            cursor.fail("it has too many fields")
        key = cursor.varint()
        number, wire = key >> 3, key & 7
        if not number:
            cursor.fail("a field has no number")
        if wire == _VARINT:
            field = ProtoField(number, cursor.varint())
        elif wire == _BYTES:
            length = cursor.varint()
            start = cursor.position
            if length > end - start:
                cursor.fail("a field is longer than what it is in")
            cursor.skip(length)
            field = ProtoField(number, 0, start, start + length, True)
        elif wire in (_FIXED64, _FIXED32):
            cursor.skip(8 if wire == _FIXED64 else 4)
            field = ProtoField(number, 0)
        else:
            cursor.fail("a field is of a type that no longer exists")
        if cursor.position > end:
            cursor.fail("a field is longer than what it is in")
        return field
