"""Reading a whole blob with its size and digest checked on the way."""

from __future__ import annotations

import hashlib
from types import TracebackType
from typing import Self

from kitops_desktop.errors import ContentTooLarge, DigestMismatch
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, algorithm_of
from kitops_desktop.oci.storage import BlobReader, Fetcher


class VerifyingReader:
    """A stream over a whole blob that raises ``DigestMismatch`` at its end when size or digest differ.

    A blob that is longer than its descriptor says is refused as soon as the surplus shows.
    """

    def __init__(self, source: BlobReader, descriptor: Descriptor) -> None:
        self._source = source
        self._descriptor = descriptor
        self._hash = hashlib.new(algorithm_of(descriptor.digest))
        self._seen = 0

    def read(self, size: int = -1, /) -> bytes:
        block = self._source.read(size)
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

    def close(self) -> None:
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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
