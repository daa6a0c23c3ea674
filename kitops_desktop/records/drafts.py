"""Texts that were typed and not saved, for the next start after a crash."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.records.database import Database


@dataclass(frozen=True, slots=True)
class Draft:
    """The unsaved text of the file ``name`` of a project. ``base`` is the text it came from: what was read or
    saved last, None for no file. ``written_at`` is in seconds since the epoch.
    """

    name: str
    text: str
    base: str | None
    written_at: float = 0.0


class Drafts:
    """The drafts of each project's folder; folders are compared as absolute paths."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def keep(self, folder: Path, drafts: Iterable[Draft]) -> None:
        """These are the drafts of the folder from now on; () when nothing in it is unsaved."""
        key, now = _key(folder), self._clock()
        self._database.write(
            ("DELETE FROM drafts WHERE folder = ?", (key,)),
            *(
                (
                    "INSERT INTO drafts VALUES (?, ?, ?, ?, ?)",
                    (key, draft.name, _stored(draft.text), _stored(draft.base), now),
                )
                for draft in drafts
            ),
        )

    def find(self, folder: Path) -> tuple[Draft, ...]:
        rows = self._database.read("SELECT * FROM drafts WHERE folder = ? ORDER BY name", (_key(folder),))
        return tuple(
            Draft(row["name"], _read(row["text"]) or "", _read(row["base"]), row["written_at"])
            for row in rows
        )


def _key(folder: Path) -> bytes:
    return os.fsencode(folder.absolute())


def _stored(text: str | None) -> bytes | None:
    """As bytes, since SQLite's text takes no lone surrogates: they stand for bytes that are not UTF-8."""
    return None if text is None else text.encode("utf-8", "surrogatepass")


def _read(stored: bytes | None) -> str | None:
    return None if stored is None else stored.decode("utf-8", "surrogatepass")
