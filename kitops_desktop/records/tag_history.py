"""What tags stood for, and since when: a line for each time that something was done or seen."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Row

from kitops_desktop.records.database import Database

KEPT = 100_000
"""So many lines are remembered; the oldest are forgotten."""
SEEN, STORED, DELETED = "seen", "stored", "deleted"
_WEAK = (SEEN, STORED)
"""What was noticed only. A line that says what was done takes its place when it follows at once."""
_AT_ONCE = 120.0  # seconds
_Statement = tuple[str, tuple[object, ...]]
_WHERE = "home = ? AND name = ? AND tag = ?"


@dataclass(frozen=True, slots=True)
class TagEvent:
    """``tag`` stood for ``digest`` from ``first_at`` to ``last_at`` at least (seconds since the epoch).

    ``what`` was done or noticed at ``first_at``: ``pack``, ``push``, ``pull``, ``copy``, ``unpack``, SEEN,
    STORED, or DELETED, after which there was no such tag.
    """

    tag: str
    digest: str
    what: str
    first_at: float
    last_at: float


class TagHistory:
    """Events by repository (``host/repository``) and tag; of a store by its home too, which is None for
    registries.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time, kept: int = KEPT) -> None:
        self._database = database
        self._clock = clock
        self._kept = kept

    def note(
        self,
        name: str,
        tags: Iterable[str],
        digest: str,
        what: str = SEEN,
        home: Path | None = None,
        at: float | None = None,
    ) -> None:
        """Each of ``tags`` stands for ``digest`` at that time, which is now unless it is said. What is the
        same as before makes no new line.
        """
        now = self._clock() if at is None else at
        statements = [self._statement((_key(home), name, tag), digest, what, now) for tag in tags]
        if statements:
            last = "(SELECT max(id) FROM tag_events)"
            self._database.write(
                *statements, (f"DELETE FROM tag_events WHERE id <= {last} - ?", (self._kept,))
            )

    def move(self, old: Path, new: Path) -> None:
        """The store at ``old`` is at ``new`` from now on, where only its filling was noted."""
        self._database.write(
            ("DELETE FROM tag_events WHERE home = ?", (_key(new),)),
            ("UPDATE tag_events SET home = ? WHERE home = ?", (_key(new), _key(old))),
        )

    def of_tag(self, name: str, tag: str, home: Path | None = None, limit: int = 500) -> tuple[TagEvent, ...]:
        """The latest ``limit`` events of a tag, the latest first."""
        return self._read(f"{_WHERE}", (_key(home), name, tag), limit)

    def of_digest(
        self, name: str, digest: str, home: Path | None = None, limit: int = 500
    ) -> tuple[TagEvent, ...]:
        """Which tags of the repository stood for a version, the latest first."""
        return self._read("home = ? AND name = ? AND digest = ?", (_key(home), name, digest), limit)

    def _statement(self, key: tuple[bytes, str, str], digest: str, what: str, now: float) -> _Statement:
        """What prolongs the latest line of the tag, or begins a new one."""
        rows = self._database.read(f"SELECT * FROM tag_events WHERE {_WHERE} ORDER BY id DESC LIMIT 1", key)
        latest = rows[0] if rows else None
        if latest is None or latest["digest"] != digest or DELETED in (what, latest["what"]):
            same = False
        else:
            is_fresh = latest["what"] in _WEAK and now - latest["first_at"] <= _AT_ONCE
            same = what == latest["what"] or what in _WEAK or is_fresh
        if latest is None or not same:
            return (
                "INSERT INTO tag_events (home, name, tag, digest, what, first_at, last_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*key, digest, what, now, now),
            )
        said = latest["what"] if what in _WEAK else what
        return "UPDATE tag_events SET last_at = ?, what = ? WHERE id = ?", (now, said, latest["id"])

    def _read(self, where: str, given: tuple[object, ...], limit: int) -> tuple[TagEvent, ...]:
        rows = self._database.read(
            f"SELECT * FROM tag_events WHERE {where} ORDER BY id DESC LIMIT ?", (*given, limit)
        )
        return tuple(map(_event, rows))


def _event(row: Row) -> TagEvent:
    return TagEvent(row["tag"], row["digest"], row["what"], row["first_at"], row["last_at"])


def _key(home: Path | None) -> bytes:
    return b"" if home is None else os.fsencode(home.absolute())
