"""Remembering packed layers, so that an unchanged folder is packed again without being read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kitops_desktop.modelkit.layer_plan import LayerPlan

RACY_NS = 2_000_000_000
"""File systems keep times as coarsely as this (FAT: 2 s), in nanoseconds."""


@dataclass(frozen=True, slots=True)
class RememberedLayer:
    """A blob that a plan once became. ``size`` is that of the blob, in bytes; ``diff_id`` the digest of its
    tar."""

    digest: str
    size: int
    diff_id: str


class LayerMemory(Protocol):
    """Which blob a plan became. It may forget, and it may name blobs that are gone: whoever asks looks
    whether they are there."""

    def recall(self, fingerprint: str, compression: str) -> RememberedLayer | None: ...
    def remember(self, fingerprint: str, compression: str, layer: RememberedLayer) -> None: ...


def may_be_remembered(plan: LayerPlan, started_ns: int) -> bool:
    """Whether a later change of any file is sure to show in its times.

    ``started_ns`` is when reading began. A file whose time is that fresh could be written once more without
    its time moving on, so that its next fingerprint would be the old one.
    """
    return plan.newest_ns < started_ns - RACY_NS
