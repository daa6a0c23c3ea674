"""A file inside a layer as bytes of which any range can be read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO

from kitops_desktop.errors import ContentTooLarge
from kitops_desktop.formats.source import Bytes
from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.tar_listing import LayerFile, known_format
from kitops_desktop.modelkit.tar_sources import StreamSource
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.preview.contents import file_content
from kitops_desktop.progress import CancelToken

MOST_UNCOMPRESSED = 1 << 30
"""Bytes of a file in a compressed layer that are kept in a temporary file for a look at its end."""
_IN_MEMORY = 8 << 20


@contextmanager
def opened_file(
    fetcher: Fetcher, layer: KitLayer, file: LayerFile, *, token: CancelToken | None = None
) -> Iterator[Bytes]:
    """The file that ``list_layer`` found. Its bytes are not checked against the layer's digest.

    Of an uncompressed layer only what is read is fetched; a compressed one is read from its beginning to
    there. Reading raises ``ArchiveDamaged``, ``BlobNotFound``, ``Cancelled``, and ``ContentTooLarge`` for
    what lies too far behind in a compressed layer.
    """
    token = token or CancelToken()
    if known_format(layer).compression is Compression.NONE:
        yield _RangeBytes(fetcher, layer, file, token)
        return
    with (
        closing(file_content(fetcher, layer, file, token=token)) as blocks,
        tempfile.SpooledTemporaryFile(_IN_MEMORY) as kept,
    ):
        yield _UnrolledBytes(blocks, kept, file.size)


class _RangeBytes:
    def __init__(self, fetcher: Fetcher, layer: KitLayer, file: LayerFile, token: CancelToken) -> None:
        self._fetcher = fetcher
        self._descriptor = layer.descriptor
        self._file = file
        self._token = token

    @property
    def size(self) -> int:
        return self._file.size

    def read(self, start: int, length: int, /) -> bytes:
        self._token.check()
        length = min(length, self._file.size - start)
        if length <= 0:
            return b""
        with self._fetcher.fetch(self._descriptor, self._file.offset + start, length) as reader:
            return StreamSource(reader).read(length)


class _UnrolledBytes:
    """Keeps what has come so far, since a compressed layer cannot be read backwards."""

    def __init__(self, blocks: Iterator[bytes], kept: IO[bytes], size: int) -> None:
        self._blocks = blocks
        self._kept = kept
        self._have = 0
        self.size = size

    def read(self, start: int, length: int, /) -> bytes:
        end = min(start + length, self.size)
        if end > MOST_UNCOMPRESSED:
            raise ContentTooLarge("the part of a compressed layer to look at", end, MOST_UNCOMPRESSED)
        self._kept.seek(self._have)
        while self._have < end:
            block = next(self._blocks, b"")
            if not block:
                break
            self._kept.write(block)
            self._have += len(block)
        self._kept.seek(start)
        return self._kept.read(max(end - start, 0))
