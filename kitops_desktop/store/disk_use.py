"""What the store takes up on disk."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.free_space import free_space
from kitops_desktop.store.needed import needed_blobs
from kitops_desktop.store.partial import partial_files
from kitops_desktop.store.parts import StoreParts
from kitops_desktop.store.prune import stored_blobs
from kitops_desktop.store.snapshot import read_snapshot
from kitops_desktop.store.work_folders import size_of_work


@dataclass(frozen=True, slots=True)
class DiskUse:
    """Bytes. Every blob counts once: ``total`` = ``kits`` + ``orphans`` + ``trash`` + ``partial``.

    ``orphans`` are blobs no kit needs, whatever their age; ``partial`` are half-written blobs, ours and
    `kit`'s, and what interrupted imports have gathered; ``free`` is what the file system has left.
    """

    total: int
    kits: int
    orphans: int
    trash: int
    partial: int
    free: int


def disk_use(parts: StoreParts) -> DiskUse:
    needed = needed_blobs(parts, read_snapshot(parts.layout), shared=False)
    kits = orphans = 0
    for digest, stat in stored_blobs(parts.layout):
        if digest in needed:
            kits += stat.st_size
        else:
            orphans += stat.st_size
    trash = parts.trash.size()
    partial = sum(
        stat.st_size
        for folder in (parts.layout.partial, parts.layout.kit_ingest)
        for _, stat in partial_files(folder)
    )
    partial += size_of_work(parts.layout.imports)
    return DiskUse(
        kits + orphans + trash + partial, kits, orphans, trash, partial, free_space(parts.home) or 0
    )
