"""A database that is read-only, damaged, newer or gone never stops the program."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kitops_desktop.records.database import Database

ONE = ("CREATE TABLE notes (text TEXT); CREATE INDEX notes_by_text ON notes (text)",)
TWO = (*ONE, "ALTER TABLE notes ADD COLUMN stars INTEGER NOT NULL DEFAULT 3")


@pytest.fixture
def open_database(tmp_path: Path) -> Iterator[Callable[..., Database]]:
    opened: list[Database] = []

    def open_one(
        path: Path = tmp_path / "state" / "notes.sqlite", migrations: tuple[str, ...] = ONE
    ) -> Database:
        opened.append(Database(path, migrations, "The notes"))
        return opened[-1]

    yield open_one
    for database in opened:
        database.close()


def add(database: Database, text: str) -> None:
    database.write(("INSERT INTO notes (text) VALUES (?)", (text,)))


def texts(database: Database) -> list[str]:
    return [row["text"] for row in database.read("SELECT text FROM notes ORDER BY rowid")]


def test_what_is_written_is_there_the_next_time(open_database: Callable[..., Database]) -> None:
    first = open_database()
    add(first, "a")
    first.close()
    second = open_database()
    assert texts(second) == ["a"]
    assert (second.persistent, second.notice) == (True, "")
    assert stat.S_IMODE(second.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(second.path.parent.stat().st_mode) == 0o700


def test_an_older_file_is_brought_up_to_date_once(open_database: Callable[..., Database]) -> None:
    old = open_database()
    add(old, "a")
    old.close()
    for _ in range(2):
        new = open_database(migrations=TWO)
        assert [row["stars"] for row in new.read("SELECT stars FROM notes")] == [3]
        assert new.persistent
        new.close()


def test_many_open_a_new_file_at_once(open_database: Callable[..., Database]) -> None:
    together = threading.Barrier(8)
    opened: list[Database] = []

    def open_and_write() -> None:
        together.wait()
        database = open_database(migrations=TWO)
        add(database, "x")
        opened.append(database)

    threads = [threading.Thread(target=open_and_write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(database.persistent for database in opened)
    assert texts(opened[0]) == ["x"] * 8


def test_a_file_of_a_newer_version_is_left_alone(open_database: Callable[..., Database]) -> None:
    new = open_database(migrations=TWO)
    add(new, "a")
    new.close()
    old = open_database(migrations=ONE)
    assert not old.persistent
    assert "newer version" in old.notice
    add(old, "b")
    assert texts(old) == ["b"]
    assert texts(open_database(migrations=TWO)) == ["a"]


def test_a_damaged_file_is_put_aside(open_database: Callable[..., Database], tmp_path: Path) -> None:
    path = tmp_path / "notes.sqlite"
    path.write_bytes(b"not a database at all, but long enough to look like one" * 100)
    database = open_database(path)
    add(database, "a")
    assert database.persistent
    assert "notes.sqlite.damaged" in database.notice
    assert (tmp_path / "notes.sqlite.damaged").read_bytes().startswith(b"not a database")
    database.close()
    assert texts(open_database(path)) == ["a"]


@pytest.mark.parametrize("make", ["file in the way", "folder in the way"])
def test_where_no_file_can_be_made_memory_serves(
    open_database: Callable[..., Database], tmp_path: Path, make: str
) -> None:
    path = tmp_path / "state" / "notes.sqlite"
    if make == "file in the way":
        path.parent.write_text("")
    else:
        path.mkdir(parents=True)
    database = open_database(path)
    add(database, "a")
    assert texts(database) == ["a"]
    assert not database.persistent
    assert str(path) in database.notice


def test_a_read_only_file_is_read_and_its_changes_are_kept_in_memory(
    run_unprivileged: Callable[..., Any], open_database: Callable[..., Database]
) -> None:
    writer = open_database()
    add(writer, "a")
    writer.close()
    writer.path.chmod(0o400)
    writer.path.parent.chmod(0o500)
    script = (
        "import sys; from pathlib import Path; from kitops_desktop.records.database import Database\n"
        f"database = Database(Path(sys.argv[1]), {ONE!r}, 'The notes')\n"
        "database.write((\"INSERT INTO notes (text) VALUES ('b')\", ()))\n"
        "texts = [row[0] for row in database.read('SELECT text FROM notes')]\n"
        "sys.stdout.write(repr((database.persistent, texts)))\n"
        "database.close()\n"
    )
    import sys

    outcome = run_unprivileged(
        [sys.executable, "-c", script, str(writer.path)], cwd=Path(__file__).parents[2]
    )
    assert outcome.stdout == "(False, ['a', 'b'])", outcome.stderr
    writer.path.parent.chmod(0o700)
    writer.path.chmod(0o600)
    assert texts(open_database()) == ["a"]


def test_a_disk_that_fills_up_in_between(
    open_database: Callable[..., Database], small_disk: Callable[..., Path]
) -> None:
    disk = small_disk(256 << 10)
    database = open_database(disk / "notes.sqlite")
    add(database, "a")
    for _ in range(40):
        add(database, "b" * 20_000)
    assert not database.persistent
    assert "can no longer be kept" in database.notice
    assert texts(database)[0] == "a"
    assert len(texts(database)) >= 2
    assert texts(database)[-1] == "b" * 20_000


def test_a_statement_that_is_wrong_is_not_hidden(open_database: Callable[..., Database]) -> None:
    with pytest.raises(sqlite3.Error):
        open_database().write(("INSERT INTO nowhere VALUES (1)", ()))


def test_statements_are_all_carried_out_or_none(open_database: Callable[..., Database]) -> None:
    database = open_database()
    with pytest.raises(sqlite3.Error):
        database.write(("INSERT INTO notes (text) VALUES ('a')", ()), ("INSERT INTO nowhere VALUES (1)", ()))
    assert texts(database) == []


def test_a_closed_database_finds_and_writes_nothing(open_database: Callable[..., Database]) -> None:
    database = open_database()
    add(database, "a")
    database.close()
    add(database, "b")
    assert texts(database) == []
    with closing(sqlite3.connect(database.path)) as file:
        assert file.execute("SELECT text FROM notes").fetchall() == [("a",)]
