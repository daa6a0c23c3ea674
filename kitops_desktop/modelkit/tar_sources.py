"""Where the bytes of an archive come from: a stream, or ranges of a blob."""

from __future__ import annotations

from kitops_desktop.errors import ArchiveDamaged
from kitops_desktop.modelkit.decompress import ReadOnly
from kitops_desktop.modelkit.read_ahead import NEAR_GAP, ReadAhead
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.storage import BlobReader, Fetcher
from kitops_desktop.oci.wrapped_reader import WrappedReader
from kitops_desktop.progress import CancelToken

_SKIP_BYTES = 1 << 20
WINDOW_BYTES = 64 << 10
"""How much of a file is read at once for headers. Small files between headers come along for free."""


class CountingReader(WrappedReader):
    """A blob that knows how far it has been read."""

    def __init__(self, blob: BlobReader) -> None:
        super().__init__(blob)
        self.count = 0

    def read(self, size: int = -1, /) -> bytes:
        block = self._reader.read(size)
        self.count += len(block)
        return block


class StreamSource:
    """An archive read from front to end; what is skipped is read too, until the token is cancelled: an entry
    may claim any size, and a few compressed bytes are enough for terabytes of zeros."""

    def __init__(self, stream: ReadOnly, token: CancelToken | None = None) -> None:
        self._stream = stream
        self._token = token
        self._position = 0

    @property
    def position(self) -> int:
        return self._position

    def read(self, size: int, /) -> bytes:
        block = self._stream.read(size)
        if 0 < len(block) < size:
            pieces = [block]
            left = size - len(block)
            while left and (block := self._stream.read(left)):
                pieces.append(block)
                left -= len(block)
            block = b"".join(pieces)
        self._position += len(block)
        return block

    def read_some(self, size: int, /) -> bytes:
        """As much of the next ``size`` bytes as comes in one piece; nothing only at the end."""
        block = self._stream.read(size)
        self._position += len(block)
        return block

    def skip(self, size: int, /) -> None:
        while size:
            if self._token is not None:
                self._token.check()
            block = self._stream.read(min(size, _SKIP_BYTES))
            if not block:
                raise ArchiveDamaged("it ends in the middle of a file")
            self._position += len(block)
            size -= len(block)


class RangeSource:
    """An uncompressed archive of which only windows around what is read are fetched.

    ``gap`` says how many bytes are rather read over than skipped by a fetch of their own.
    """

    def __init__(self, fetcher: Fetcher, descriptor: Descriptor, gap: int = NEAR_GAP) -> None:
        self._fetcher = fetcher
        self._descriptor = descriptor
        self._ahead = ReadAhead(gap)
        self._position = 0
        self._entry_start = 0
        self._window = b""
        self._window_start = 0

    @property
    def position(self) -> int:
        return self._position

    def read(self, size: int, /) -> bytes:
        size = min(size, self._descriptor.size - self._position)
        if size <= 0:
            return b""
        start = self._position - self._window_start
        if start < 0 or start + size > len(self._window):
            self._window = self._fetch(max(size, self._ahead.next_window()))
            self._window_start, start = self._position, 0
        block = self._window[start : start + size]
        self._position += len(block)
        return block

    def skip(self, size: int, /) -> None:
        """Go on to the next entry."""
        if self._position + size > self._descriptor.size:
            raise ArchiveDamaged("it ends in the middle of a file")
        self._position += size
        self._ahead.passed(self._position - self._entry_start)
        self._entry_start = self._position

    def _fetch(self, size: int) -> bytes:
        length = min(size, self._descriptor.size - self._position)
        with self._fetcher.fetch(self._descriptor, self._position, length) as reader:
            return StreamSource(reader).read(length)
