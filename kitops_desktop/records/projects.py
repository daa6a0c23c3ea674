"""The folders the user works on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Row

from kitops_desktop.records.database import Database


@dataclass(frozen=True, slots=True)
class Project:
    """A folder. ``last_reference`` and ``last_digest`` are what it was packed as last, or "".

    ``opened_at`` is in seconds since the epoch.
    """

    folder: Path
    name: str
    last_reference: str = ""
    last_digest: str = ""
    opened_at: float = 0.0


class Projects:
    """The list of projects; folders are compared as absolute paths."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def add(self, folder: Path, name: str = "") -> Project:
        """Put the folder on the list, or to its top; what is known about it is kept."""
        key = _key(folder)
        self._database.write(
            (
                "INSERT INTO projects VALUES (?, ?, '', '', ?) ON CONFLICT (folder) DO UPDATE SET"
                " opened_at = excluded.opened_at, name = iif(? = '', name, excluded.name)",
                (key, _text(name or folder.absolute().name), self._clock(), _text(name)),
            )
        )
        found = self.find(folder)
        return found or Project(folder.absolute(), name)

    def find(self, folder: Path) -> Project | None:
        rows = self._database.read("SELECT * FROM projects WHERE folder = ?", (_key(folder),))
        return _project(rows[0]) if rows else None

    def list(self) -> tuple[Project, ...]:
        """The latest opened first."""
        rows = self._database.read("SELECT * FROM projects ORDER BY opened_at DESC, folder")
        return tuple(_project(row) for row in rows)

    def update(
        self,
        folder: Path,
        *,
        name: str | None = None,
        reference: str | None = None,
        digest: str | None = None,
    ) -> None:
        """Change what is given about a folder of the list."""
        values = (("name", name), ("last_reference", reference), ("last_digest", digest))
        given = [(column, _text(value)) for column, value in values if value is not None]
        self._database.write(
            *(
                (f"UPDATE projects SET {column} = ? WHERE folder = ?", (value, _key(folder)))
                for column, value in given
            )
        )

    def forget(self, folder: Path) -> None:
        """Take the folder off the list; it stays on the disk as it is."""
        self._database.write(("DELETE FROM projects WHERE folder = ?", (_key(folder),)))


def _key(folder: Path) -> bytes:
    return os.fsencode(folder.absolute())


def _text(value: str) -> str:
    """Without the lone surrogates that stand for bytes that are not UTF-8: SQLite refuses them."""
    return value.encode("utf-8", "replace").decode()


def _project(row: Row) -> Project:
    return Project(
        Path(os.fsdecode(row["folder"])),
        row["name"],
        row["last_reference"],
        row["last_digest"],
        row["opened_at"],
    )
