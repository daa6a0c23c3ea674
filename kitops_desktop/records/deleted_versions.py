"""What was deleted in registries: the manifests, so that they can be put back while their blobs are there."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from sqlite3 import Row

from kitops_desktop.records.database import Database

MAX_BYTES = 32 << 20
"""Of all manifests together, compressed; the oldest are forgotten."""


@dataclass(frozen=True, slots=True)
class DeletedVersion:
    """``name`` is ``host/repository``. ``tags`` are those that went. ``whole``: the version went with them,
    else it stayed. ``deleted_at`` is in seconds since the epoch.
    """

    id: int
    name: str
    digest: str
    tags: tuple[str, ...]
    whole: bool
    deleted_at: float

    @property
    def text(self) -> str:
        """What to call it: by its tag, or else its digest."""
        return f"{self.name}:{self.tags[0]}" if self.tags else f"{self.name}@{self.digest}"


@dataclass(frozen=True, slots=True)
class KeptManifest:
    """The bytes that have the digest of the version."""

    media_type: str
    content: bytes


class DeletedVersions:
    """The latest come first. An id is never used again."""

    def __init__(
        self, database: Database, max_bytes: int = MAX_BYTES, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._max_bytes = max_bytes
        self._clock = clock

    def add(self, name: str, digest: str, tags: Sequence[str], manifest: KeptManifest, *, whole: bool) -> int:
        """Keep a manifest; gives the id, 0 when it cannot be kept. The same that was kept before is kept no
        longer: it was deleted once more, or the first attempt did not come to its end.
        """
        packed = zlib.compress(manifest.content, 6)
        row = (name, digest, json.dumps(list(tags)), whole, manifest.media_type, packed, self._clock())
        self._database.write(
            (
                "DELETE FROM deleted_versions WHERE name = ? AND digest = ? AND tags = ? AND whole = ?",
                row[:4],
            ),
            (
                "INSERT INTO deleted_versions (name, digest, tags, whole, media_type, content, deleted_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            ),
            (
                "DELETE FROM deleted_versions WHERE id IN (SELECT id FROM (SELECT id,"
                " sum(length(content)) OVER (ORDER BY id DESC) AS together FROM deleted_versions)"
                " WHERE together > ?)",
                (self._max_bytes,),
            ),
        )
        found = self._database.read(
            "SELECT max(id) AS id FROM deleted_versions WHERE name = ? AND digest = ? AND deleted_at = ?",
            (name, digest, row[-1]),
        )
        return int(found[0]["id"] or 0) if found else 0

    def recent(self, name: str | None = None, limit: int = 500) -> tuple[DeletedVersion, ...]:
        """What was deleted, in one repository or all."""
        rows = self._database.read(
            "SELECT id, name, digest, tags, whole, deleted_at FROM deleted_versions"
            " WHERE name = coalesce(?, name) ORDER BY id DESC LIMIT ?",
            (name, limit),
        )
        return tuple(map(_version, rows))

    def find(self, id: int) -> tuple[DeletedVersion, KeptManifest] | None:
        """None when nothing of that id is kept, or it was damaged."""
        rows = self._database.read("SELECT * FROM deleted_versions WHERE id = ?", (id,))
        try:
            return (_version(rows[0]), _manifest(rows[0])) if rows else None
        except zlib.error:
            return None

    def forget(self, id: int) -> None:
        """It is there again, or was not deleted after all."""
        self._database.write(("DELETE FROM deleted_versions WHERE id = ?", (id,)))


def _version(row: Row) -> DeletedVersion:
    tags = tuple(map(str, json.loads(row["tags"])))
    return DeletedVersion(row["id"], row["name"], row["digest"], tags, bool(row["whole"]), row["deleted_at"])


def _manifest(row: Row) -> KeptManifest:
    return KeptManifest(row["media_type"], zlib.decompress(row["content"]))
