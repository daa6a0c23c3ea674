"""References to registries that were used before, to be offered again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from sqlite3 import Row

from kitops_desktop.records.database import Database

KEPT = 1000
"""So many references are remembered; those not used for longest are forgotten."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """``action`` is what was done last ("open", "pull", "push"), ``at`` in seconds since the epoch."""

    reference: str
    action: str
    at: float

    @property
    def is_in_registry(self) -> bool:
        """Whether it is no address of somewhere else (``hf://…``)."""
        return "://" not in self.reference


class ReferenceHistory:
    """Every reference once, with what was done with it last. They have no secrets."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time, kept: int = KEPT) -> None:
        self._database = database
        self._clock = clock
        self._kept = kept

    def add(self, reference: str, action: str) -> None:
        """Remember a whole reference (``host/repository:tag`` or ``@digest``), a repository alone, or an
        address of somewhere else (``hf://…``).
        """
        host = reference.partition("/")[0]
        self._database.write(
            (
                "INSERT OR REPLACE INTO reference_history VALUES (?, ?, ?, ?)",
                (reference, host, action, self._clock()),
            ),
            (
                "DELETE FROM reference_history WHERE reference IN (SELECT reference FROM reference_history"
                " ORDER BY at DESC, reference LIMIT -1 OFFSET ?)",
                (self._kept,),
            ),
        )

    def recent(self, host: str | None = None, limit: int = 50) -> tuple[HistoryEntry, ...]:
        """The latest first, of all registries or of one."""
        where, given = ("", ()) if host is None else ("WHERE host = ?", (host,))
        rows = self._database.read(
            f"SELECT * FROM reference_history {where} ORDER BY at DESC, reference LIMIT ?", (*given, limit)
        )
        return tuple(_entry(row) for row in rows)

    def forget(self, reference: str) -> None:
        self._database.write(("DELETE FROM reference_history WHERE reference = ?", (reference,)))

    def forget_host(self, host: str) -> None:
        """Forget all references to a registry."""
        self._database.write(("DELETE FROM reference_history WHERE host = ?", (host,)))

    def put_back(self, entries: Iterable[HistoryEntry]) -> None:
        """Remember again what was forgotten, as far as it was not used since."""
        statement = "INSERT OR IGNORE INTO reference_history VALUES (?, ?, ?, ?)"
        self._database.write(
            *(
                (statement, (one.reference, one.reference.partition("/")[0], one.action, one.at))
                for one in entries
            )
        )


def known_repositories(favourites: Iterable[str], used: Iterable[HistoryEntry]) -> tuple[str, ...]:
    """The repositories of references to one registry, without its host, each once: favourites first."""
    references = (*favourites, *(entry.reference for entry in used))
    names = (reference.partition("/")[2].partition("@")[0].partition(":")[0] for reference in references)
    return tuple(dict.fromkeys(name for name in names if name))


def _entry(row: Row) -> HistoryEntry:
    return HistoryEntry(row["reference"], row["action"], row["at"])
