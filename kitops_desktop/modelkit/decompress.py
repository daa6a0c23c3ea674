"""Undoing the compression of a layer while it streams by."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Protocol, cast

import zstandard
from isal import igzip_threaded, isal_zlib

from kitops_desktop.errors import ArchiveDamaged
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.oci.storage import BlobReader

_MAX_WINDOW = 128 << 20
"""The most memory in bytes a zstd frame may ask for; what the format's own tool allows unasked."""
_BLOCK = 1 << 20
_BROKEN = (zlib.error, cast(type[Exception], isal_zlib.error), zstandard.ZstdError)
_open_gzip: Callable[..., io.BufferedReader] = igzip_threaded.open


class ReadOnly(Protocol):
    """Anything with ``read`` alone."""

    def read(self, size: int = -1, /) -> bytes: ...


class PlainReader:
    """``read`` of the uncompressed content. Content that is no such compression is ``ArchiveDamaged``."""

    def __init__(self, stream: ReadOnly) -> None:
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        try:
            return self._stream.read(size)
        except (EOFError, *_BROKEN) as error:
            raise ArchiveDamaged(f"its compressed content cannot be read ({error})") from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise ArchiveDamaged(f"its compressed content cannot be read ({error})") from error


@contextmanager
def decompressed(source: BlobReader, compression: Compression) -> Iterator[PlainReader]:
    """The content of ``source`` without its compression. gzip runs in a thread of its own, so ``source`` is
    read from there; ``source`` stays open."""
    if compression is Compression.NONE:
        yield PlainReader(source)
    elif compression is Compression.ZSTD:
        plain = cast(IO[bytes], _Readable(source))
        made = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
        with made.stream_reader(plain, read_size=_BLOCK, read_across_frames=True, closefd=False) as stream:
            yield PlainReader(stream)
    else:
        with _open_gzip(_Readable(source), "rb", block_size=_BLOCK) as stream:
            yield PlainReader(stream)


class _Readable(io.RawIOBase):
    """The source as the gzip reader wants it."""

    def __init__(self, source: BlobReader) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        block = self._source.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)
