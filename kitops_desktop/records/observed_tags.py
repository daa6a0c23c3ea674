"""Which digests tags of registries were seen to have, to be shown until they are asked for anew."""

from __future__ import annotations

import time
from collections.abc import Callable

from kitops_desktop.records.database import Database
from kitops_desktop.records.tag_history import DELETED, SEEN, TagHistory

KEPT = 50_000
"""So many tags are remembered; those not seen for longest are forgotten."""


class ObservedTags:
    """Digests by repository (``host/repository``) and tag. A tag may have moved since it was seen.

    What is put here goes into ``history`` too.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time, kept: int = KEPT) -> None:
        self._database = database
        self._clock = clock
        self._kept = kept
        self.history = TagHistory(database, clock)

    def put(self, name: str, tag: str, digest: str, what: str = SEEN) -> None:
        """The tag was seen to stand for ``digest``, or does since ``what`` was done (``push``, ``pull``)."""
        now = self._clock()
        self._database.write(
            ("INSERT OR REPLACE INTO observed_tags VALUES (?, ?, ?, ?)", (name, tag, digest, now)),
            (
                "DELETE FROM observed_tags WHERE (name, tag) IN"
                " (SELECT name, tag FROM observed_tags ORDER BY seen_at DESC LIMIT -1 OFFSET ?)",
                (self._kept,),
            ),
        )
        self.history.note(name, (tag,), digest, what, at=now)

    def deleted(self, name: str, tag: str, digest: str) -> None:
        """The tag is gone: it was deleted by us when it stood for ``digest``."""
        self.forget(name, tag)
        self.history.note(name, (tag,), digest, DELETED)

    def get(self, name: str) -> dict[str, tuple[str, float]]:
        """Digest and when it was seen (seconds since the epoch), by tag."""
        rows = self._database.read("SELECT * FROM observed_tags WHERE name = ? ORDER BY tag", (name,))
        return {row["tag"]: (row["digest"], row["seen_at"]) for row in rows}

    def forget(self, name: str, tag: str | None = None) -> None:
        """Forget a tag that is gone, or all of a repository."""
        self._database.write(
            ("DELETE FROM observed_tags WHERE name = ? AND tag = coalesce(?, tag)", (name, tag))
        )
