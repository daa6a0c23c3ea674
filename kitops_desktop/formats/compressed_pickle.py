"""Pickles that were compressed as a whole, as joblib can write them."""

from __future__ import annotations

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
_OTHERS = (b"BZh", b"\xfd7zXZ", b"\x04\x22\x4d\x18", b"\x28\xb5\x2f\xfd", b"\x5d\x00\x00")
_ANY_WINDOW = 47
"""zlib or gzip, whichever it is."""


def looks_compressed(beginning: bytes) -> bool:
    return beginning.startswith(_DEFLATED + _OTHERS)


def recognised_compressed_pickle(source: Bytes) -> Recognised:
    """What cannot be looked into is known with a warning."""
    unknown = Recognised(
        Kind.MODEL, FORMAT, warnings=("It is compressed: what loading it would import is not known.",)
    )
    content = source.read(0, _MOST)
    if not content.startswith(_DEFLATED):
        return unknown
    try:
        plain = zlib.decompressobj(_ANY_WINDOW).decompress(content, _MOST)
        found = read_pickle(MemoryBytes(plain))
    except (zlib.error, FormatError):
        return unknown
    if len(plain) == _MOST:
        found = replace(found, is_whole=False)
    return replace(found.recognised(), format=FORMAT)
