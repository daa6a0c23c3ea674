"""Reading a whole blob with its size and digest checked on the way."""

from __future__ import annotations

import hashlib

from kitops_desktop.errors import ContentTooLarge, DigestMismatch
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, algorithm_of
from kitops_desktop.oci.storage import BlobReader, Fetcher
from kitops_desktop.oci.wrapped_reader import WrappedReader


class VerifyingReader(WrappedReader):
    """A stream over a whole blob that raises ``DigestMismatch`` at its end when size or digest differ.

    A blob that is longer than its descriptor says is refused as soon as the surplus shows.
    """

    def __init__(self, source: BlobReader, descriptor: Descriptor) -> None:
        super().__init__(source)
        self._descriptor = descriptor
        self._hash = hashlib.new(algorithm_of(descriptor.digest))
        self._seen = 0

    def read(self, size: int = -1, /) -> bytes:
        block = self._reader.read(size)
        self._seen += len(block)
        self._hash.update(block)
        if self._seen > self._descriptor.size:
            raise self._mismatch()
        if (not block and size != 0) or size == -1:
            self._check_end()
        return block

    def finish(self) -> None:
        """Read what is left and check it."""
        while self.read(1 << 20):
            pass

    def _check_end(self) -> None:
        if self._seen != self._descriptor.size or self._digest() != self._descriptor.digest:
            raise self._mismatch()

    def _digest(self) -> Digest:
        return Digest(f"{self._hash.name}:{self._hash.hexdigest()}")

    def _mismatch(self) -> DigestMismatch:
        return DigestMismatch(self._descriptor.digest, self._digest(), self._descriptor.size, self._seen)


def read_verified(source: Fetcher, descriptor: Descriptor, limit: int) -> bytes:
    """The whole content of a small blob, checked; raises ``ContentTooLarge`` when over ``limit`` bytes."""
    if descriptor.size > limit:
        raise ContentTooLarge(descriptor.digest, descriptor.size, limit)
    with VerifyingReader(source.fetch(descriptor), descriptor) as reader:
        return b"".join(iter(lambda: reader.read(1 << 20), b""))
