"""What was seen in registries, to be found again by a few letters, also without a network.

Repositories and tags by their names; kits by what their Kitfiles say; files by the listings of layers. It is
part of the cache: what is lost is there again once it has been seen again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from sqlite3 import Row

from kitops_desktop.records.database import Database, folded

KEPT_NAMES = 100_000
"""So many repositories and tags; those not seen for longest are forgotten."""
KEPT_KITS = 20_000
KEPT_FILE_BYTES = 24 << 20
"""Bytes of the names of files, of all layers together."""
TAGS_OF_ONE = 5_000
"""So many tags of one repository are taken."""
_NAMES_OF_LAYER = 256 << 10
_TEXT = 500
_MAX_WORDS = 8
_MAX_WORD = 200
_OF_ONE_FOUND = 40
_FOUND = 2_000
_DIGESTS = 5_000

SeenRow = tuple[str, str, str, str, float]
"""Host, repository, tag, digest, and when."""


@dataclass(frozen=True, slots=True)
class SeenKit:
    """What the Kitfile of a kit says; ``more`` is searched too, and not shown."""

    name: str = ""
    description: str = ""
    licence: str = ""
    framework: str = ""
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenHit:
    """A repository (``tag`` is "") or a tag. ``file`` is the path of a file because of which it was found,
    "" when it was found without. ``seen_at`` in seconds since the epoch.
    """

    host: str
    repository: str
    tag: str = ""
    kit: SeenKit = SeenKit()
    file: str = ""
    seen_at: float = 0.0

    @property
    def place(self) -> str:
        """``HOST/REPOSITORY`` or ``HOST/REPOSITORY:TAG``."""
        name = f"{self.host}/{self.repository}"
        return f"{name}:{self.tag}" if self.tag else name


class Seen:
    """For worker threads: adding a long list or searching takes some milliseconds."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float] = time.time,
        kept: int = KEPT_NAMES,
        kept_file_bytes: int = KEPT_FILE_BYTES,
    ) -> None:
        self._database = database
        self._clock = clock
        self._kept = kept
        self._kept_file_bytes = kept_file_bytes

    # -- what is seen

    def put_repositories(self, host: str, names: Iterable[str]) -> None:
        """The repositories that a registry lists."""
        self._database.write(
            (
                "INSERT OR REPLACE INTO seen_names SELECT ?, value, '', '', ? FROM json_each(?)",
                (host, self._clock(), json.dumps(list(names))),
            ),
            self._forgetting(),
        )

    def put_tags(self, host: str, repository: str, tags: Sequence[str]) -> None:
        """All tags that a repository has now, the newest first; what they stand for is kept."""
        given, now = json.dumps(list(tags[:TAGS_OF_ONE])), self._clock()
        self._database.write(
            (
                "DELETE FROM seen_names WHERE host = ? AND repository = ? AND tag != ''"
                " AND tag NOT IN (SELECT value FROM json_each(?))",
                (host, repository, given),
            ),
            (
                "INSERT INTO seen_names SELECT ?, ?, value, '', ? FROM json_each(?) WHERE true"
                " ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at",
                (host, repository, now, given),
            ),
            ("INSERT OR REPLACE INTO seen_names VALUES (?, ?, '', '', ?)", (host, repository, now)),
            self._forgetting(),
        )

    def put_tag(self, host: str, repository: str, tag: str, digest: str) -> None:
        """What a tag stands for."""
        row = (host, repository, tag, digest, self._clock())
        self._database.write(("INSERT OR REPLACE INTO seen_names VALUES (?, ?, ?, ?, ?)", row))

    def names_of(self, host: str) -> tuple[SeenRow, ...]:
        """All that was seen in a registry, as ``take_in`` takes it."""
        rows = self._database.read(
            "SELECT host, repository, tag, digest, seen_at FROM seen_names WHERE host = ?", (host,)
        )
        return tuple((row[0], row[1], row[2], row[3], row[4]) for row in rows)

    def take_in(self, rows: Iterable[SeenRow]) -> None:
        """What was seen elsewhere, as far as it is not known: host, repository, tag ("" for none), digest
        ("" when not known), and when (seconds since the epoch).
        """
        statement = "INSERT OR IGNORE INTO seen_names VALUES (?, ?, ?, ?, ?)"
        self._database.write(*((statement, row) for row in rows))

    def put_kit(self, digest: str, kit: SeenKit, layers: Iterable[str]) -> None:
        """What the kit is whose manifest has this digest, and the digests of its layers."""
        shown = [text[:_TEXT] for text in (kit.name, kit.description, kit.licence, kit.framework)]
        words = folded("\n".join((*shown, *(text[:_TEXT] for text in kit.more))))[: 16 * _TEXT]
        self._database.write(
            (
                "INSERT OR REPLACE INTO seen_kits VALUES (?, ?, ?, ?, ?, ?, ?)",
                (digest, *shown, words, self._clock()),
            ),
            (
                "INSERT OR IGNORE INTO seen_layers SELECT ?, value FROM json_each(?)",
                (digest, json.dumps(list(layers))),
            ),
            (
                "DELETE FROM seen_kits WHERE digest IN"
                " (SELECT digest FROM seen_kits ORDER BY seen_at DESC LIMIT -1 OFFSET ?)",
                (KEPT_KITS,),
            ),
            (
                "DELETE FROM seen_layers WHERE digest = ? AND digest NOT IN (SELECT digest FROM seen_kits)",
                (digest,),
            ),
        )

    def put_files(self, layer: str, paths: Iterable[str]) -> None:
        """The names of the files in a layer; of very many the first."""
        names, size = [], 0
        for path in paths:
            cleaned = path.replace("\n", " ").encode("utf-8", "replace").decode()
            size += len(cleaned) + 1
            if size > _NAMES_OF_LAYER:
                break
            names.append(cleaned)
        self._database.write(
            ("INSERT OR REPLACE INTO seen_files VALUES (?, ?, ?)", (layer, "\n".join(names), self._clock())),
            (
                "DELETE FROM seen_files WHERE layer IN (SELECT layer FROM (SELECT layer, sum(length(names))"
                " OVER (ORDER BY seen_at DESC, layer) AS together FROM seen_files) WHERE together > ?)",
                (self._kept_file_bytes,),
            ),
        )

    def layers_without_files(self, limit: int = 200) -> tuple[str, ...]:
        """Layers of kits whose listing is in the cache, and whose files are not searched yet."""
        rows = self._database.read(
            "SELECT DISTINCT layer FROM seen_layers WHERE layer IN (SELECT digest FROM listings)"
            " AND layer NOT IN (SELECT layer FROM seen_files) LIMIT ?",
            (limit,),
        )
        return tuple(row["layer"] for row in rows)

    def forget(self, host: str, repository: str = "", tag: str = "") -> None:
        """Forget a tag that is gone, a repository with its tags, or all of a registry."""
        self._database.write(
            (
                "DELETE FROM seen_names WHERE host = ? AND repository = coalesce(nullif(?, ''), repository)"
                " AND tag = coalesce(nullif(?, ''), tag)",
                (host, repository, tag),
            )
        )

    @property
    def is_empty(self) -> bool:
        return not self._database.read("SELECT 1 FROM seen_names LIMIT 1")

    # -- searching

    def search(self, text: str) -> tuple[SeenHit, ...]:
        """All in which every word of ``text`` occurs, at most some of each repository; the latest first.

        A repository's tags are among them only where a word is in the tag or in its kit, not merely in the
        name of the repository, which then is itself among them.
        """
        words = [word[:_MAX_WORD] for word in folded(text).split()[:_MAX_WORDS]]
        if not words:
            return ()
        of_files = {word: self._with_files(word) for word in words}
        hits = []
        repositories: dict[tuple[str, str], SeenHit] = {}
        for row in self._rows(words, of_files):
            hit = _hit(row)
            named = f"{hit.host}/{hit.repository}".casefold()
            beyond = [word for word in words if word not in named]
            if not beyond:
                known = repositories.get((hit.host, hit.repository))
                if known is None or hit.seen_at > known.seen_at:
                    repositories[hit.host, hit.repository] = SeenHit(
                        hit.host, hit.repository, seen_at=hit.seen_at
                    )
            if hit.tag and (beyond or _is_of_version(row, words)):
                hits.append(self._with_file(hit, row, beyond))
        return (*repositories.values(), *hits)

    def _rows(self, words: Sequence[str], of_files: dict[str, list[str]]) -> list[Row]:
        conditions, given = [], []
        for word in words:
            conditions.append(
                "(instr(lower(host || '/' || repository || ':' || tag), ?) OR instr(words, ?)"
                " OR digest IN (SELECT value FROM json_each(?)))"
            )
            given += [word, word, json.dumps(of_files[word])]
        return self._database.read(
            "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY host, repository"
            " ORDER BY tag = '' DESC, lower(tag) IN (SELECT value FROM json_each(?)) DESC, digest = '',"
            " seen_at DESC, tag) AS place FROM"
            " (SELECT n.host, n.repository, n.tag, n.digest, n.seen_at, k.name, k.description, k.licence,"
            " k.framework, coalesce(k.words, '') AS words"
            " FROM seen_names n LEFT JOIN seen_kits k ON k.digest = n.digest)"
            f" WHERE {' AND '.join(conditions)}) WHERE place <= ? ORDER BY seen_at DESC LIMIT ?",
            (json.dumps(sorted(exact_tags(words))), *given, _OF_ONE_FOUND, _FOUND),
        )

    def _with_files(self, word: str) -> list[str]:
        """Digests of kits that have a file with that in its path."""
        rows = self._database.read(
            "SELECT DISTINCT l.digest FROM seen_files f JOIN seen_layers l ON l.layer = f.layer"
            f" WHERE instr({_folding(word)}(f.names), ?) LIMIT ?",
            (word, _DIGESTS),
        )
        return [row["digest"] for row in rows]

    def _with_file(self, hit: SeenHit, row: Row, beyond: Sequence[str]) -> SeenHit:
        """With the file by which it was found, if it was found by one."""
        known = f"{hit.tag.casefold()}\n{row['words']}"
        missing = [word for word in beyond if word not in known]
        if not missing:
            return hit
        rows = self._database.read(
            "SELECT f.names FROM seen_layers l JOIN seen_files f ON f.layer = l.layer"
            f" WHERE l.digest = ? AND instr({_folding(missing[0])}(f.names), ?) LIMIT 1",
            (row["digest"], missing[0]),
        )
        paths = rows[0]["names"].split("\n") if rows else []
        path = next((path for path in paths if missing[0] in folded(path)), "")
        return SeenHit(hit.host, hit.repository, hit.tag, hit.kit, path, hit.seen_at)

    def _forgetting(self) -> tuple[str, Sequence[object]]:
        return (
            "DELETE FROM seen_names WHERE (host, repository, tag) IN"
            " (SELECT host, repository, tag FROM seen_names ORDER BY seen_at DESC LIMIT -1 OFFSET ?)",
            (self._kept,),
        )


def exact_tags(words: Iterable[str]) -> frozenset[str]:
    """Tags that are asked for by their whole names, in small letters: ``v1``, or ``churn:v1``."""
    return frozenset(word.rpartition(":")[2] for word in words) - {""}


def _folding(word: str) -> str:
    """The function of SQL for texts in which a word is looked for: the quick one where that is enough."""
    return "lower" if word.isascii() else "folded"


def _hit(row: Row) -> SeenHit:
    name, description, licence, framework = (
        row[field] or "" for field in ("name", "description", "licence", "framework")
    )
    kit = SeenKit(name, description, licence, framework)
    return SeenHit(row["host"], row["repository"], row["tag"], kit, "", row["seen_at"])


def _is_of_version(row: Row, words: Sequence[str]) -> bool:
    return any(word in row["tag"].casefold() or word in row["words"] for word in words)
