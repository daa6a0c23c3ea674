"""The members of a zip archive from its central directory, read by ranges."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import NoReturn

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.source import Bytes
from kitops_desktop.formats.values import Kind, Member, Recognised, clean, facts

FORMAT = "zip"
MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
_END, _END64, _LOCATOR64, _ENTRY = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x01\x02"
_END_SIZE, _ENTRY_SIZE, _LOCAL_SIZE, _LOCATOR_SIZE = 22, 46, 30, 20
_LONGEST_COMMENT = 65_535
_MOST_DIRECTORY = 32 << 20
_MOST_MEMBERS = 200_000
_STORED, _DEFLATED = 0, 8
_FULL16, _FULL32 = 0xFFFF, 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class ZipMember:
    """Sizes are in bytes; ``offset`` is that of the local header."""

    name: str
    size: int
    stored_size: int
    method: int
    offset: int
    is_encrypted: bool = False


@dataclass(frozen=True, slots=True)
class ZipDirectory:
    members: tuple[ZipMember, ...]

    def find(self, name: str) -> ZipMember | None:
        return next((member for member in self.members if member.name == name), None)

    def ending(self, suffix: str) -> ZipMember | None:
        """The first member whose name ends so."""
        return next((member for member in self.members if member.name.endswith(suffix)), None)

    @property
    def size(self) -> int:
        return sum(member.size for member in self.members)

    def named_members(self) -> tuple[Member, ...]:
        """What it holds, for people."""
        return tuple(Member(clean(member.name, 1000), member.size) for member in self.members)

    def recognised(self) -> Recognised:
        return Recognised(
            Kind.ARCHIVE,
            FORMAT,
            facts=facts(("members", len(self.members)), ("bytes uncompressed", self.size)),
            members=self.named_members(),
        )


def read_zip(source: Bytes) -> ZipDirectory:
    """Raises ``FormatError``."""
    count, size, offset = _end_record(source)
    if offset + size > source.size:
        _fail("its directory lies outside the file")
    if size > _MOST_DIRECTORY or count > _MOST_MEMBERS or count * _ENTRY_SIZE > size:
        _fail("its directory has no size that could be right")
    content = source.read(offset, size)
    if len(content) < size:
        _fail("it ends before it should")
    members, position = [], 0
    for _ in range(count):
        member, position = _member(content, position)
        members.append(member)
    return ZipDirectory(tuple(members))


def read_member(source: Bytes, member: ZipMember, most: int) -> bytes:
    """The first ``most`` bytes of a member, uncompressed. Raises ``FormatError``."""
    start = content_offset(source, member)
    if member.method == _STORED:
        return source.read(start, min(member.stored_size, most))
    if member.method != _DEFLATED:
        _fail("a member is compressed in an unusual way")
    # Deflate makes at most some 1,032 bytes of one, and at least hardly fewer than one.
    content = source.read(start, min(member.stored_size, most + (most >> 8) + 1024))
    try:
        return zlib.decompressobj(-15).decompress(content, most)
    except zlib.error as error:
        raise FormatError(FORMAT, "a member is damaged") from error


def content_offset(source: Bytes, member: ZipMember) -> int:
    """Where the bytes of a member begin. Raises ``FormatError``."""
    if member.is_encrypted:
        _fail("a member is encrypted")
    local = source.read(member.offset, _LOCAL_SIZE)
    if len(local) < _LOCAL_SIZE or local[:4] != MAGICS[0]:
        _fail("a member is not where the directory says")
    name, extra = struct.unpack_from("<HH", local, 26)
    start = int(member.offset + _LOCAL_SIZE + name + extra)
    if start + member.stored_size > source.size:
        _fail("a member lies outside the file")
    return start


def _end_record(source: Bytes) -> tuple[int, int, int]:
    """Members, size and offset of the directory."""
    tail_size = min(source.size, _LONGEST_COMMENT + _END_SIZE + _LOCATOR_SIZE)
    tail_start = source.size - tail_size
    tail = source.read(tail_start, tail_size)
    at = tail.rfind(_END)
    if at < 0 or at + _END_SIZE > len(tail):
        _fail("it has no directory")
    count, size, offset = struct.unpack_from("<HII", tail, at + 10)
    if count == _FULL16 or _FULL32 in (size, offset):
        if at < _LOCATOR_SIZE or tail[at - _LOCATOR_SIZE : at - _LOCATOR_SIZE + 4] != _LOCATOR64:
            return count, size, offset
        (where,) = struct.unpack_from("<Q", tail, at - _LOCATOR_SIZE + 8)
        end = source.read(where, 56) if where < source.size else b""
        if len(end) < 56 or end[:4] != _END64:
            _fail("its directory is not where it says")
        count, size, offset = struct.unpack_from("<QQQ", end, 32)
    return count, size, offset


def _member(content: bytes, position: int) -> tuple[ZipMember, int]:
    if position + _ENTRY_SIZE > len(content) or content[position : position + 4] != _ENTRY:
        _fail("its directory is damaged")
    flags, method = struct.unpack_from("<HH", content, position + 8)
    stored, size = struct.unpack_from("<II", content, position + 20)
    name_length, extra_length, comment_length = struct.unpack_from("<HHH", content, position + 28)
    (offset,) = struct.unpack_from("<I", content, position + 42)
    name_end = position + _ENTRY_SIZE + name_length
    end = name_end + extra_length + comment_length
    if end > len(content):
        _fail("its directory is damaged")
    name = content[position + _ENTRY_SIZE : name_end].decode("utf-8", "replace")
    wide = _wide_numbers(content[name_end : name_end + extra_length])
    values = [wide.pop(0) if value == _FULL32 and wide else value for value in (size, stored, offset)]
    return ZipMember(name, values[0], values[1], method, values[2], bool(flags & 1)), end


def _wide_numbers(extra: bytes) -> list[int]:
    """The 64-bit numbers of the zip64 field."""
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, position)
        if kind == 1:
            field = extra[position + 4 : position + 4 + length]
            return [value for (value,) in struct.iter_unpack("<Q", field[: len(field) // 8 * 8])]
        position += 4 + length
    return []


def _fail(reason: str) -> NoReturn:
    raise FormatError(FORMAT, reason)
