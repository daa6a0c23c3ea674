"""What is known of a registry's habits with uploads, as it matters to who sends and to who looks on."""

from __future__ import annotations

from kitops_desktop.registry.abilities import (
    CHUNK,
    CHUNKING,
    PACE,
    RANGES,
    STATUS,
    SURVIVES,
    AbilityMemory,
)
from kitops_desktop.registry.upload_chunks import CHUNK_BYTES, ChunkSizes

_IN_ONE_PIECE = ("ghcr.io", "pkg.dev", "gcr.io", "amazonaws.com", "amazonaws.com.cn")
"""Registries that take no chunks, or only small ones."""


class HostHabits:
    """Of one host, found out while something is uploaded to it."""

    def __init__(self, abilities: AbilityMemory, host: str) -> None:
        self._abilities, self._host = abilities, host
        self.whole_only = takes_wholes_only(abilities, host)

    def chunks(self, most: int = 0) -> ChunkSizes:
        """Of at most ``most`` bytes where that is not 0, and of what the registry is known to take."""
        limits = [limit for limit in (most, self._number(CHUNK)) if limit]
        return ChunkSizes(min(limits, default=0), self._number(PACE) or CHUNK_BYTES)

    @property
    def keeps_halves(self) -> bool:
        """Whether nothing is lost of a chunk that breaks off."""
        return self._abilities.get(self._host, SURVIVES) == "yes"

    def broke_off(self, *, kept: bool, gained: bool) -> None:
        """A chunk broke off in the middle: was the upload ``kept``, and something of the chunk ``gained``?

        That nothing was gained may be since nothing had come yet.
        """
        if gained or not kept or not self.keeps_halves:
            self._put(SURVIVES, "yes" if gained else "border" if kept else "no")

    def says_nothing(self) -> None:
        """It cannot be asked how far an upload is."""
        self._put(STATUS, "no")

    def refuses_chunks(self) -> None:
        self.whole_only = True
        self._put(CHUNKING, "no")

    def takes(self, size: int) -> None:
        """Chunks of ``size`` bytes, when larger ones were refused."""
        self._put(CHUNK, str(size))

    def paced(self, size: int) -> None:
        """Chunks of ``size`` bytes suit the line. The usual size is not worth remembering."""
        if min(size, CHUNK_BYTES) != (self._number(PACE) or CHUNK_BYTES):
            self._put(PACE, str(min(size, CHUNK_BYTES)))

    def _number(self, ability: str) -> int:
        known = self._abilities.get(self._host, ability) or ""
        return int(known) if known.isdecimal() else 0

    def _put(self, ability: str, value: str) -> None:
        if self._abilities.get(self._host, ability) != value:
            self._abilities.put(self._host, ability, value)


def takes_wholes_only(abilities: AbilityMemory, host: str) -> bool:
    """Whether a blob has to be sent in one request, however large it is."""
    name = host.partition(":")[0].lower()
    known = any(name == end or name.endswith((f".{end}", f"-{end}")) for end in _IN_ONE_PIECE)
    return known or abilities.get(host, CHUNKING) == "no"


def describe_host(abilities: AbilityMemory, host: str) -> tuple[str, ...]:
    """What people should know about a registry before they count on resuming there, one sentence each."""
    said = list(describe_uploads(abilities, host))
    if abilities.get(host, RANGES) == "no":
        said.append("This registry gives a layer as a whole only: an interrupted download reads it again.")
    return tuple(said)


def describe_uploads(abilities: AbilityMemory, host: str) -> tuple[str, ...]:
    """As ``describe_host``, of uploads alone."""
    said = []
    if takes_wholes_only(abilities, host):
        said.append("This registry takes a layer in one piece only: an interrupted layer starts again.")
    elif abilities.get(host, SURVIVES) == "no":
        said.append("This registry drops interrupted uploads: the layer starts again.")
    elif abilities.get(host, STATUS) == "no":
        said.append("This registry does not say how far an upload is: an interrupted layer starts again.")
    return tuple(said)
