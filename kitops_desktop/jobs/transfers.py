"""Which work goes over a network: it may wait for it, and for room on the disk."""

from __future__ import annotations

from kitops_desktop.jobs.work import Work

TRANSFERS = frozenset(
    {"push", "pull", "pack-push", "copy", "delete-remote", "restore-remote", "index", "hugging-face"}
)


def is_transfer(work: Work | None) -> bool:
    if work is None:
        return False
    return work.kind in TRANSFERS or getattr(work, "source", "local") in ("remote", "auto")


def may_pause(work: Work | None) -> bool:
    """Whether it goes on where it stopped. Packing keeps the layers that are done."""
    return is_transfer(work) or (work is not None and work.kind == "pack")
