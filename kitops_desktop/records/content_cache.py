"""Content by its digest, kept as far as there is room. Deleting the file loses nothing but time."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from pathlib import Path

from kitops_desktop.records.database import Database

_SHARE = 4
"""A single entry may fill a quarter of its cache at most."""

_MIGRATIONS = (
    """
    CREATE TABLE listings (digest TEXT PRIMARY KEY, content BLOB NOT NULL, used_at REAL NOT NULL);
    CREATE INDEX listings_by_use ON listings (used_at)
    """,
    """
    CREATE TABLE manifests (digest TEXT PRIMARY KEY, content BLOB NOT NULL, used_at REAL NOT NULL);
    CREATE INDEX manifests_by_use ON manifests (used_at)
    """,
    """
    CREATE TABLE same_files (digest TEXT PRIMARY KEY, content BLOB NOT NULL, used_at REAL NOT NULL);
    CREATE INDEX same_files_by_use ON same_files (used_at)
    """,
    """
    CREATE TABLE seen_names (
        host TEXT NOT NULL,
        repository TEXT NOT NULL,
        tag TEXT NOT NULL,
        digest TEXT NOT NULL,
        seen_at REAL NOT NULL,
        PRIMARY KEY (host, repository, tag)
    ) WITHOUT ROWID;
    CREATE INDEX seen_names_by_time ON seen_names (seen_at);
    CREATE TABLE seen_kits (
        digest TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        description TEXT NOT NULL,
        licence TEXT NOT NULL,
        framework TEXT NOT NULL,
        words TEXT NOT NULL,
        seen_at REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE seen_layers (
        digest TEXT NOT NULL,
        layer TEXT NOT NULL,
        PRIMARY KEY (digest, layer)
    ) WITHOUT ROWID;
    CREATE INDEX seen_layers_by_layer ON seen_layers (layer);
    CREATE TABLE seen_files (layer TEXT PRIMARY KEY, names TEXT NOT NULL, seen_at REAL NOT NULL)
    """,
)


def open_cache(path: Path) -> Database:
    """The database that all caches share. Never raises."""
    return Database(path, _MIGRATIONS, "Listings of layers and manifests of registries")


class ContentCache:
    """Bytes by digest in ``table``, compressed, at most ``max_bytes`` together; what was used longest ago
    goes first.
    """

    def __init__(
        self, database: Database, table: str, max_bytes: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._table = table
        self._max_bytes = max_bytes
        self._clock = clock

    def get(self, digest: str) -> bytes | None:
        rows = self._database.read(f"SELECT content FROM {self._table} WHERE digest = ?", (digest,))
        if not rows:
            return None
        self._database.write(
            (f"UPDATE {self._table} SET used_at = ? WHERE digest = ?", (self._clock(), digest))
        )
        try:
            return zlib.decompress(rows[0]["content"])
        except zlib.error:
            return None

    def put(self, digest: str, content: bytes) -> None:
        """Keep something; what would take too much of the cache is not kept."""
        packed = zlib.compress(content, 3)
        if len(packed) * _SHARE > self._max_bytes:
            return
        table = self._table
        self._database.write(
            (f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", (digest, packed, self._clock())),
            (
                f"DELETE FROM {table} WHERE digest IN (SELECT digest FROM (SELECT digest,"
                " sum(length(content)) OVER (ORDER BY used_at DESC, digest) AS together"
                f" FROM {table}) WHERE together > ?)",
                (self._max_bytes,),
            ),
        )

    def size(self) -> int:
        """The bytes kept, compressed."""
        rows = self._database.read(f"SELECT coalesce(sum(length(content)), 0) FROM {self._table}")
        found: int = rows[0][0]
        return found

    def clear(self) -> None:
        self._database.write((f"DELETE FROM {self._table}", ()))
