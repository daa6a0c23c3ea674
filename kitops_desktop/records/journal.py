"""The journal: every job, written down before it starts, so that a crash forgets none."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Row
from typing import Any

from kitops_desktop.explanation import Explanation
from kitops_desktop.progress import Progress
from kitops_desktop.records.database import Database
from kitops_desktop.records.process_lock import ProcessLock, is_alive

log = logging.getLogger(__name__)

INTERRUPTED = "interrupted"
_IS_UNFINISHED = "state IN ('waiting', 'running', 'pausing', 'cancelling')"
"""The states of a job that its owner still has to finish."""
_HAS_ENDED = f"state <> 'paused' AND NOT {_IS_UNFINISHED}"
KEPT = 1000
"""So many finished jobs are kept; older ones are forgotten."""

_MIGRATIONS = (
    """
    CREATE TABLE jobs (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        parameters TEXT NOT NULL,
        store BLOB NOT NULL,
        owner TEXT NOT NULL,
        state TEXT NOT NULL,
        created_at REAL NOT NULL,
        started_at REAL,
        ended_at REAL,
        done INTEGER NOT NULL DEFAULT 0,
        total INTEGER,
        result TEXT,
        explanation TEXT,
        log_path BLOB
    );
    CREATE INDEX jobs_by_state ON jobs (state)
    """,
    """
    ALTER TABLE jobs ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE uploads (
        origin TEXT NOT NULL,
        repository TEXT NOT NULL,
        digest TEXT NOT NULL,
        location TEXT NOT NULL,
        offset INTEGER NOT NULL,
        size INTEGER NOT NULL,
        chunk INTEGER NOT NULL,
        source TEXT NOT NULL,
        updated_at REAL NOT NULL,
        PRIMARY KEY (origin, repository, digest)
    ) WITHOUT ROWID
    """,
)


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A row. Times are seconds since the epoch; ``state`` is the value of a ``jobs.job.JobState``.

    ``parameters`` are what the job was asked to do; they have no secrets. ``store`` is the home of the store
    it belongs to. ``result`` is None until it is done. Jobs wait in the order of ``position``.
    """

    id: str
    kind: str
    title: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    store: str = ""
    state: str = "waiting"
    created_at: float = 0.0
    started_at: float | None = None
    ended_at: float | None = None
    progress: Progress = field(default_factory=Progress)
    result: Mapping[str, Any] | None = None
    explanation: Explanation | None = None
    log_path: Path | None = None
    position: int = 0


class Journal:
    """The journal in the file ``path``, shared by all processes of the user. Never raises for a bad file.

    Each process holds a lock file in the folder of ``path`` while it lives; a job is interrupted when the
    lock of its owner is free. There is one more for every job that runs. Where locks do not work the journal
    is kept in memory.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _MIGRATIONS, "The records of jobs")
        self._locks = path.parent / "owners"
        self._lock = self._take_lock()
        self._owner = self._lock.owner if self._lock else ""
        self._claims = path.parent / "claims"
        self._claimed: dict[str, ProcessLock] = {}
        self._claiming = threading.Lock()

    @property
    def database(self) -> Database:
        """For what else is remembered of the jobs that have not ended."""
        return self._database

    @property
    def persistent(self) -> bool:
        return self._database.persistent

    @property
    def notice(self) -> str:
        """What the user should know about the file, or ""."""
        return self._database.notice

    def start(self, record: JobRecord) -> None:
        """Write a job down, or write it down again with its new state."""
        columns = _columns(record) | {"owner": self._owner}
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        self._database.write(
            (f"INSERT OR REPLACE INTO jobs ({names}) VALUES ({marks})", tuple(columns.values()))
        )

    def set_state(self, job_id: str, state: str) -> None:
        self._database.write(("UPDATE jobs SET state = ? WHERE id = ?", (state, job_id)))

    def arrange(self, ids: Iterable[str]) -> None:
        """The order in which jobs wait."""
        statements = [
            ("UPDATE jobs SET position = ? WHERE id = ?", (place, job_id)) for place, job_id in enumerate(ids)
        ]
        if statements:
            self._database.write(*statements)

    def claim(self, job_id: str) -> bool:
        """Take a job over in order to run it; False when another process has it and lives."""
        with self._claiming:
            if self._lock is None or job_id in self._claimed:
                return True
            rows = self._database.read("SELECT owner FROM jobs WHERE id = ?", (job_id,))
            if rows and job_id in self.theirs():
                return False
            try:
                self._claimed[job_id] = ProcessLock(self._claims, job_id)
            except (BlockingIOError, PermissionError):
                return False
            except OSError as error:  # a full disk, say: the entry alone must do
                log.warning("no lock for job %s: %s", job_id, error.strerror)
            self._database.write(("UPDATE jobs SET owner = ? WHERE id = ?", (self._owner, job_id)))
            return True

    def release(self, job_id: str) -> None:
        """It does not run any more; it is still ours, unless it has ended, as long as we live."""
        with self._claiming:
            lock = self._claimed.pop(job_id, None)
        if lock is not None:
            lock.release()

    def theirs(self) -> frozenset[str]:
        """The ids of the jobs that another process has which lives: they wait, run or are paused there."""
        rows = self._database.read(f"SELECT id, owner FROM jobs WHERE NOT ({_HAS_ENDED})")
        others = {owner for owner in {row["owner"] for row in rows} if owner != self._owner}
        alive = {owner for owner in others if self._is_alive(owner)}
        return frozenset(row["id"] for row in rows if row["owner"] in alive)

    def progress(self, job_id: str, progress: Progress) -> None:
        self._database.write(
            ("UPDATE jobs SET done = ?, total = ? WHERE id = ?", (progress.done, progress.total, job_id))
        )

    def finish(
        self,
        job_id: str,
        state: str,
        outcome: Mapping[str, Any] | Explanation | None,
        ended_at: float | None = None,
    ) -> None:
        """Write down how a job ended: with a result, an explanation of why not, or neither."""
        explanation = _explanation_json(outcome) if isinstance(outcome, Explanation) else None
        result = None if isinstance(outcome, Explanation) else _json(outcome)
        ended = time.time() if ended_at is None else ended_at
        self._database.write(
            (
                "UPDATE jobs SET state = ?, result = ?, explanation = ?, ended_at = ? WHERE id = ?",
                (state, result, explanation, ended, job_id),
            ),
            (
                f"DELETE FROM jobs WHERE {_HAS_ENDED} AND id NOT IN"
                " (SELECT id FROM jobs ORDER BY created_at DESC, rowid DESC LIMIT ?)",
                (KEPT,),
            ),
        )

    def records(self) -> tuple[JobRecord, ...]:
        """All jobs, the oldest first; rows that cannot be understood are passed over."""
        rows = self._database.read("SELECT * FROM jobs ORDER BY created_at, rowid")
        return tuple(record for record in map(_record, rows) if record is not None)

    def find(self, job_id: str) -> JobRecord | None:
        """A job as it is written down now; None when it is not, or cannot be understood."""
        rows = self._database.read("SELECT * FROM jobs WHERE id = ?", (job_id,))
        return _record(rows[0]) if rows else None

    def interrupted(self) -> tuple[JobRecord, ...]:
        """The jobs whose process ended before they did; from now on their state is ``INTERRUPTED``."""
        rows = self._database.read(f"SELECT id, owner FROM jobs WHERE {_IS_UNFINISHED}")
        alive = {owner for owner in {row["owner"] for row in rows} if self._is_alive(owner)}
        found = [row["id"] for row in rows if row["owner"] not in alive]
        for job_id in found:
            is_alive(self._claims, job_id)  # removes the lock file that the dead one left
        if found:
            self._database.write(
                *(
                    (
                        f"UPDATE jobs SET state = ? WHERE id = ? AND {_IS_UNFINISHED}",
                        (INTERRUPTED, job_id),
                    )
                    for job_id in found
                )
            )
        return tuple(record for record in self.records() if record.state == INTERRUPTED)

    def forget(self, ids: Iterable[str]) -> None:
        """What another process runs by now stays."""
        statements = [
            (f"DELETE FROM jobs WHERE id = ? AND (owner = ? OR {_HAS_ENDED})", (job_id, self._owner))
            for job_id in ids
        ]
        if statements:
            self._database.write(*statements)

    def close(self) -> None:
        self._database.close()
        for job_id in tuple(self._claimed):
            self.release(job_id)
        if self._lock is not None:
            self._lock.release()

    def _take_lock(self) -> ProcessLock | None:
        if self._database.persistent:
            try:
                return ProcessLock(self._locks)
            except OSError as error:
                self._database.keep_in_memory(f"no lock: {error.strerror}")
        return None

    def _is_alive(self, owner: str) -> bool:
        return owner == self._owner or (bool(owner) and is_alive(self._locks, owner))


def _columns(record: JobRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "kind": record.kind,
        "title": record.title.encode("utf-8", "replace").decode(),
        "parameters": _json(record.parameters),
        "store": os.fsencode(record.store),
        "state": record.state,
        "created_at": record.created_at,
        "started_at": record.started_at,
        "ended_at": record.ended_at,
        "done": record.progress.done,
        "total": record.progress.total,
        "result": _json(record.result),
        "explanation": _explanation_json(record.explanation),
        "log_path": None if record.log_path is None else os.fsencode(record.log_path),
        "position": record.position,
    }


def _record(row: Row) -> JobRecord | None:
    with suppress(ValueError, TypeError, AttributeError):
        return JobRecord(
            id=row["id"],
            kind=row["kind"],
            title=row["title"],
            parameters=dict(json.loads(row["parameters"])),
            store=os.fsdecode(row["store"]),
            state=row["state"],
            created_at=float(row["created_at"]),
            started_at=row["started_at"],
            ended_at=row["ended_at"],
            progress=Progress(int(row["done"]), row["total"]),
            result=None if row["result"] is None else dict(json.loads(row["result"])),
            explanation=None if row["explanation"] is None else Explanation(*json.loads(row["explanation"])),
            log_path=None if row["log_path"] is None else Path(os.fsdecode(row["log_path"])),
            position=int(row["position"]),
        )
    return None


def _json(value: Mapping[str, Any] | None) -> str | None:
    """ASCII, so that file names that are not UTF-8 (kept as lone surrogates) survive SQLite."""
    return None if value is None else json.dumps(dict(value), default=str)


def _explanation_json(explanation: Explanation | None) -> str | None:
    if explanation is None:
        return None
    return json.dumps([explanation.title, explanation.reason, explanation.kept, explanation.next_step])
