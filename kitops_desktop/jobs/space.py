"""Whether there is room, asked before anything is written."""

from __future__ import annotations

from pathlib import Path

from kitops_desktop.errors import DiskFull
from kitops_desktop.free_space import free_space
from kitops_desktop.store.local_store import LocalStore


def check_space(folder: Path, needed: int) -> None:
    """Raise ``DiskFull`` when fewer than ``needed`` bytes are free where ``folder`` is or would be."""
    free = free_space(folder)
    if free is not None and needed > free:
        raise DiskFull(folder, needed, free)


def check_store_space(store: LocalStore, needed: int) -> None:
    """As ``check_space``, but first the trash of the store is emptied as far as that helps."""
    free = free_space(store.home)
    if free is not None and needed > free:
        store.make_room(needed)
    check_space(store.home, needed)
