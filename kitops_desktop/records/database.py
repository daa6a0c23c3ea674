"""A SQLite file that may fail: what cannot be written is kept in memory instead, and the user is told."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from kitops_desktop.records.file_system import is_local

log = logging.getLogger(__name__)

BUSY_SECONDS = 5.0
"""How long to wait for another process that writes."""
_PRIVATE = 0o600


class NewerDatabase(Exception):
    """The file was written by a newer version of this program, which alone knows how to use it."""


class Database:
    """One file and the statements that bring it up to date; usable from every thread.

    ``migrations[n]`` is the script that makes version n + 1 of the schema from version n (``PRAGMA
    user_version``). Never raises for what is wrong with the file: it goes on in memory, with what could be
    read from the file, ``persistent`` turns False and ``notice`` says why. A file that is no database is put
    aside as ``NAME.damaged``. After ``close`` nothing is found and nothing is written.
    """

    def __init__(self, path: Path, migrations: Sequence[str], what: str) -> None:
        self.path = path
        self.persistent = True
        self.notice = ""
        self._what = what
        self._migrations = tuple(migrations)
        self._lock = threading.RLock()
        self._closed = False
        self._connection = self._open()

    def read(self, statement: str, parameters: Sequence[object] = ()) -> list[sqlite3.Row]:
        """The rows of a query; none when the file cannot be read any more."""
        with self._lock:
            if self._closed:
                return []
            try:
                return self._connection.execute(statement, parameters).fetchall()
            except sqlite3.Error as error:
                self._check_file_is_to_blame(error)
                self.keep_in_memory(str(error))
                return self._connection.execute(statement, parameters).fetchall()

    def write(self, *statements: tuple[str, Sequence[object]]) -> None:
        """Carry out all statements, or none of them."""
        with self._lock:
            if self._closed:
                return
            try:
                self._write(statements)
            except sqlite3.Error as error:
                self._check_file_is_to_blame(error)
                self.keep_in_memory(str(error))
                self._write(statements)

    def keep_in_memory(self, reason: str) -> None:
        """Leave the file alone from now on, because of ``reason``."""
        with self._lock:
            old = self._connection
            self._connection = self._in_memory(
                f"{self._what} can no longer be kept in {self.path} ({reason})", source=old
            )
            with contextlib.suppress(sqlite3.Error):
                old.close()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._connection.close()

    def _write(self, statements: Sequence[tuple[str, Sequence[object]]]) -> None:
        with _transaction(self._connection):
            for statement, parameters in statements:
                self._connection.execute(statement, parameters)

    def _open(self) -> sqlite3.Connection:
        try:
            return self._open_file()
        except NewerDatabase:
            return self._in_memory(f"{self._what} in {self.path} were written by a newer version", copy=False)
        except sqlite3.DatabaseError as error:
            if not isinstance(error, sqlite3.OperationalError):
                return self._open_anew(error)
            return self._in_memory(f"{self._what} cannot be kept in {self.path} ({error})")
        except OSError as error:
            return self._in_memory(f"{self._what} cannot be kept in {self.path} ({error.strerror})")

    def _open_anew(self, error: sqlite3.Error) -> sqlite3.Connection:
        """Put the damaged file aside and begin with an empty one."""
        log.warning("%s is damaged: %s", self.path, error)
        aside = self.path.with_name(self.path.name + ".damaged")
        try:
            self.path.replace(aside)
            for suffix in ("-wal", "-shm", "-journal"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            opened = self._open_file()
        except (OSError, sqlite3.Error) as again:
            return self._in_memory(f"{self._what} cannot be kept in {self.path} ({again})", copy=False)
        self.notice = (
            f"{self._what} in {self.path} were damaged; they were kept as {aside.name} and begun anew."
        )
        return opened

    def _open_file(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # created by us, so that nobody else can read it for even a moment
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), _PRIVATE))
        connection = _connect(str(self.path))
        try:
            connection.execute(f"PRAGMA journal_mode = {'WAL' if is_local(self.path.parent) else 'TRUNCATE'}")
            connection.execute("PRAGMA synchronous = NORMAL")
            self._migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        if _version(connection) == len(self._migrations):
            return
        with _transaction(connection):
            version = _version(connection)  # again: another process may have been quicker
            if version > len(self._migrations):
                raise NewerDatabase
            for script in self._migrations[version:]:
                for statement in script.split(";"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(self._migrations)}")

    def _check_file_is_to_blame(self, error: sqlite3.Error) -> None:
        """An error that happens in memory too is a mistake of ours."""
        if not self.persistent:
            raise error

    def _in_memory(
        self, reason: str, *, copy: bool = True, source: sqlite3.Connection | None = None
    ) -> sqlite3.Connection:
        """A database in memory with what ``source`` has, or else the file, unless nothing is to be copied."""
        log.warning("%s", reason)
        self.persistent = False
        self.notice = f"{reason}; they are remembered until the program is closed."
        connection = _connect(":memory:")
        if copy and not _copied(source, connection):
            self._copy_into(connection)
        if _version(connection) > len(self._migrations):
            connection.close()
            connection = _connect(":memory:")
        self._migrate(connection)
        return connection

    def _copy_into(self, connection: sqlite3.Connection) -> None:
        """What the file has, as far as it can be read without writing anything."""
        if not self.path.is_file():
            return
        with contextlib.suppress(sqlite3.Error, ValueError):
            # immutable: the folder may be read-only, so that no lock and no -shm file can be made
            address = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"
            with contextlib.closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as source:
                _copied(source, connection)


def folded(text: str) -> str:
    """For comparing texts of people, whatever their case, and however the system writes an accent; SQL has it
    under the same name, since its own ``lower`` knows ASCII only.
    """
    return unicodedata.normalize("NFC", text).casefold()


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _copied(source: sqlite3.Connection | None, target: sqlite3.Connection) -> bool:
    if source is None:
        return False
    try:
        source.execute("PRAGMA schema_version").fetchone()
        source.backup(target)
    except sqlite3.Error:
        return False
    return True


def _connect(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.create_function("folded", 1, folded, deterministic=True)
    return connection


def _version(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found
