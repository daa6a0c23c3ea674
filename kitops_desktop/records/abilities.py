"""What registries were found to be able to do, so that it need not be tried each time."""

from __future__ import annotations

import time
from collections.abc import Callable

from kitops_desktop.records.database import Database

TRUSTED_SECONDS = 30 * 24 * 3600
"""Registries are updated: what is older is tried anew."""


class Abilities:
    """Values by host and ability, in the words of whoever found them out ("catalog": "no")."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def get(self, host: str, ability: str) -> str | None:
        """What was found, or None when it is not known or was found more than 30 days ago."""
        rows = self._database.read(
            "SELECT value FROM abilities WHERE host = ? AND ability = ? AND found_at > ?",
            (host, ability, self._clock() - TRUSTED_SECONDS),
        )
        return rows[0]["value"] if rows else None

    def all(self, host: str) -> dict[str, str]:
        """All that was found of a registry in the last 30 days, by ability."""
        rows = self._database.read(
            "SELECT ability, value FROM abilities WHERE host = ? AND found_at > ?",
            (host, self._clock() - TRUSTED_SECONDS),
        )
        return {row["ability"]: row["value"] for row in rows}

    def put(self, host: str, ability: str, value: str) -> None:
        self._database.write(
            ("INSERT OR REPLACE INTO abilities VALUES (?, ?, ?, ?)", (host, ability, value, self._clock()))
        )

    def forget(self, host: str) -> None:
        """Forget all about a registry, as when its address or the rights there have changed."""
        self._database.write(("DELETE FROM abilities WHERE host = ?", (host,)))
