"""How much was read to show what is shown."""

from __future__ import annotations

import threading

from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.storage import BlobReader, Fetcher
from kitops_desktop.oci.wrapped_reader import WrappedReader


class CountingFetcher:
    """A storage that counts the bytes that are read from it, from any thread."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._lock = threading.Lock()
        self._bytes_read = 0
        self._fetches = 0

    @property
    def bytes_read(self) -> int:
        """Bytes of blobs read so far."""
        return self._bytes_read

    @property
    def fetches(self) -> int:
        """How often something was fetched: so many requests, when the storage is a registry."""
        return self._fetches

    def exists(self, descriptor: Descriptor) -> bool:
        return self._fetcher.exists(descriptor)

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BlobReader:
        reader = self._fetcher.fetch(descriptor, start, length)
        with self._lock:
            self._fetches += 1
        return _Counted(reader, self)

    def add(self, count: int) -> None:
        """Count bytes that were read in another way, a manifest's say."""
        with self._lock:
            self._bytes_read += count


class _Counted(WrappedReader):
    def __init__(self, reader: BlobReader, counter: CountingFetcher) -> None:
        super().__init__(reader)
        self._counter = counter

    def read(self, size: int = -1, /) -> bytes:
        block = self._reader.read(size)
        self._counter.add(len(block))
        return block
