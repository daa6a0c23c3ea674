"""What a registry turned out to be able to do, in the words that its documentation is told in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kitops_desktop.registry.abilities import (
    CHUNK,
    CHUNKING,
    RANGES,
    REFERRERS,
    STATUS,
    SURVIVES,
    TAG_DELETE,
)
from kitops_desktop.registry.well_known import DELETING, REFERRING, RESUMING, Ability

READING_PARTS, CHUNKS = "reading parts of a layer", "chunks of any size"
_MIB = 1 << 20
_LOST = (
    (CHUNKING, "a layer is sent in one piece"),
    (SURVIVES, "what was interrupted is dropped"),
    (STATUS, "it does not say how far an upload is"),
)
_KEPT = {
    "border": Ability(RESUMING, "partly", "as far as a whole chunk had come"),
    "yes": Ability(RESUMING, "yes", "to the last byte that had come"),
}


def measured(found: Mapping[str, str]) -> tuple[Ability, ...]:
    """``found`` has values by ability, as ``registry.abilities`` names them. What was not met is left out."""
    return tuple(_measured(found))


def _measured(found: Mapping[str, str]) -> Iterator[Ability]:
    if found.get(TAG_DELETE) == "no":
        yield Ability(DELETING, "partly", "not by name: a version made for that is deleted with the tag")
    why = next((why for ability, why in _LOST if found.get(ability) == "no"), "")
    kept = _KEPT.get(found.get(SURVIVES, ""))
    if why:
        yield Ability(RESUMING, "no", why)
    elif kept is not None:
        yield kept
    if found.get(REFERRERS) == "no":
        yield Ability(REFERRING, "no", "they are kept under tags instead")
    if found.get(RANGES) == "no":
        yield Ability(READING_PARTS, "no", "a layer is read as a whole")
    most = found.get(CHUNK, "")
    if most.isdecimal():
        yield Ability(CHUNKS, "no", f"of {int(most) / _MIB:.3g} MiB at most")
