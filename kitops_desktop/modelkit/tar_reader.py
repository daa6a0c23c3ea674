"""A strict reader of tar archives that trusts nothing it reads.

Understood are the ustar and pax formats (IEEE Std 1003.1, pax) and GNU's long names and binary sizes, as the
layers of other tools may have them. Everything else is reported as what it is, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from kitops_desktop.errors import ArchiveDamaged, ArchiveTooLarge
from kitops_desktop.modelkit.tar_headers import BLOCK, padding

MAX_ENTRIES = 1_000_000
MAX_EXTENDED_BYTES = 1 << 20
"""Of one pax header or one long name."""
_MAX_EXTENSIONS = 16
"""Before one entry; honest writers put there a pax header, two long names, and once a global header."""
_MAX_SIZE = 2**63 - 1
_POSIX_MAGIC, _GNU_MAGIC, _NO_MAGIC = b"ustar\x0000", b"ustar  \0", bytes(8)
_ZERO_BLOCK = bytes(BLOCK)
_SPACES = b" " * 8


class EntryKind(Enum):
    FILE = auto()
    FOLDER = auto()
    HARD_LINK = auto()
    SYMBOLIC_LINK = auto()
    SPECIAL = auto()
    """A device, a pipe, or a type nobody knows."""


@dataclass(frozen=True, slots=True)
class TarEntry:
    """``name`` is raw; ``offset`` is where the content begins in the archive and ``size`` its length in
    bytes; of ``mode`` only the low 12 bits are kept."""

    name: bytes
    kind: EntryKind
    mode: int
    size: int
    offset: int


class TarSource(Protocol):
    """The bytes of an archive from first to last."""

    @property
    def position(self) -> int:
        """How many bytes have been read or skipped."""
        ...

    def read(self, size: int, /) -> bytes:
        """Exactly ``size`` bytes, fewer only at the end."""
        ...

    def skip(self, size: int, /) -> None:
        """Go on by ``size`` bytes to the next entry; past the end is perhaps only noticed by the next
        ``read``."""
        ...


def read_entries(source: TarSource) -> Iterator[TarEntry]:
    """The entries in their order. While one is handled its content may be read from ``source``, up to
    ``entry.size`` bytes; what is left of it is skipped.

    Raises ``ArchiveDamaged`` and ``ArchiveTooLarge``.
    """
    extended: dict[bytes, bytes] = {}
    extensions = 0
    for _ in range(MAX_ENTRIES + 1):
        block = source.read(BLOCK)
        if not block:
            raise ArchiveDamaged("it ends without the mark of its end")
        if block == _ZERO_BLOCK:
            _check_end(source, extended)
            return
        header = _parse_header(block)
        if header.type in _EXTENSIONS:
            extensions += 1
            if extensions > _MAX_EXTENSIONS:
                raise ArchiveTooLarge(f"an entry has more than {_MAX_EXTENSIONS} extended headers")
            _extend(extended, header, source)
            continue
        entry = _entry(header, extended, source.position)
        extended, extensions = {}, 0
        yield entry
        _skip_to(source, entry.offset + entry.size + padding(entry.size))
    raise ArchiveTooLarge(f"it has more than {MAX_ENTRIES:,} entries")


@dataclass(frozen=True, slots=True)
class _Header:
    name: bytes
    mode: int
    size: int
    type: bytes


_EXTENSIONS = (b"x", b"g", b"L", b"K")
_KINDS = {
    b"0": EntryKind.FILE,
    b"7": EntryKind.FILE,
    b"5": EntryKind.FOLDER,
    b"1": EntryKind.HARD_LINK,
    b"2": EntryKind.SYMBOLIC_LINK,
}
_WITHOUT_CONTENT = (b"1", b"2", b"3", b"4", b"5", b"6")


def _parse_header(block: bytes) -> _Header:
    if len(block) < BLOCK:
        raise ArchiveDamaged("it ends in the middle of a header")
    magic = block[257:265]
    if magic not in (_POSIX_MAGIC, _GNU_MAGIC, _NO_MAGIC):
        raise ArchiveDamaged("it has a header that is not one of a tar archive")
    _check_sum(block)
    name = _text(block[:100])
    prefix = _text(block[345:500]) if magic == _POSIX_MAGIC else b""
    return _Header(
        prefix + b"/" + name if prefix else name,
        _number(block[100:108]) & 0o7777,
        _number(block[124:136]),
        block[156:157],
    )


def _check_sum(block: bytes) -> None:
    """The sum of all bytes, its own field counted as spaces; some old writers summed signed bytes."""
    stated = _number(block[148:156])
    unsigned = sum(block) - sum(block[148:156]) + sum(_SPACES)
    if stated == unsigned:
        return
    rest = block[:148] + block[156:]
    if stated != unsigned - 256 * sum(byte > 127 for byte in rest):
        raise ArchiveDamaged("a header has a wrong checksum")


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def _number(field: bytes) -> int:
    """An octal number, or with the top bit set GNU's big-endian binary."""
    if field[0] & 0x80:
        value = int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
        if field[0] & 0x40 or value > _MAX_SIZE:
            raise ArchiveDamaged("a header has a number out of range")
        return value
    digits = field.strip(b" \0")
    if digits.strip(b"01234567"):
        raise ArchiveDamaged("a header has a number that is none")
    return int(digits, 8) if digits else 0


def _check_end(source: TarSource, extended: dict[bytes, bytes]) -> None:
    """Two blocks of zeros end an archive; one does too when nothing follows it."""
    if extended or source.read(BLOCK) not in (b"", _ZERO_BLOCK):
        raise ArchiveDamaged("it has a block of zeros between its entries")


def _extend(extended: dict[bytes, bytes], header: _Header, source: TarSource) -> None:
    """Take in a header that says something about the next entry."""
    if header.size > MAX_EXTENDED_BYTES:
        raise ArchiveTooLarge(f"an extended header has {header.size:,} bytes")
    content = source.read(header.size)
    if len(content) < header.size:
        raise ArchiveDamaged("it ends in the middle of an extended header")
    source.read(padding(header.size))  # not skipped: what is skipped is the content of an entry
    if header.type == b"L":
        extended[b"path"] = _text(content)
    elif header.type in (b"x", b"g"):
        records = _pax_records(content)
        if header.type == b"x":
            extended.update(records)
        elif records.keys() & {b"path", b"size"}:
            raise ArchiveDamaged("a global header gives every entry the same name or size")


def _pax_records(content: bytes) -> dict[bytes, bytes]:
    """``LENGTH key=value\\n`` over and over; the length counts the whole record."""
    records: dict[bytes, bytes] = {}
    start = 0
    while start < len(content):
        digits, space, _ = content[start : start + 21].partition(b" ")
        if not space or not digits.isdigit():
            raise ArchiveDamaged("an extended header has a record without a length")
        end = start + int(digits)
        key, equals, value = content[start + len(digits) + 1 : end - 1].partition(b"=")
        if end > len(content) or not key or not equals or content[end - 1 : end] != b"\n":
            raise ArchiveDamaged("an extended header has a record that is none")
        if key.startswith(b"GNU.sparse."):
            raise ArchiveDamaged("it has a sparse file, which this program does not read")
        records[key] = value
        start = end
    return records


def _entry(header: _Header, extended: dict[bytes, bytes], offset: int) -> TarEntry:
    # An empty value takes the record back, says the pax format.
    name = extended.get(b"path") or header.name
    size = header.size
    if stated := extended.get(b"size"):
        if not stated.isdigit() or len(stated) > 19 or int(stated) > _MAX_SIZE:
            raise ArchiveDamaged("an extended header has a size that is none")
        size = int(stated)
    kind = _KINDS.get(header.type, EntryKind.SPECIAL)
    if header.type == b"\0":
        kind = EntryKind.FOLDER if name.endswith(b"/") else EntryKind.FILE
    if header.type in _WITHOUT_CONTENT or kind is EntryKind.FOLDER:
        size = 0
    return TarEntry(name, kind, header.mode, size, offset)


def _skip_to(source: TarSource, position: int) -> None:
    left = position - source.position
    if left < 0:
        raise ArchiveDamaged("more was read of an entry than it has")
    source.skip(left)
