"""Writing one planned layer into a storage."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from kitops_desktop.modelkit.compression import Compressor, compressor
from kitops_desktop.modelkit.layer_plan import FileExtent, HeaderBytes, LayerPlan, read_extent
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.source_files import open_source, read_source
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.storage import Ingest, Storage

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
    plan: LayerPlan, storage: Storage, compression: Compression, advance: Callable[[int], None]
) -> WrittenLayer:
    """Store the layer of ``plan`` and give its digests.

    ``advance(n)`` is called after every ``n`` bytes of the uncompressed layer and may raise to stop; nothing
    is stored then. Raises ``SourceChanged``, ``SourceUnreadable`` and what the storage raises (``DiskFull``).
    """
    with storage.ingest() as ingest:
        if compression is Compression.NONE:
            _write_plain(plan, ingest, advance)
            digest = ingest.commit()
            return WrittenLayer(digest, plan.size, digest)
        diff_id = _write_compressed(plan, ingest, compressor(compression), advance)
        size = ingest.offset
        return WrittenLayer(ingest.commit(), size, diff_id)


def _write_plain(plan: LayerPlan, ingest: Ingest, advance: Callable[[int], None]) -> None:
    batch = _Batch(ingest.write, advance)
    for span in plan.spans():
        if isinstance(span, HeaderBytes):
            batch.add(span.content)
        elif span.length <= _SMALL_BYTES:
            batch.add(
                read_source(
                    span.source, span.identity, span.start, span.length, follow_links=span.follow_links
                )
            )
        else:
            batch.hand_over()
            _copy_extent(span, ingest, advance)
    batch.hand_over()


def _copy_extent(extent: FileExtent, ingest: Ingest, advance: Callable[[int], None]) -> None:
    with (
        open_source(extent.source, extent.identity, follow_links=extent.follow_links) as descriptor,
        open(descriptor, "rb", buffering=0, closefd=False) as file,
    ):
        ingest.write_from_file(file, extent.start, extent.length, advance)


def _write_compressed(
    plan: LayerPlan, ingest: Ingest, stream: Compressor, advance: Callable[[int], None]
) -> Digest:
    diff_id = hashlib.sha256()

    def take(content: bytes) -> None:
        diff_id.update(content)
        ingest.write(stream.compress(content))

    batch = _Batch(take, advance)
    for span in plan.spans():
        if isinstance(span, HeaderBytes):
            batch.add(span.content)
        else:
            for piece in read_extent(span):
                batch.add(piece)
    batch.hand_over()
    ingest.write(stream.flush())
    return Digest(f"sha256:{diff_id.hexdigest()}")


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
