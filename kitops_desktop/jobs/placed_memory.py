"""The records of what was unpacked, as unpacking wants to see them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kitops_desktop.modelkit.placed_before import NothingBefore, PlacedBefore, PlacedFile
from kitops_desktop.oci.digest import Digest

if TYPE_CHECKING:
    from kitops_desktop.records.placed_layers import PlacedLayers


def placed_before(
    records: PlacedLayers | None, target: Path, kit: Digest, filters: Sequence[str], globs: Sequence[str]
) -> PlacedBefore:
    """What is remembered of unpacking the same of the same kit into the same folder."""
    if records is None:
        return NothingBefore()
    value = json.dumps([str(target.absolute()), kit, list(filters), list(globs)])
    return _Memory(records, hashlib.sha256(value.encode("ascii")).hexdigest())


class _Memory:
    def __init__(self, records: PlacedLayers, unpacking: str) -> None:
        self._records, self._unpacking = records, unpacking

    def recall(self, layer: Digest, *, by_range: bool = False) -> tuple[PlacedFile, ...] | None:
        found = self._records.get(self._unpacking, _name(layer, by_range))
        return None if found is None else tuple(PlacedFile(*row) for row in found)

    def note(self, layer: Digest, files: Sequence[PlacedFile], *, by_range: bool = False) -> None:
        rows = [(file.path, file.size, file.mtime_ns, file.inode) for file in files]
        self._records.put(self._unpacking, _name(layer, by_range), rows)

    def forget(self) -> None:
        self._records.forget(self._unpacking)


def _name(layer: Digest, by_range: bool) -> str:
    return f"{layer} by range" if by_range else layer
