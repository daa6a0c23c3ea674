"""Tar archives written byte by byte, so that tests can have what no honest program writes."""

from __future__ import annotations

from collections.abc import Mapping

BLOCK = 512
END = bytes(2 * BLOCK)
POSIX, GNU, OLD = b"ustar\x0000", b"ustar  \0", bytes(8)


def padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % BLOCK)


def header(
    name: bytes,
    size: int | bytes = 0,
    kind: bytes = b"0",
    mode: int = 0o644,
    *,
    link: bytes = b"",
    prefix: bytes = b"",
    magic: bytes = POSIX,
    checksum: bytes | None = None,
) -> bytes:
    """A header block; ``size`` is a number or the raw field, ``checksum`` the raw field or None for the right
    one."""
    size_field = b"%011o\0" % size if isinstance(size, int) else size
    fields = (
        name.ljust(100, b"\0") + b"%07o\0" % mode + b"0001750\x000000000\0" + size_field + b"0" * 11 + b"\0"
    )
    rest = (kind + link.ljust(100, b"\0") + magic + bytes(80) + prefix).ljust(BLOCK - 156, b"\0")
    total = sum(fields) + sum(rest) + 8 * 0x20
    block = fields + (checksum or b"%06o\0 " % total) + rest
    assert len(block) == BLOCK
    return block


def file(name: bytes, content: bytes = b"content", mode: int = 0o644, *, prefix: bytes = b"") -> bytes:
    return header(name, len(content), mode=mode, prefix=prefix) + padded(content)


def folder(name: bytes, mode: int = 0o755) -> bytes:
    return header(name, kind=b"5", mode=mode)


def record(key: bytes, value: bytes) -> bytes:
    """A record of a pax header, whose length counts its own digits."""
    length = len(key) + len(value) + 3
    while length != len(b"%d %s=%s\n" % (length, key, value)):
        length = len(b"%d %s=%s\n" % (length, key, value))
    return b"%d %s=%s\n" % (length, key, value)


def pax(records: Mapping[bytes, bytes] | bytes, kind: bytes = b"x") -> bytes:
    """A pax extended header, from records or from its raw content."""
    content = (
        records
        if isinstance(records, bytes)
        else b"".join(record(key, value) for key, value in records.items())
    )
    return header(b"PaxHeaders.0/x", len(content), kind) + padded(content)


def long_name(name: bytes) -> bytes:
    """GNU's way to give the next entry a name of any length."""
    return header(b"././@LongLink", len(name) + 1, b"L", magic=GNU) + padded(name + b"\0")


def archive(*entries: bytes) -> bytes:
    return b"".join(entries) + END
