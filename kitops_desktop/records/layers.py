"""Which blob a planned layer became, by the fingerprint of its plan."""

from __future__ import annotations

import time
from collections.abc import Callable

from kitops_desktop.records.database import Database

KEPT = 20_000
"""So many layers are remembered; those not used for longest are forgotten."""


class LayerRecords:
    def __init__(self, database: Database, clock: Callable[[], float] = time.time, kept: int = KEPT) -> None:
        self._database = database
        self._clock = clock
        self._kept = kept

    def find(self, fingerprint: str, compression: str) -> tuple[str, int, str] | None:
        """Digest, size in bytes and diffId of the blob, or None."""
        key = (fingerprint, compression)
        rows = self._database.read(
            "SELECT digest, size, diff_id FROM layers WHERE fingerprint = ? AND compression = ?", key
        )
        if not rows:
            return None
        self._database.write(
            (
                "UPDATE layers SET used_at = ? WHERE fingerprint = ? AND compression = ?",
                (self._clock(), *key),
            )
        )
        return rows[0]["digest"], rows[0]["size"], rows[0]["diff_id"]

    def add(self, fingerprint: str, compression: str, digest: str, size: int, diff_id: str) -> None:
        self._database.write(
            (
                "INSERT OR REPLACE INTO layers VALUES (?, ?, ?, ?, ?, ?)",
                (fingerprint, compression, digest, size, diff_id, self._clock()),
            ),
            (
                "DELETE FROM layers WHERE (fingerprint, compression) IN"
                " (SELECT fingerprint, compression FROM layers ORDER BY used_at DESC LIMIT -1 OFFSET ?)",
                (self._kept,),
            ),
        )
