"""The files of an uncompressed layer, of which only what is copied is fetched. Nothing is verified."""

from __future__ import annotations

from collections.abc import Sequence

from kitops_desktop.errors import ArchiveDamaged
from kitops_desktop.modelkit.layer_content import Advance, write_all
from kitops_desktop.modelkit.pieces import Span
from kitops_desktop.oci.closing import Closing
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.storage import BlobReader, Fetcher

_READ_BYTES = 1 << 20


class RangedContent(Closing):
    """A ``LayerContent`` that goes forward; ``spans`` are what is fetched in one piece each.

    ``blob_position`` is how many bytes were fetched.
    """

    def __init__(self, fetcher: Fetcher, descriptor: Descriptor, spans: Sequence[Span]) -> None:
        self._fetcher = fetcher
        self._descriptor = descriptor
        self._spans = list(reversed(spans))
        self._reader: BlobReader | None = None
        self._at = self._end = 0
        """Where the open reader is, and where it ends."""
        self._position = self._fetched = 0

    @property
    def position(self) -> int:
        return self._position

    @property
    def blob_position(self) -> int:
        return self._fetched

    def skip(self, size: int, /) -> None:
        """Raises ``ArchiveDamaged`` for a listing that leads backwards or out of the layer."""
        if size < 0 or self._position + size > self._descriptor.size:
            raise ArchiveDamaged("its list of files does not fit it")
        self._position += size

    def read(self, size: int, /) -> bytes:
        """The next ``size`` bytes, fewer only at the end."""
        size = min(size, self._descriptor.size - self._position)
        if size <= 0:
            return b""
        reader = self._reader_at(self._position, size)
        pieces, left = [], size
        while left and (block := self._take(reader, left)):
            pieces.append(block)
            left -= len(block)
        self._position += size - left
        return b"".join(pieces)

    def copy(self, file: int, size: int | None, advance: Advance) -> int:
        if size is None:
            size = self._descriptor.size - self._position
        done = 0
        while done < size:
            block = self.read(min(size - done, _READ_BYTES))
            if not block:
                raise ArchiveDamaged("it ends in the middle of a file")
            write_all(file, block)
            done += len(block)
            advance()
        return done

    def close(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()

    def _reader_at(self, start: int, size: int) -> BlobReader:
        """A reader that stands at ``start``; opened for the span around it, or for ``size`` bytes."""
        if self._reader is None or not self._at <= start < self._end:
            self._open(start, size)
        reader = self._reader
        assert reader is not None
        while self._at < start:
            if not self._take(reader, min(start - self._at, _READ_BYTES)):
                raise ArchiveDamaged("it ends in the middle of a file")
        return reader

    def _open(self, start: int, size: int) -> None:
        self.close()
        while self._spans and self._spans[-1].end <= start:
            self._spans.pop()
        span = self._spans[-1] if self._spans else Span(start, start + size)
        if not span.start <= start < span.end:
            span = Span(start, start + size)
        self._reader = self._fetcher.fetch(self._descriptor, span.start, span.end - span.start)
        self._at, self._end = span.start, span.end

    def _take(self, reader: BlobReader, size: int) -> bytes:
        block = reader.read(size)
        self._at += len(block)
        self._fetched += len(block)
        return block
