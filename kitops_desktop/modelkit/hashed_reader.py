"""A blob that is hashed by a thread of its own while it is read: hashing takes as long as all the rest."""

from __future__ import annotations

import hashlib
import queue
import threading

from kitops_desktop.errors import DigestMismatch
from kitops_desktop.oci.closing import Closing
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, algorithm_of
from kitops_desktop.oci.storage import BlobReader
from kitops_desktop.progress import CancelToken

_BLOCK_BYTES = 1 << 20
_BLOCKS_WAITING = 8
"""So many blocks at most are read but not hashed yet."""


class HashedReader(Closing):
    """A stream over a whole blob; ``finish`` says whether it was the right one.

    Larger pieces are read from ``source`` than are asked for here: an archive of small files is read in
    hundreds of bytes. Raises ``DigestMismatch`` as soon as there is more than the descriptor says.
    """

    def __init__(self, source: BlobReader, descriptor: Descriptor) -> None:
        self._source = source
        self._descriptor = descriptor
        self._hash = hashlib.new(algorithm_of(descriptor.digest))
        self._seen = 0
        self._block = b""
        self._place = 0
        self._waiting: queue.Queue[bytes | None] = queue.Queue(_BLOCKS_WAITING)
        self._thread = threading.Thread(target=self._follow, name="hash of a layer", daemon=True)
        self._thread.start()

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(_BLOCK_BYTES), b""))
        if self._place == len(self._block):
            self._block, self._place = self._next_block(), 0
        start = self._place
        self._place = min(start + size, len(self._block))
        if start == 0 and self._place == len(self._block):
            return self._block
        return self._block[start : self._place]

    def finish(self, token: CancelToken) -> None:
        """Read what is left, and check all of it: raises ``DigestMismatch``."""
        while self._next_block():
            token.check()
        self._stop()
        if self._seen != self._descriptor.size or self._digest() != self._descriptor.digest:
            raise self._mismatch()

    def close(self) -> None:
        self._stop()
        self._source.close()

    def _next_block(self) -> bytes:
        block = self._source.read(_BLOCK_BYTES)
        self._seen += len(block)
        if block:
            self._waiting.put(block)
        if self._seen > self._descriptor.size:
            self._stop()
            raise self._mismatch()
        return block

    def _follow(self) -> None:
        while (block := self._waiting.get()) is not None:
            self._hash.update(block)

    def _stop(self) -> None:
        """Let the thread come to its end; what was read by now is hashed then."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    def _digest(self) -> Digest:
        return Digest(f"{self._hash.name}:{self._hash.hexdigest()}")

    def _mismatch(self) -> DigestMismatch:
        return DigestMismatch(self._descriptor.digest, self._digest(), self._descriptor.size, self._seen)
