"""Repositories and kits in registries that the user wants at hand."""

from __future__ import annotations

import time
from collections.abc import Callable

from kitops_desktop.records.database import Database

MOST = 500
"""Nobody finds anything among more; who adds another one loses the oldest."""


class Favourites:
    """``HOST/REPOSITORY`` or a whole reference, each once, in the order in which they were added."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time, most: int = MOST) -> None:
        self._database = database
        self._clock = clock
        self._most = most

    def add(self, reference: str) -> None:
        """Remember one; where it stood already it stays."""
        host = reference.partition("/")[0]
        self._database.write(
            (
                "INSERT OR IGNORE INTO favourites (reference, host, added_at) VALUES (?, ?, ?)",
                (reference, host, self._clock()),
            ),
            (
                "DELETE FROM favourites WHERE id NOT IN (SELECT id FROM favourites ORDER BY id DESC LIMIT ?)",
                (self._most,),
            ),
        )

    def remove(self, reference: str) -> None:
        self._database.write(("DELETE FROM favourites WHERE reference = ?", (reference,)))

    def all(self, host: str | None = None) -> tuple[str, ...]:
        """Of all registries or of one, in the order in which they were added."""
        where, given = ("", ()) if host is None else ("WHERE host = ?", (host,))
        rows = self._database.read(f"SELECT reference FROM favourites {where} ORDER BY id", given)
        return tuple(row["reference"] for row in rows)
