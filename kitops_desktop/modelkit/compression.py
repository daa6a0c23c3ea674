"""Compressing a layer while it streams by. Both libraries release the interpreter lock, so threads run side
by side."""

from __future__ import annotations

import zlib
from typing import Protocol

import zstandard
from isal import isal_zlib

from kitops_desktop.modelkit.media_types import Compression

_GZIP_WINDOW = zlib.MAX_WBITS + 16  # with the header and checksums of RFC 1952
_GZIP_LEVELS = {Compression.GZIP: 3, Compression.GZIP_FASTEST: 1}
"""Of ISA-L's own scale, 0 to 3. Changing one changes the digests of all layers compressed with it, not their
diffIds."""
_ZSTD_LEVEL = 3


class Compressor(Protocol):
    """Takes content piece by piece and gives compressed bytes back, at times none."""

    def compress(self, content: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


def compressor(compression: Compression) -> Compressor:
    """A new compressor for one layer, not for ``Compression.NONE``. Equal content gives equal bytes: the gzip
    header bears no name and no time."""
    made: Compressor
    if compression is Compression.ZSTD:
        made = zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True).compressobj()
    else:
        made = isal_zlib.compressobj(_GZIP_LEVELS[compression], isal_zlib.DEFLATED, _GZIP_WINDOW)
    return made
