"""A layer's content on its way to files, with the layer's digest checked at the same time.

Nothing that comes from here may be used before ``finish`` has returned.
"""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, runtime_checkable

from kitops_desktop.errors import ArchiveDamaged, BlobNotFound, DigestMismatch, UnpackError
from kitops_desktop.modelkit.decompress import decompressed
from kitops_desktop.modelkit.hashed_reader import HashedReader
from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.tar_listing import known_format
from kitops_desktop.modelkit.tar_reader import TarSource
from kitops_desktop.modelkit.tar_sources import WINDOW_BYTES, CountingReader, StreamSource
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, algorithm_of
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.progress import CancelToken

_COPY_BYTES = 8 << 20
_READ_BYTES = 1 << 20
_CANNOT_COPY = (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM, errno.EBADF)
"""Why the system may refuse to copy between these two files; reading and writing still works."""

Advance = Callable[[], None]
"""Called after every piece; raises ``Cancelled`` to stop."""


class LayerContent(TarSource, Protocol):
    """The uncompressed content; ``blob_position`` is how many bytes of the blob that took."""

    @property
    def blob_position(self) -> int: ...

    def copy(self, file: int, size: int | None, advance: Advance) -> int:
        """Write the next ``size`` bytes (all that follow when None) to an open file; gives how many. Raises
        ``ArchiveDamaged`` when there are fewer."""
        ...


@runtime_checkable
class HasBlobPaths(Protocol):
    """A fetcher whose blobs are files."""

    def blob_path(self, digest: Digest, /) -> Path: ...


@contextmanager
def verified_content(fetcher: Fetcher, layer: KitLayer, token: CancelToken) -> Iterator[LayerContent]:
    """The content of a layer; leaving without an error means that all of the blob has the right digest.

    Raises ``DigestMismatch`` at the end, and instead of any other complaint about a layer that is not what
    it should be.
    """
    compression = known_format(layer).compression
    if compression is Compression.NONE and isinstance(fetcher, HasBlobPaths) and hasattr(os, "pread"):
        with _from_file(fetcher.blob_path(layer.descriptor.digest), layer.descriptor, token) as content:
            yield content
        return
    with HashedReader(fetcher.fetch(layer.descriptor), layer.descriptor) as blob:
        try:
            counting = CountingReader(blob)
            with decompressed(counting, compression) as plain:
                yield _StreamContent(StreamSource(plain, token), counting)
        except UnpackError:
            blob.finish(token)
            raise
        blob.finish(token)


class _StreamContent:
    """Content that comes once, from front to end."""

    def __init__(self, source: StreamSource, blob: CountingReader) -> None:
        self._source = source
        self._blob = blob
        self.read = source.read
        self.skip = source.skip

    @property
    def position(self) -> int:
        return self._source.position

    @property
    def blob_position(self) -> int:
        return self._blob.count

    def copy(self, file: int, size: int | None, advance: Advance) -> int:
        done = 0
        while size is None or done < size:
            # in the pieces in which it comes: contents begin in the middle of a block, and joining the rest
            # of each with the start of the next would copy all of them twice
            block = self._source.read_some(_READ_BYTES if size is None else min(size - done, _READ_BYTES))
            if not block:
                break
            write_all(file, block)
            done += len(block)
            advance()
        return _checked(done, size)


class _FileContent:
    """An uncompressed blob that is a file: headers are read in windows, contents copied by the system."""

    def __init__(self, file: int, size: int) -> None:
        self._file = file
        self._size = size
        self._position = 0
        self._window = b""
        self._window_start = 0
        self._can_copy = hasattr(os, "copy_file_range")

    @property
    def position(self) -> int:
        return self._position

    @property
    def blob_position(self) -> int:
        return self._position

    def read(self, size: int, /) -> bytes:
        start = self._position - self._window_start
        if start < 0 or start + size > len(self._window):
            self._window = os.pread(self._file, max(size, WINDOW_BYTES), self._position)
            self._window_start, start = self._position, 0
        block = self._window[start : start + size]
        self._position += len(block)
        return block

    def skip(self, size: int, /) -> None:
        if self._position + size > self._size:
            raise ArchiveDamaged("it ends in the middle of a file")
        self._position += size

    def copy(self, file: int, size: int | None, advance: Advance) -> int:
        if size is None:
            size = self._size - self._position
        done = 0
        while done < size:
            count = self._copy_some(file, min(size - done, _COPY_BYTES))
            if not count:
                break
            done += count
            advance()
        return _checked(done, size)

    def _copy_some(self, file: int, size: int) -> int:
        if self._can_copy and size > WINDOW_BYTES:
            try:
                count = os.copy_file_range(self._file, file, size, offset_src=self._position)
            except OSError as error:
                if error.errno not in _CANNOT_COPY:
                    raise
                self._can_copy = False
            else:
                self._position += count
                return count
        block = self.read(min(size, _READ_BYTES))
        write_all(file, block)
        return len(block)


@contextmanager
def _from_file(path: Path, descriptor: Descriptor, token: CancelToken) -> Iterator[_FileContent]:
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError as error:
        raise BlobNotFound(descriptor.digest) from error
    check: _HashThread | None = None
    try:
        size = os.fstat(file).st_size
        check = _HashThread(file, descriptor, size, token)
        try:
            yield _FileContent(file, size)
        except UnpackError:
            check.finish()
            raise
        check.finish()
    finally:
        if check is not None:
            check.stop()
        os.close(file)


class _HashThread:
    """Hashes a whole file beside the copying of it: the interpreter lock is free during both."""

    def __init__(self, file: int, descriptor: Descriptor, size: int, token: CancelToken) -> None:
        self._file = file
        self._descriptor = descriptor
        self._size = size
        self._token = token
        self._stopped = threading.Event()
        self._error: OSError | None = None
        self._hash = hashlib.new(algorithm_of(descriptor.digest))
        self._thread = threading.Thread(target=self._run, name="layer digest", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait for the digest; raises ``DigestMismatch``, ``Cancelled`` and what reading raised."""
        self._thread.join()
        self._token.check()
        if self._error is not None:
            raise self._error
        found = Digest(f"{algorithm_of(self._descriptor.digest)}:{self._hash.hexdigest()}")
        if self._size != self._descriptor.size or found != self._descriptor.digest:
            raise DigestMismatch(self._descriptor.digest, found, self._descriptor.size, self._size)

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        position = 0
        try:
            while not self._stopped.is_set() and not self._token.cancelled:
                block = os.pread(self._file, _READ_BYTES, position)
                if not block:
                    return
                self._hash.update(block)
                position += len(block)
        except OSError as error:
            self._error = error


def write_all(file: int, content: bytes | memoryview) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]


def _checked(done: int, size: int | None) -> int:
    if size is not None and done < size:
        raise ArchiveDamaged("it ends in the middle of a file")
    return done
