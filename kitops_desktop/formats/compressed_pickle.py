"""Pickles that were compressed as a whole, as joblib can write them."""

from __future__ import annotations

import bz2
import lzma
import zlib
from dataclasses import replace

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.pickle_opcodes import read_pickle
from kitops_desktop.formats.source import Bytes, MemoryBytes
from kitops_desktop.formats.values import Kind, Recognised

FORMAT = "compressed pickle"
_MOST = 16 << 20
"""Bytes that are looked at, compressed and not."""
_DEFLATED = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b")
_BZIPPED = b"BZh"
_LZMA = (b"\xfd7zXZ", b"\x5d\x00\x00")
_OTHERS = (b"\x04\x22\x4d\x18", b"\x28\xb5\x2f\xfd")
_MOST_MEMORY = 128 << 20
"""Bytes that a decompressor may take for itself."""
_ANY_WINDOW = 47
"""zlib or gzip, whichever it is."""


def looks_compressed(beginning: bytes) -> bool:
    return beginning.startswith((*_DEFLATED, _BZIPPED, *_LZMA, *_OTHERS))


def recognised_compressed_pickle(source: Bytes) -> Recognised:
    """What cannot be looked into is known with a warning."""
    unknown = Recognised(
        Kind.MODEL, FORMAT, warnings=("It is compressed: what loading it would import is not known.",)
    )
    try:
        plain = _decompressed(source.read(0, _MOST))
        found = read_pickle(MemoryBytes(plain))
    except (zlib.error, lzma.LZMAError, OSError, EOFError, FormatError):
        return unknown
    if len(plain) == _MOST:
        found = replace(found, is_whole=False)
    return replace(found.recognised(), format=FORMAT)


def _decompressed(content: bytes) -> bytes:
    """The beginning of what it was; nothing for a way of compressing that is not known here."""
    if content.startswith(_DEFLATED):
        return zlib.decompressobj(_ANY_WINDOW).decompress(content, _MOST)
    if content.startswith(_BZIPPED):
        return bz2.BZ2Decompressor().decompress(content, _MOST)
    if content.startswith(_LZMA):
        return lzma.LZMADecompressor(memlimit=_MOST_MEMORY).decompress(content, _MOST)
    return b""
