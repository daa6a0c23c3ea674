"""The headers of a layer's tar archive, byte for byte as `kit` writes them.

An entry has a POSIX ustar header (IEEE Std 1003.1, pax, "ustar Interchange Format"); before it stands a pax
extended header only where ustar cannot hold the name or the size. Times are zero and owners fixed, so that
equal trees give equal layers. The choice between ustar and pax, and the name of the pax header, are those of
Go's archive/tar.
"""

from __future__ import annotations

BLOCK = 512
"""Headers and contents fill whole blocks of so many bytes."""
TRAILER = bytes(2 * BLOCK)
"""The end of an archive."""

_NAME_BYTES = 100
_PREFIX_BYTES = 155
_LARGE = 8**11
"""From this size on (8 GiB) a size does not fit the ustar header."""
_MODE_MASK = 0o7777
_OWNERS = b"0001750\0" + b"0000000\0"
_MAGIC = b"ustar\x0000"
_DEVICES = b"0000000\0" * 2


def padding(size: int) -> int:
    """How many zero bytes follow ``size`` bytes of content."""
    return -size % BLOCK


def header_size(name: bytes, size: int) -> int:
    """The length in bytes of what ``header`` returns for a name and a size."""
    records = _records(name, size)
    if not records:
        return BLOCK
    return 2 * BLOCK + len(records) + padding(len(records))


def header(name: bytes, mode: int, size: int = 0, *, is_dir: bool = False) -> bytes:
    """All header blocks of an entry.

    ``name`` is relative with ``/`` between its parts and none at its end, raw as the file system has it; of
    ``mode`` the low 12 bits count. Folders have size 0.
    """
    kind = b"5" if is_dir else b"0"
    records = _records(name, size)
    if records:
        return _pax_header(name, records) + _block(
            _cut(_ascii(name)), mode & _MODE_MASK, size if size < _LARGE else 0, kind
        )
    if len(name) <= _NAME_BYTES:
        return _block(name, mode & _MODE_MASK, size, kind)
    cut = _split(name)
    return _block(name[cut + 1 :], mode & _MODE_MASK, size, kind, prefix=name[:cut])


def _records(name: bytes, size: int) -> bytes:
    """The pax records an entry needs; none when ustar can hold it."""
    long_name = len(name) > _NAME_BYTES or not name.isascii()
    if size < _LARGE and (not long_name or _split(name) > 0):
        return b""
    records = _record(b"path", name) if long_name else b""
    return records + _record(b"size", b"%d" % size) if size >= _LARGE else records


def _record(key: bytes, value: bytes) -> bytes:
    """``LENGTH key=value\\n``, where the length counts its own digits too."""
    rest = len(key) + len(value) + 3
    length = rest + len(str(rest))
    if rest + len(str(length)) != length:
        length = rest + len(str(length))
    return b"%d %s=%s\n" % (length, key, value)


def _split(name: bytes) -> int:
    """The index of the slash that divides a long ASCII name into ustar's prefix and name; 0 when none can."""
    if not name.isascii():
        return 0
    cut = name[: _PREFIX_BYTES + 1].rfind(b"/")
    return cut if cut > 0 and 0 < len(name) - cut - 1 <= _NAME_BYTES else 0


def _pax_header(name: bytes, records: bytes) -> bytes:
    folder, _, base = name.rpartition(b"/")
    pax_name = b"/".join(part for part in (folder, b"PaxHeaders.0", base) if part)
    pax_name = _ascii(pax_name)[:_NAME_BYTES].rstrip(b"/")
    fields = b"%s%s%011o\0%011o\0" % (pax_name.ljust(_NAME_BYTES, b"\0"), b"0000000\0" * 3, len(records), 0)
    block = _with_checksum(fields, b"x" + bytes(100) + _MAGIC)
    return block + records + bytes(padding(len(records)))


def _block(name: bytes, mode: int, size: int, kind: bytes, prefix: bytes = b"") -> bytes:
    fields = b"%s%07o\0%s%011o\x0000000000000\0" % (name.ljust(_NAME_BYTES, b"\0"), mode, _OWNERS, size)
    return _with_checksum(fields, kind + bytes(100) + _MAGIC + bytes(64) + _DEVICES + prefix)


def _with_checksum(before: bytes, after: bytes) -> bytes:
    """A whole block: 148 bytes, the checksum over all bytes (its own field counted as spaces), the rest."""
    after = after.ljust(BLOCK - len(before) - 8, b"\0")
    checksum = sum(before) + sum(after) + 8 * 0x20
    return b"%s%06o\0 %s" % (before, checksum, after)


def _ascii(name: bytes) -> bytes:
    return name if name.isascii() else bytes(byte for byte in name if byte < 0x80)


def _cut(name: bytes) -> bytes:
    """A name cut to its field. Where the cut leaves a slash at the end, a zero byte ends the name before it,
    so that no reader takes a file for a folder."""
    field = name[:_NAME_BYTES]
    if len(name) > _NAME_BYTES and field.endswith(b"/"):
        kept = len(field.rstrip(b"/"))
        field = field[:kept] + b"\0" + field[kept + 1 :]
    return field
