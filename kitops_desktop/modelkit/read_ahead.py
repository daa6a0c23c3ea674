"""How much of an archive to fetch at once when only its headers are wanted."""

from __future__ import annotations

from collections import deque

FIRST_BYTES = 16 << 10
HEADER_BYTES = 2 << 10
"""Fetched for a header that stands alone: its own block, a pax header before it, and some."""
MAX_BYTES = 4 << 20
NEAR_GAP = 64 << 10
"""On a disk of this computer a read costs about as much as so many bytes."""
FAR_GAP = 256 << 10
"""A request over a network does: 25 ms at 10 MB/s."""
_REMEMBERED = 16
_ENTRIES_AHEAD = 64
_WORTH_DOUBLING = 8


class ReadAhead:
    """Watches how far apart the entries are. Those less than ``gap`` bytes apart are worth reading over,
    many at once, and ever more while that goes well; others are fetched one by one.
    """

    def __init__(self, gap: int = NEAR_GAP) -> None:
        self._gap = gap
        self._spacings: deque[int] = deque(maxlen=_REMEMBERED)
        self._since_window = 0
        self._factor = 1

    def passed(self, spacing: int) -> None:
        """An entry took ``spacing`` bytes with all its headers."""
        self._spacings.append(spacing)
        self._since_window += 1

    def next_window(self) -> int:
        """How many bytes to fetch next."""
        if not self._spacings:
            return FIRST_BYTES
        self._factor = self._factor * 2 if self._since_window >= _WORTH_DOUBLING else 1
        self._since_window = 0
        mean = sum(self._spacings) // len(self._spacings)
        if mean > self._gap:
            return HEADER_BYTES
        return max(HEADER_BYTES, min(MAX_BYTES, _ENTRIES_AHEAD * mean * self._factor))
