"""What is sent of a blob in one request: read from its source as it is sent, and hashed on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kitops_desktop.errors import DigestMismatch, SourceUnreadable
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, algorithm_of
from kitops_desktop.oci.storage import BlobReader, Fetcher, tell_skipped
from kitops_desktop.progress import CancelToken

UNNAMED = Digest("")
"""In place of the digest of a blob that nobody has read yet."""
_BLOCK = 1 << 20
"""Read at once, however little is asked for: with the 16 KiB that the HTTP library asks for, sending takes
much longer."""


class UploadSource:
    """A blob that is sent from front to back, some of it perhaps twice.

    What was sent must add up to the blob's digest: bytes are hashed when they are read for the first time.
    ``advance`` is told how far the upload gets, and with negative numbers how far it falls back.

    What an earlier process has sent (``go_on_at``) is not read again, so its digest is left to the registry;
    ``check_again`` finds out when that says no.

    A blob may have no name yet (its digest is ``UNNAMED``): it gets one when all of it has been read, and
    ``descriptor`` has it from then on.
    """

    def __init__(
        self,
        source: Fetcher,
        descriptor: Descriptor,
        advance: Callable[[int], None],
        token: CancelToken,
    ) -> None:
        self.descriptor = descriptor
        self._source = source
        self._advance = advance
        self._token = token
        self._reader: BlobReader | None = None
        self._position = 0
        self._reported = 0
        self._hash: hashlib._Hash | None = self._new_hash()
        self._hashed = 0

    @property
    def is_named(self) -> bool:
        return self.descriptor.digest != UNNAMED

    def name(self) -> None:
        """Read all of it for its digest, before anything is sent."""
        while self._hashed < self.descriptor.size:
            self._take(self.descriptor.size - self._position)
        self.check()
        self.restart()

    def go_on_at(self, offset: int) -> None:
        """What comes before ``offset`` is at the registry. A blob without a name is read up to there, since
        its digest is still to be found.
        """
        self.close()
        if self.is_named and offset:
            self._hash = None
            self._position = self._hashed = offset
        while self._position < offset:
            self._take(offset - self._position)
        tell_skipped(self._advance, offset - self._reported)
        self._reported = offset

    def check_again(self) -> None:
        """Find out whether what was only read in part was right. Raises ``DigestMismatch``."""
        if self._hash is None:
            self.restart()
            self.name()

    def body(self, start: int, end: int) -> UploadBody:
        """The bytes from ``start`` to before ``end``, to be sent next."""
        if start != self._position:
            self.close()
        self._position = start
        self.report(start)
        return UploadBody(self, end - start)

    def report(self, offset: int) -> None:
        """The registry has (or is being sent) what is before ``offset``."""
        if offset != self._reported:
            change, self._reported = offset - self._reported, offset
            self._advance(change)

    def restart(self) -> None:
        """All is to be sent again."""
        self.close()
        self._position = self._hashed = 0
        self._hash = self._new_hash()
        self.report(0)

    def check(self) -> None:
        """Raises ``DigestMismatch`` unless everything was read and was right, as far as that is known."""
        if self._hash is None and self._hashed == self.descriptor.size:
            return
        found = self._found()
        if self._hashed != self.descriptor.size or (self.is_named and found != self.descriptor.digest):
            raise self._mismatch()
        self.descriptor = replace(self.descriptor, digest=found)

    def read(self, count: int) -> bytes:
        """Up to ``count`` bytes and a block. Raises ``DigestMismatch`` instead of giving the last byte of a
        blob that is not what it should be, so that it is never complete at the registry.
        """
        block = self._take(count)
        self.report(self._position)
        return block

    def close(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()

    def _take(self, count: int) -> bytes:
        self._token.check()
        block = self._read(min(count, _BLOCK))
        if not block:
            raise self._mismatch()  # shorter than it should be
        end = self._position + len(block)
        if end > self._hashed:
            if self._hash is not None:
                self._hash.update(memoryview(block)[self._hashed - self._position :])
            self._hashed = end
        if end == self.descriptor.size:
            self.check()
        self._position = end
        return block

    def _new_hash(self) -> hashlib._Hash:
        return hashlib.new(algorithm_of(self.descriptor.digest) or "sha256")

    def _found(self) -> Digest:
        if self._hash is None:
            return Digest("of another size")
        return Digest(f"{self._hash.name}:{self._hash.hexdigest()}")

    def _mismatch(self) -> DigestMismatch:
        return DigestMismatch(self.descriptor.digest, self._found(), self.descriptor.size, self._hashed)

    def _read(self, count: int) -> bytes:
        try:
            if self._reader is None:
                self._reader = self._source.fetch(self.descriptor, self._position)
            return self._reader.read(count)
        except OSError as error:
            raise SourceUnreadable(
                Path(error.filename or self.descriptor.digest), error.strerror or type(error).__name__
            ) from error


class UploadBody:
    """``registry.exchange.Body`` of one request.

    ``failure`` is why reading stopped, to be told whatever the HTTP library made of it; ``begun``: some of it
    was read.
    """

    def __init__(self, source: UploadSource, length: int) -> None:
        self._source = source
        self._length = self._left = length
        self.failure: BaseException | None = None

    def __len__(self) -> int:
        return self._length

    @property
    def begun(self) -> bool:
        return self._left < self._length

    def read(self, _size: int = -1, /) -> bytes:
        """The next block; its size is ours to choose."""
        if not self._left:
            return b""
        try:
            block = self._source.read(self._left)
        except BaseException as error:
            self.failure = error
            raise
        self._left -= len(block)
        return block
