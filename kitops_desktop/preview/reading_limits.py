"""How much may be read to find out what is inside a layer."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.modelkit.read_ahead import FAR_GAP, NEAR_GAP


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """All in bytes. Files of up to ``gap`` are read over where skipping would take a request each.

    A compressed layer can only be read from its beginning, and so can any layer of a registry that gives no
    parts: those larger than ``compressed`` are not listed.
    The listing of an uncompressed one stops when more than ``layer`` was read for it: a layer of a million
    small files is hardly smaller than its listing. Once ``kit`` was read for all layers together, no further
    is begun. None is no limit.
    """

    gap: int = NEAR_GAP
    compressed: int | None = None
    layer: int | None = None
    kit: int | None = None

    @property
    def lifted(self) -> ReadingLimits:
        """For somebody who was told how much it is and wants it all the same."""
        return ReadingLimits(self.gap)


ON_DISK = ReadingLimits()
OVER_NETWORK = ReadingLimits(FAR_GAP, compressed=8 << 20, layer=64 << 20, kit=256 << 20)
BY_PARTS = ReadingLimits(FAR_GAP, compressed=0)
"""Over a network, all that can be had without reading a layer from its beginning."""
