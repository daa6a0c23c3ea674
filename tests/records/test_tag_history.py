"""What tags stood for: a line for each change, not for each look."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kitops_desktop.records import records_file
from kitops_desktop.records.database import Database
from kitops_desktop.records.observed_tags import ObservedTags
from kitops_desktop.records.records_file import open_records
from kitops_desktop.records.tag_history import TagHistory

NAME = "a.io/team/x"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_records(tmp_path / "records.sqlite")
    yield opened
    opened.close()


def lines(history: TagHistory, tag: str, home: Path | None = None) -> list[tuple[str, str, float, float]]:
    return [(e.digest, e.what, e.first_at, e.last_at) for e in history.of_tag(NAME, tag, home)]


def test_what_is_seen_again_prolongs_its_line(database: Database, clock: Clock) -> None:
    tags = ObservedTags(database, clock)
    tags.put(NAME, "v1", "sha256:1")
    clock.now = 5000.0
    tags.put(NAME, "v1", "sha256:1")
    tags.put(NAME, "v2", "sha256:9")
    clock.now = 6000.0
    tags.put(NAME, "v1", "sha256:2")
    clock.now = 7000.0
    tags.put(NAME, "v1", "sha256:1")
    assert lines(tags.history, "v1") == [
        ("sha256:1", "seen", 7000.0, 7000.0),
        ("sha256:2", "seen", 6000.0, 6000.0),
        ("sha256:1", "seen", 1000.0, 5000.0),
    ]
    versions = tags.history.of_digest(NAME, "sha256:9")
    assert [(event.tag, event.what) for event in versions] == [("v2", "seen")]


def test_what_was_done_is_said_rather_than_that_it_was_seen(database: Database, clock: Clock) -> None:
    tags = ObservedTags(database, clock)
    tags.history.note(NAME, ("v1",), "sha256:1", "stored")
    clock.now += 1
    tags.put(NAME, "v1", "sha256:1", "push")
    clock.now += 10_000
    tags.put(NAME, "v1", "sha256:1")
    assert lines(tags.history, "v1") == [("sha256:1", "push", 1000.0, 11_001.0)]
    tags.put(NAME, "v1", "sha256:1", "pull")
    assert [event.what for event in tags.history.of_tag(NAME, "v1")] == ["pull", "push"]


def test_a_tag_that_was_deleted_and_came_back(database: Database, clock: Clock) -> None:
    tags = ObservedTags(database, clock)
    tags.put(NAME, "v1", "sha256:1", "push")
    tags.deleted(NAME, "v1", "sha256:1")
    clock.now += 1
    tags.put(NAME, "v1", "sha256:1")
    assert [event.what for event in tags.history.of_tag(NAME, "v1")] == ["seen", "deleted", "push"]
    assert tags.get(NAME)["v1"] == ("sha256:1", 1001.0)


def test_stores_and_registries_are_told_apart(database: Database, clock: Clock, tmp_path: Path) -> None:
    history = TagHistory(database, clock)
    history.note(NAME, ("v1", "latest"), "sha256:1", "pack", tmp_path / "one")
    history.note(NAME, ("v1",), "sha256:2", "pack", tmp_path / "two")
    history.note(NAME, ("v1",), "sha256:3")
    assert [line[0] for line in lines(history, "v1", tmp_path / "one")] == ["sha256:1"]
    assert [line[0] for line in lines(history, "v1", tmp_path / "two")] == ["sha256:2"]
    assert [line[0] for line in lines(history, "v1")] == ["sha256:3"]
    assert [line[0] for line in lines(history, "latest", tmp_path / "one")] == ["sha256:1"]


def test_a_store_that_was_moved_keeps_its_history(database: Database, clock: Clock, tmp_path: Path) -> None:
    history = TagHistory(database, clock)
    old, new = tmp_path / "old", tmp_path / "new"
    history.note(NAME, ("v1",), "sha256:1", "pack", old)
    history.note(NAME, ("v1",), "sha256:1", "stored", new)
    history.move(old, new)
    assert [line[1] for line in lines(history, "v1", new)] == ["pack"]
    assert lines(history, "v1", old) == []


def test_the_oldest_lines_are_forgotten(database: Database, clock: Clock) -> None:
    history = TagHistory(database, clock, kept=3)
    for number in range(5):
        history.note(NAME, ("latest",), f"sha256:{number}", "push")
    assert [line[0] for line in lines(history, "latest")] == ["sha256:4", "sha256:3", "sha256:2"]
    assert len(history.of_tag(NAME, "latest", limit=2)) == 2


def test_what_was_known_before_there_was_a_history_is_its_beginning(tmp_path: Path) -> None:
    path, home = tmp_path / "records.sqlite", tmp_path / "store"
    with closing(sqlite3.connect(path)) as old:
        for script in records_file._MIGRATIONS[:4]:
            old.executescript(script)
        old.execute("PRAGMA user_version = 4")
        old.execute("INSERT INTO observed_tags VALUES (?, 'v1', 'sha256:1', 5.0)", (NAME,))
        old.execute("INSERT INTO tags VALUES (?, ?, 'v1', 'sha256:2')", (bytes(home), NAME))
        old.execute("INSERT INTO manifests VALUES (?, ?, 'sha256:2', '{}', '[]', 7.0)", (bytes(home), NAME))
        old.commit()
    opened = open_records(path)
    history = TagHistory(opened)
    assert lines(history, "v1") == [("sha256:1", "seen", 5.0, 5.0)]
    assert lines(history, "v1", home) == [("sha256:2", "stored", 7.0, 7.0)]
    opened.close()
