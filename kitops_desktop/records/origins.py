"""Which folders were made by downloading, and from which repository."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from kitops_desktop.records.database import Database

KEPT = 1000
"""So many folders are remembered; those that were downloaded first are forgotten."""


class Origins:
    """Repositories as people call them (``team/churn``), by folder, which are compared as absolute paths."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time, kept: int = KEPT) -> None:
        self._database = database
        self._clock = clock
        self._kept = kept

    def put(self, folder: Path, repository: str) -> None:
        self._database.write(
            ("INSERT OR REPLACE INTO origins VALUES (?, ?, ?)", (_key(folder), repository, self._clock())),
            (
                "DELETE FROM origins WHERE folder IN"
                " (SELECT folder FROM origins ORDER BY noted_at DESC LIMIT -1 OFFSET ?)",
                (self._kept,),
            ),
        )

    def find(self, folder: Path) -> str:
        """The repository, "" when the folder was not downloaded, as far as it is known."""
        rows = self._database.read("SELECT repository FROM origins WHERE folder = ?", (_key(folder),))
        return str(rows[0]["repository"]) if rows else ""

    def forget(self, folder: Path) -> None:
        """It is not, or no longer, what was downloaded."""
        self._database.write(("DELETE FROM origins WHERE folder = ?", (_key(folder),)))


def _key(folder: Path) -> bytes:
    return os.fsencode(folder.absolute())
