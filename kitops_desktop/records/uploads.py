"""How far uploads are that registries have begun to take, so that they go on after a restart."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from sqlite3 import Row
from urllib.parse import urlsplit

from kitops_desktop.records.database import Database
from kitops_desktop.records.process_lock import ProcessLock

log = logging.getLogger(__name__)

KEPT_SECONDS = 7 * 24 * 3600
"""No registry is known to keep an unfinished upload for longer."""
_MAX_LOCATION = 16 << 10


@dataclass(frozen=True, slots=True)
class UploadRecord:
    """An upload of the blob ``digest`` to ``repository`` at ``origin`` (``https://host:port``).

    ``location`` is where it goes on; ``offset`` of ``size`` bytes were taken. A piece of ``chunk`` bytes was
    about to be sent when this was written, none (0) when the upload was left in peace.
    ``source`` tells what is sent apart from what it may have become since (path, size, time of change), ""
    for a blob of a store. ``updated_at`` is in seconds since the epoch.
    """

    origin: str
    repository: str
    digest: str
    location: str
    offset: int = 0
    size: int = 0
    chunk: int = 0
    source: str = ""
    updated_at: float = 0.0


class Uploads:
    """The uploads of all repositories; one of each blob in each. From any thread."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    @contextmanager
    def claim(self, origin: str, repository: str, digest: str) -> Iterator[bool]:
        """Within this context the upload is ours alone; False when it is somebody else's, also in another
        process. The system ends the claim of a process that ends.
        """
        lock, ours = None, True
        if self._database.persistent:
            name = hashlib.sha256("\0".join((origin, repository, digest)).encode()).hexdigest()
            try:
                lock = ProcessLock(self._database.path.parent / "uploads", name[:32])
            except (BlockingIOError, PermissionError):
                ours = False
            except OSError as error:  # no locks on this file system, say: most likely nobody else is here
                log.warning("no lock for an upload: %s", error.strerror)
        try:
            yield ours
        finally:
            if lock is not None:
                lock.release()

    def recall(self, origin: str, repository: str, digest: str) -> UploadRecord | None:
        """What was noted last, unless that is so long ago that no registry has it any more."""
        rows = self._database.read(
            "SELECT * FROM uploads WHERE origin = ? AND repository = ? AND digest = ? AND updated_at > ?",
            (origin, repository, digest, self._clock() - KEPT_SECONDS),
        )
        return _record(rows[0]) if rows else None

    def of(self, origin: str, repository: str) -> tuple[UploadRecord, ...]:
        """All of a repository."""
        rows = self._database.read(
            "SELECT * FROM uploads WHERE origin = ? AND repository = ? ORDER BY digest", (origin, repository)
        )
        return tuple(map(_record, rows))

    def note(self, record: UploadRecord) -> None:
        """Remember how far an upload is. One whose location is at another origin is forgotten instead: such
        addresses are signed, so they are secrets, and good for minutes only.
        """
        if not _is_at(record.location, record.origin) or len(record.location) > _MAX_LOCATION:
            self.forget(record.origin, record.repository, record.digest)
            return
        self._database.write(
            (
                "INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    record.origin,
                    record.repository,
                    record.digest,
                    record.location,
                    record.offset,
                    record.size,
                    record.chunk,
                    record.source.encode("utf-8", "replace").decode(),
                    self._clock(),
                ),
            ),
            ("DELETE FROM uploads WHERE updated_at <= ?", (self._clock() - KEPT_SECONDS,)),
        )

    def forget(self, origin: str, repository: str, digest: str) -> None:
        """It has ended, or the registry does not know it any more."""
        self._database.write(
            (
                "DELETE FROM uploads WHERE origin = ? AND repository = ? AND digest = ?",
                (origin, repository, digest),
            )
        )

    def forget_all(self, records: Iterable[UploadRecord]) -> None:
        for record in records:
            self.forget(record.origin, record.repository, record.digest)


def _is_at(location: str, origin: str) -> bool:
    try:
        parts, own = urlsplit(location), urlsplit(origin)
        same = (parts.scheme, parts.hostname, _port(parts.scheme, parts.port)) == (
            own.scheme,
            own.hostname,
            _port(own.scheme, own.port),
        )
    except ValueError:
        return False
    return same and parts.username is None


def _port(scheme: str, port: int | None) -> int:
    return port or (443 if scheme == "https" else 80)


def _record(row: Row) -> UploadRecord:
    return UploadRecord(*(row[name] for name in UploadRecord.__slots__))
