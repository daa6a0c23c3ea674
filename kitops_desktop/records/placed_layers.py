"""Which files unpacking has put in place so far, for the attempt after the one that was broken off."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Sequence

from kitops_desktop.records.database import Database

KEPT = 500
"""So many layers are remembered; the oldest are forgotten."""
Row = tuple[str, int, int, int]
"""Path, size in bytes, time in nanoseconds, inode."""


class PlacedLayers:
    """Files by unpacking (whatever text tells one from another) and layer."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time, kept: int = KEPT) -> None:
        self._database = database
        self._clock = clock
        self._kept = kept

    def put(self, unpacking: str, layer: str, files: Sequence[Row]) -> None:
        packed = zlib.compress(json.dumps(list(files)).encode("ascii"))
        self._database.write(
            (
                "INSERT OR REPLACE INTO placed_layers VALUES (?, ?, ?, ?)",
                (unpacking, layer, packed, self._clock()),
            ),
            (
                "DELETE FROM placed_layers WHERE (unpacking, layer) IN"
                " (SELECT unpacking, layer FROM placed_layers ORDER BY placed_at DESC LIMIT -1 OFFSET ?)",
                (self._kept,),
            ),
        )

    def get(self, unpacking: str, layer: str) -> tuple[Row, ...] | None:
        rows = self._database.read(
            "SELECT files FROM placed_layers WHERE unpacking = ? AND layer = ?", (unpacking, layer)
        )
        if not rows:
            return None
        files = json.loads(zlib.decompress(rows[0]["files"]))
        return tuple((str(path), int(size), int(at), int(inode)) for path, size, at, inode in files)

    def forget(self, unpacking: str) -> None:
        self._database.write(("DELETE FROM placed_layers WHERE unpacking = ?", (unpacking,)))
