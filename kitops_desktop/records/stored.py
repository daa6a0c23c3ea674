"""Which manifests were stored where: what is needed to put an entry back that another program dropped."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kitops_desktop.records.database import Database


@dataclass(frozen=True, slots=True)
class StoredManifest:
    """``descriptor`` is the manifest's, as JSON object; ``blobs`` are the digests the kit consists of."""

    repository: str
    descriptor: Mapping[str, Any]
    tags: tuple[str, ...]
    blobs: tuple[str, ...]
    stored_at: float


class StoredManifests:
    """The manifests of every store, by its home. In a repository a tag belongs to one manifest."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def add(
        self,
        home: Path,
        repository: str,
        descriptor: Mapping[str, Any],
        tags: Iterable[str],
        blobs: Iterable[str],
    ) -> None:
        """Remember a manifest; ``tags`` come on top of those it has and leave other manifests."""
        key = (_key(home), repository)
        digest = str(descriptor["digest"])
        values = (*key, digest, json.dumps(dict(descriptor)), json.dumps(list(blobs)), self._clock())
        self._database.write(
            ("INSERT OR REPLACE INTO manifests VALUES (?, ?, ?, ?, ?, ?)", values),
            *(("INSERT OR REPLACE INTO tags VALUES (?, ?, ?, ?)", (*key, tag, digest)) for tag in tags),
        )

    def forget(self, home: Path, repository: str, digest: str, tags: Iterable[str] | None = None) -> None:
        """Forget tags of a manifest, or the whole manifest (None)."""
        key = (_key(home), repository, digest)
        where = "WHERE home = ? AND repository = ? AND digest = ?"
        if tags is None:
            self._database.write((f"DELETE FROM manifests {where}", key), (f"DELETE FROM tags {where}", key))
            return
        statements = [(f"DELETE FROM tags {where} AND tag = ?", (*key, tag)) for tag in tags]
        if statements:
            self._database.write(*statements)

    def find(self, home: Path) -> tuple[StoredManifest, ...]:
        """All manifests of a store, the oldest first."""
        tags: dict[tuple[str, str], list[str]] = {}
        for row in self._database.read("SELECT * FROM tags WHERE home = ? ORDER BY tag", (_key(home),)):
            tags.setdefault((row["repository"], row["digest"]), []).append(row["tag"])
        rows = self._database.read(
            "SELECT * FROM manifests WHERE home = ? ORDER BY stored_at, digest", (_key(home),)
        )
        return tuple(
            StoredManifest(
                row["repository"],
                json.loads(row["descriptor"]),
                tuple(tags.get((row["repository"], row["digest"]), ())),
                tuple(json.loads(row["blobs"])),
                row["stored_at"],
            )
            for row in rows
        )

    def move(self, old: Path, new: Path) -> None:
        """The store at ``old`` is at ``new`` from now on."""
        self._database.write(
            *(
                (f"UPDATE OR REPLACE {table} SET home = ? WHERE home = ?", (_key(new), _key(old)))
                for table in ("manifests", "tags")
            )
        )


def _key(home: Path) -> bytes:
    return os.fsencode(home.absolute())
