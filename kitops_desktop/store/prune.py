"""Finding blobs that no kit needs: what `kit` or a process that died has left behind.

Blobs younger than 24 hours stay, since a pack or pull of any program may be about to list them. `kit` never
looks for orphans itself.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress

from kitops_desktop.oci.digest import Digest
from kitops_desktop.store.index_files import remove_entries
from kitops_desktop.store.layout import TEMPORARY_PREFIX, Layout
from kitops_desktop.store.needed import needed_blobs
from kitops_desktop.store.partial import remove_dead
from kitops_desktop.store.parts import StoreParts
from kitops_desktop.store.removal import Removal, RemovalPlan, size_of, take_unneeded
from kitops_desktop.store.snapshot import Snapshot, read_snapshot
from kitops_desktop.store.work_folders import remove_abandoned

YOUNG_SECONDS = 24 * 3600.0


def plan_prune(parts: StoreParts, young: float = YOUNG_SECONDS) -> RemovalPlan:
    return RemovalPlan(size_of(parts, orphans(parts, read_snapshot(parts.layout), young)), (), ())


def prune(parts: StoreParts, young: float = YOUNG_SECONDS) -> Removal:
    """Move orphans to the trash, under the store's lock; raises ``StoreDamaged`` when there may be more kits
    than can be read.
    """
    found = orphans(parts, read_snapshot(parts.layout), young)
    remove_leftovers(parts)
    _remove_copies(parts.layout, time.time() - young)
    if not found:
        return Removal("", 0)
    count = "1 blob" if len(found) == 1 else f"{len(found):,} blobs"
    removal = parts.trash.begin(f"{count} that no kit referred to", ())
    remove_entries(parts.home, parts.layout.shared_index, found, shared=True)
    return Removal(removal, take_unneeded(parts, removal, found, shared=False))


def orphans(parts: StoreParts, snapshot: Snapshot, young: float) -> tuple[Digest, ...]:
    """Blobs older than ``young`` seconds that nobody needs. Raises ``StoreDamaged``."""
    needed = needed_blobs(parts, snapshot, shared=False)
    if needed.obstacle is not None:
        raise needed.obstacle
    limit = time.time() - young
    return tuple(
        digest
        for digest, stat in stored_blobs(parts.layout)
        if digest not in needed and stat.st_mtime <= limit
    )


def stored_blobs(layout: Layout) -> Iterator[tuple[Digest, os.stat_result]]:
    """Every blob on disk."""
    for algorithm in ("sha256", "sha384", "sha512"):
        try:
            with os.scandir(layout.blobs / algorithm) as entries:
                paths = sorted(entry.path for entry in entries)
        except OSError:
            continue
        for path in map(layout.blobs.__truediv__, paths):
            digest = layout.digest_at(path)
            if digest is not None:
                with suppress(OSError):
                    yield digest, path.stat()


def remove_leftovers(parts: StoreParts) -> None:
    """Remove what killed writers left half-written. Under the store's lock, so that none of it is in use."""
    remove_dead(parts.layout.partial)
    remove_abandoned(parts.layout.imports)
    parts.trash.remove_leftovers()
    for folder in (parts.layout.storage, parts.layout.own):
        with suppress(OSError):
            for path in list(folder.glob(f"{TEMPORARY_PREFIX}*.tmp")):
                path.unlink(missing_ok=True)


def _remove_copies(layout: Layout, limit: float) -> None:
    """Copies between file systems that were cut off, whose last change was before ``limit``."""
    for path in layout.blobs.glob(f"*/{TEMPORARY_PREFIX}*.tmp"):
        with suppress(OSError):
            if path.stat().st_mtime <= limit:
                path.unlink()
