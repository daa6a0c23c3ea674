"""A planned layer as a place to read its blob from: the files themselves, with no copy of them anywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator
from typing import cast

from kitops_desktop.errors import BlobNotFound
from kitops_desktop.modelkit.layer_plan import LayerPlan
from kitops_desktop.oci.closing import Closing
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.progress import CancelToken

_BLOCK = 1 << 20


class PlanSource:
    """An ``oci.storage.Fetcher`` of one blob: the uncompressed layer of ``plan``, as often and from wherever
    it is wanted. Whether the descriptor has its digest (or any yet) is for the reader to check.

    Reading raises ``SourceChanged`` and ``SourceUnreadable``, at the latest instead of the last bytes.
    """

    def __init__(self, plan: LayerPlan) -> None:
        self._plan = plan

    def identity(self, descriptor: Descriptor) -> str:
        """Another one as soon as any file is. Raises ``SourceChanged`` when one is not what was planned."""
        self._plan.check_unchanged()
        return self._plan.fingerprint()

    def exists(self, descriptor: Descriptor) -> bool:
        return descriptor.size == self._plan.size

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> PlanReader:
        if not self.exists(descriptor):
            raise BlobNotFound(descriptor.digest)
        return PlanReader(self._plan, start, length)


class PlanReader(Closing):
    """``length`` bytes of a planned layer from ``start`` on (to the end when None). For one thread."""

    def __init__(self, plan: LayerPlan, start: int = 0, length: int | None = None) -> None:
        left = max(plan.size - start, 0)
        self._left = left if length is None else min(left, length)
        self._pieces = cast(Generator[bytes, None, None], plan.read(start, self._left))
        self._rest = memoryview(b"")

    def read(self, size: int = -1, /) -> bytes:
        """As many bytes as are wanted, less only at the end."""
        wanted = self._left if size < 0 else min(size, self._left)
        found: list[bytes | memoryview] = []
        missing = wanted
        while missing:
            piece = self._rest or memoryview(next(self._pieces))
            found.append(piece[:missing])
            self._rest = piece[missing:]
            missing -= len(found[-1])
        self._left -= wanted
        if wanted and not self._left:
            next(self._pieces, None)  # looks whether the last file is still what was planned
        return b"".join(found)

    def close(self) -> None:
        self._pieces.close()


def digest_of_plan(plan: LayerPlan, token: CancelToken, advance: Callable[[int], None]) -> Digest:
    """Read all of a layer for its digest; ``advance(n)`` is called after every ``n`` bytes."""
    found = hashlib.sha256()
    with PlanReader(plan) as reader:
        while block := reader.read(_BLOCK):
            token.check()
            found.update(block)
            advance(len(block))
    return Digest(f"sha256:{found.hexdigest()}")
