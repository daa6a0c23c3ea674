"""Writing one planned layer into a storage."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass

from kitops_desktop.modelkit.compression import Compressor, compressor
from kitops_desktop.modelkit.layer_plan import FileExtent, HeaderBytes, LayerPlan, read_extent
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.source_files import open_source
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.storage import Ingest, Storage
from kitops_desktop.progress import CancelToken

_BATCH_BYTES = 1 << 20
"""Headers and small files are handed over in pieces of about so many bytes."""
_SMALL_BYTES = 64 << 10
"""Up to this size reading a file is cheaper than having the system copy it."""


@dataclass(frozen=True, slots=True)
class WrittenLayer:
    """A layer in a storage; ``size`` is that of the blob, in bytes."""

    digest: Digest
    size: int
    diff_id: Digest


def write_layer(
    plan: LayerPlan,
    storage: Storage,
    compression: Compression,
    *,
    token: CancelToken,
    advance: Callable[[int], None],
) -> WrittenLayer:
    """Store the layer of ``plan`` and give its digests.

    ``advance(n)`` is called after every ``n`` bytes of the uncompressed layer. Raises ``SourceChanged``,
    ``SourceUnreadable``, ``Cancelled`` and what the storage raises (``DiskFull``); nothing is stored then.
    """
    with storage.ingest() as ingest:
        writer = _LayerWriter(ingest, token, advance)
        if compression is Compression.NONE:
            writer.write_plain(plan)
            digest = ingest.commit()
            return WrittenLayer(digest, plan.size, digest)
        diff_id = writer.write_compressed(plan, compressor(compression))
        size = ingest.offset
        return WrittenLayer(ingest.commit(), size, diff_id)


class _LayerWriter:
    """Brings a plan into an ingest; looks once per file and once per piece whether it should stop."""

    def __init__(self, ingest: Ingest, token: CancelToken, advance: Callable[[int], None]) -> None:
        self._ingest = ingest
        self._token = token
        self._advance = advance

    def write_plain(self, plan: LayerPlan) -> None:
        batch = _Batch(self._ingest.write, self._passed)
        for span in plan.spans():
            if isinstance(span, HeaderBytes):
                batch.add(span.content)
                continue
            self._token.check()
            if span.length <= _SMALL_BYTES:
                batch.add(b"".join(read_extent(span)))
            else:
                batch.hand_over()
                self._copy(span)
        batch.hand_over()

    def write_compressed(self, plan: LayerPlan, stream: Compressor) -> Digest:
        """Gives the digest of the uncompressed layer."""
        diff_id = hashlib.sha256()

        def take(content: bytes) -> None:
            diff_id.update(content)
            self._ingest.write(stream.compress(content))

        batch = _Batch(take, self._passed)
        for span in plan.spans():
            if isinstance(span, HeaderBytes):
                batch.add(span.content)
                continue
            self._token.check()
            for piece in read_extent(span):
                batch.add(piece)
        batch.hand_over()
        self._ingest.write(stream.flush())
        return Digest(f"sha256:{diff_id.hexdigest()}")

    def _copy(self, extent: FileExtent) -> None:
        with (
            open_source(extent.source, extent.identity, follow_links=extent.follow_links) as descriptor,
            open(extent.source, "rb", buffering=0, opener=lambda *_: os.dup(descriptor)) as file,
        ):
            self._ingest.write_from_file(file, extent.start, extent.length, self._passed)

    def _passed(self, amount: int) -> None:
        self._token.check()
        self._advance(amount)


class _Batch:
    """Collects small pieces and hands them over as one."""

    def __init__(self, take: Callable[[bytes], None], advance: Callable[[int], None]) -> None:
        self._take = take
        self._advance = advance
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, content: bytes) -> None:
        self._pieces.append(content)
        self._size += len(content)
        if self._size >= _BATCH_BYTES:
            self.hand_over()

    def hand_over(self) -> None:
        if self._size:
            self._take(self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces))
            self._advance(self._size)
            self._pieces, self._size = [], 0
