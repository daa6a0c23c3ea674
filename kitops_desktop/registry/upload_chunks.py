"""How large the chunks of an upload are: so that one takes 5 to 30 seconds, and the registry takes it."""

from __future__ import annotations

CHUNK_BYTES = 80 << 20
"""Below the 100 MB that some proxies take, and a multiple of 10 MiB, into which distribution cuts parts for
S3: a rest under 5 MiB makes it copy everything again.
"""
_SIZES = (160 << 20, CHUNK_BYTES, 40 << 20, 16 << 20, 10 << 20)
"""All of them leave no such rest."""
_REFUSED_SIZES = (CHUNK_BYTES, 40 << 20, 10 << 20, 4 << 20)
"""What is tried when a larger one was too large."""
_LONGEST_SECONDS = 30.0
_FAST = 100_000_000
"""Bytes per second from which on the pause between two chunks of the usual size is felt."""


class ChunkSizes:
    """``size`` is that of the next chunk, in bytes. None is larger than ``most``, where that is not 0."""

    def __init__(self, most: int = 0, usual: int = CHUNK_BYTES) -> None:
        self._most = most
        self.usual = usual if usual in _SIZES else CHUNK_BYTES
        """What suits the line, whatever the registry takes."""
        self._least = 0

    @property
    def size(self) -> int:
        return max(min(self.usual, self._most) if self._most else self.usual, self._least)

    def at_least(self, least: int) -> None:
        """The registry wants chunks of at least so many bytes."""
        self._least = least

    def took(self, count: int, seconds: float) -> None:
        """So many bytes went in so many seconds."""
        if count < min(self.size, _SIZES[-1]):
            return  # a rest, of which more time is spent on the answer than on the way
        rate = count / max(seconds, 0.001)
        allowed = _SIZES if rate > _FAST else _SIZES[1:]
        self.usual = next((size for size in allowed if size / rate <= _LONGEST_SECONDS), _SIZES[-1])

    def lost(self) -> None:
        """A chunk broke off, and everything with it: a smaller one has a better chance."""
        self.usual = next((size for size in _SIZES if size < self.size), self.usual)

    def refused(self, tried: int) -> bool:
        """A request of ``tried`` bytes was too large; whether there is a smaller size to try."""
        smaller = next((size for size in _REFUSED_SIZES if size < tried), 0)
        if smaller <= self._least:
            return False
        self._most = smaller
        return True
