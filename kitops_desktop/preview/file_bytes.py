"""A file inside a layer as bytes of which any range can be read."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from kitops_desktop.errors import ArchiveDamaged, ContentTooLarge, DiskFull, RangesUnsupported
from kitops_desktop.formats.source import UNKNOWN_SIZE
from kitops_desktop.free_space import free_space
from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.tar_listing import LayerFile, has_stated_size, known_format
from kitops_desktop.modelkit.tar_sources import StreamSource
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.preview.layer_stream import Agree, LayerStream, opened_stream
from kitops_desktop.progress import CancelToken
from kitops_desktop.settings import platform_folders

MOST_KEPT = 1 << 30
"""Bytes of a file that are kept in a temporary file while its layer is read from the beginning, for a look
at its end; what lies further back is not looked at."""
_IN_MEMORY = 8 << 20
_BLOCK = 1 << 20
_STEP = 64 << 20
"""Bytes for which there has to be room at a time, where it is not known how many there are."""
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class OpenFile:
    """A ``formats.source.Bytes``. Only what is read is fetched; where parts cannot be had, the layer is read
    from its beginning to there, once. ``size`` is ``UNKNOWN_SIZE`` where nobody stated it, until the end was
    reached.
    """

    def __init__(self, parts: _Parts | None, through: _Through) -> None:
        self._parts, self._through = parts, through

    @property
    def size(self) -> int:
        return self._through.size

    def read(self, start: int, length: int, /) -> bytes:
        if self._parts is not None:
            try:
                return self._parts.read(start, length)
            except RangesUnsupported:  # before anything was read
                self._parts = None
        return self._through.read(start, length)

    def finish(self) -> bool:
        """Nothing more of it is wanted: whether its layer was read as a whole and had its digest. Raises
        ``DigestMismatch``."""
        return self._parts is None and self._through.finish()


@contextmanager
def opened_file(
    fetcher: Fetcher,
    layer: KitLayer,
    file: LayerFile,
    *,
    stream: LayerStream | None = None,
    agree: Agree | None = None,
    token: CancelToken | None = None,
) -> Iterator[OpenFile]:
    """The file that ``list_layer`` found, or that ``stream`` stands at. Its bytes are not checked against
    the layer's digest, unless ``finish`` says so.

    ``agree`` is asked before a layer is read from its beginning; None for layers that are on this computer,
    which are not checked. Reading raises ``ArchiveDamaged``, ``BlobNotFound``, ``Cancelled``, what ``agree``
    raises, ``DiskFull``, and ``ContentTooLarge`` for what lies too far behind.
    """
    token = token or CancelToken()
    is_plain = known_format(layer).compression is Compression.NONE
    with ExitStack() as stack:

        def open_stream() -> LayerStream:
            made = stack.enter_context(opened_stream(fetcher, layer, file, agree=agree, token=token))
            made.source.skip(file.offset)
            return made

        folder = platform_folders().cache
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        kept = stack.enter_context(
            tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(folder) if folder.is_dir() else None)
        )
        size = file.size if has_stated_size(layer, file) else None
        through = _Through(open_stream, stream, kept, folder, size, token)
        parts = _Parts(fetcher, layer, file, token) if is_plain and stream is None else None
        yield OpenFile(parts, through)


class _Parts:
    def __init__(self, fetcher: Fetcher, layer: KitLayer, file: LayerFile, token: CancelToken) -> None:
        self._fetcher = fetcher
        self._descriptor = layer.descriptor
        self._file = file
        self._token = token

    def read(self, start: int, length: int) -> bytes:
        self._token.check()
        length = min(length, self._file.size - start)
        if length <= 0:
            return b""
        with self._fetcher.fetch(self._descriptor, self._file.offset + start, length) as reader:
            return StreamSource(reader).read(length)


class _Through:
    """Keeps what has come so far, since nothing comes twice."""

    def __init__(
        self,
        open_stream: Callable[[], LayerStream],
        stream: LayerStream | None,
        kept: IO[bytes],
        folder: Path,
        size: int | None,
        token: CancelToken,
    ) -> None:
        self._open_stream, self._stream = open_stream, stream
        self._kept, self._folder, self._token = kept, folder, token
        self._have = 0
        self._is_stated = size is not None
        self.size = UNKNOWN_SIZE if size is None else size

    def read(self, start: int, length: int) -> bytes:
        self._token.check()
        end = min(start + length, self.size)
        if end > MOST_KEPT:
            raise ContentTooLarge("the part of the file that would have to be kept", end, MOST_KEPT)
        if self.size == UNKNOWN_SIZE:
            self._look_for_end(min(end + 1, MOST_KEPT))
        elif self._have < end:
            self._take_to(end)
        self._kept.seek(start)
        return self._kept.read(max(end - start, 0))

    def finish(self) -> bool:
        return self._stream is not None and self._stream.finish()

    def _look_for_end(self, most: int) -> None:
        """Go on to there, unless it ends before."""
        while self._have < most and self.size == UNKNOWN_SIZE:
            self._take_to(min(self._have + _STEP, most))

    def _take_to(self, end: int) -> None:
        if end > _IN_MEMORY:
            free, needed = free_space(self._folder), end - (self._have if self._have > _IN_MEMORY else 0)
            if free is not None and free < needed:
                raise DiskFull(self._folder, needed, free)
        if self._stream is None:
            self._stream = self._open_stream()
        self._kept.seek(self._have)
        while self._have < end:
            self._token.check()
            block = self._stream.source.read(min(end - self._have, _BLOCK))
            if not block and self._is_stated:
                raise ArchiveDamaged("it ends in the middle of a file")
            if not block:
                self.size = self._have
                return
            self._keep(block)

    def _keep(self, block: bytes) -> None:
        try:
            self._kept.write(block)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            raise DiskFull(self._folder, None, free_space(self._folder) or 0) from error
        self._have += len(block)
