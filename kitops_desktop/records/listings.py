"""A cache of what is inside layers, by their digests. Deleting it loses nothing but time."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from pathlib import Path

from kitops_desktop.records.database import Database

MAX_BYTES = 64 << 20
_SHARE = 4
"""A single listing may fill a quarter of the cache at most."""

_MIGRATIONS = (
    """
    CREATE TABLE listings (digest TEXT PRIMARY KEY, content BLOB NOT NULL, used_at REAL NOT NULL);
    CREATE INDEX listings_by_use ON listings (used_at)
    """,
)


class Listings:
    """Bytes by digest, compressed, at most ``max_bytes`` together; what was used longest ago goes first."""

    def __init__(
        self, path: Path, max_bytes: int = MAX_BYTES, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = Database(path, _MIGRATIONS, "Listings of layers")
        self._max_bytes = max_bytes
        self._clock = clock

    @property
    def persistent(self) -> bool:
        return self._database.persistent

    def get(self, digest: str) -> bytes | None:
        rows = self._database.read("SELECT content FROM listings WHERE digest = ?", (digest,))
        if not rows:
            return None
        self._database.write(("UPDATE listings SET used_at = ? WHERE digest = ?", (self._clock(), digest)))
        try:
            return zlib.decompress(rows[0]["content"])
        except zlib.error:
            return None

    def put(self, digest: str, content: bytes) -> None:
        """Keep a listing; one that would take too much of the cache is not kept."""
        packed = zlib.compress(content, 3)
        if len(packed) * _SHARE > self._max_bytes:
            return
        self._database.write(
            ("INSERT OR REPLACE INTO listings VALUES (?, ?, ?)", (digest, packed, self._clock())),
            (
                "DELETE FROM listings WHERE digest IN (SELECT digest FROM (SELECT digest,"
                " sum(length(content)) OVER (ORDER BY used_at DESC, digest) AS together"
                " FROM listings) WHERE together > ?)",
                (self._max_bytes,),
            ),
        )

    def size(self) -> int:
        """The bytes kept, compressed."""
        found: int = self._database.read("SELECT coalesce(sum(length(content)), 0) FROM listings")[0][0]
        return found

    def clear(self) -> None:
        self._database.write(("DELETE FROM listings", ()))

    def close(self) -> None:
        self._database.close()
