"""Bytes of which any range can be read, and a cursor that goes through them within limits."""

from __future__ import annotations

import struct
from typing import NoReturn, Protocol

from kitops_desktop.errors import FormatError

_FIRST_WINDOW = 64 << 10
_LARGEST_WINDOW = 4 << 20
_MOST_READ = 96 << 20
_MOST_WINDOWS = 4_096


UNKNOWN_SIZE = (1 << 63) - 1
"""The ``size`` of a file as long as nobody knows it; reading beyond its end makes it known."""


class Bytes(Protocol):
    """A file, or a file inside a layer, here or in a registry. ``size`` is in bytes."""

    @property
    def size(self) -> int: ...

    def read(self, start: int, length: int, /) -> bytes:
        """So many bytes from offset ``start``; fewer only where the file ends."""
        ...


class MemoryBytes:
    """Bytes that are in memory already."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @property
    def size(self) -> int:
        return len(self._content)

    def read(self, start: int, length: int, /) -> bytes:
        return self._content[start : start + length]


class Cursor:
    """Goes through a part of ``source``, reading windows that grow while it goes straight on, from ``window``
    bytes each time that something was passed over.

    Every method raises ``FormatError`` in the name of ``format`` where the part ends too early, and when more
    than ``most`` bytes would have to be read in all: a header is never that large.
    """

    def __init__(
        self,
        source: Bytes,
        format: str,
        start: int = 0,
        end: int | None = None,
        most: int = _MOST_READ,
        window: int = _FIRST_WINDOW,
    ) -> None:
        self.format = format
        self.position = start
        self.end = source.size if end is None else min(end, source.size)
        self.little = True
        self._source = source
        self._most = most
        self._window = b""
        self._window_start = 0
        self._first_size = self._window_size = window
        self._windows = 0

    @property
    def left(self) -> int:
        return self.end - self.position

    def fail(self, reason: str) -> NoReturn:
        raise FormatError(self.format, reason)

    def skip(self, length: int) -> None:
        """Go on without reading."""
        if length < 0 or self.position + length > self.end:
            self.fail("it ends too early")
        self.position += length

    def take(self, length: int) -> bytes:
        start = self.position - self._window_start
        if start < 0 or start + length > len(self._window):
            self._load(length)
            start = 0
        self.position += length
        if self.position > self.end:
            self.fail("it ends too early")
        return self._window[start : start + length]

    def line(self, most: int) -> bytes:
        """What stands before the next line feed, which is passed over; at most ``most`` bytes."""
        start = self.position - self._window_start
        if 0 <= start < len(self._window):  # short lines by the million are not worth a long piece each
            end = self._window.find(b"\n", start, start + most + 1)
            if end >= 0 and self._window_start + end < self.end:
                self.position = self._window_start + end + 1
                return self._window[start:end]
        piece = self.peek(most + 1)
        end = piece.find(b"\n")
        if end < 0:
            self.fail("a line has no end")
        self.position += end + 1
        return piece[:end]

    def peek(self, length: int) -> bytes:
        """The next bytes, fewer at the end, without going on."""
        position = self.position
        content = self.take(min(length, self.left))
        self.position = position
        return content

    def byte(self) -> int:
        start = self.position - self._window_start
        if 0 <= start < len(self._window) and self.position < self.end:
            self.position += 1
            return self._window[start]
        return self.take(1)[0]

    def number(self, code: str) -> int:
        """A whole number in a format of ``struct``, in the byte order of this cursor."""
        order = "<" if self.little else ">"
        value: int = struct.unpack(order + code, self.take(struct.calcsize(order + code)))[0]
        return value

    def varint(self) -> int:
        """A number in base 128, the lowest digits first, of at most 64 bits."""
        value = shift = 0
        while True:
            digit = self.byte()
            value |= (digit & 0x7F) << shift
            if digit < 0x80:
                return value & 0xFFFF_FFFF_FFFF_FFFF
            shift += 7
            if shift > 63:
                self.fail("a number is too long")

    def _load(self, length: int) -> None:
        if length < 0 or self.position + length > self.end:
            self.fail("it ends too early")
        is_next = self._window_start <= self.position <= self._window_start + len(self._window)
        self._window_size = min(self._window_size * 2, _LARGEST_WINDOW) if is_next else self._first_size
        size = min(max(length, self._window_size), self.left)
        self._most -= size
        self._windows += 1
        if self._most < 0 or self._windows > _MOST_WINDOWS:
            self.fail("its header is larger than any header should be")
        self._window = self._source.read(self.position, size)
        self._window_start = self.position
        if len(self._window) < length:
            self.fail("it ends before it should")


def known_size(source: Bytes) -> int | None:
    """In bytes; None as long as nobody knows it."""
    return None if source.size == UNKNOWN_SIZE else source.size


def read_whole(source: Bytes, format: str, most: int) -> bytes:
    """All of a small file; raises ``FormatError`` when it has more than ``most`` bytes."""
    if source.size > most:
        raise FormatError(format, f"it has {source.size:,} bytes, more than the {most:,} that are read")
    return source.read(0, source.size)
