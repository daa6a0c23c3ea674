"""What is remembered of registries: references, tags as they were seen, abilities."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kitops_desktop.records import records_file
from kitops_desktop.records.abilities import TRUSTED_SECONDS, Abilities
from kitops_desktop.records.database import Database
from kitops_desktop.records.favourites import Favourites
from kitops_desktop.records.observed_tags import ObservedTags
from kitops_desktop.records.placed_layers import PlacedLayers
from kitops_desktop.records.projects import Projects
from kitops_desktop.records.records_file import open_records
from kitops_desktop.records.reference_history import HistoryEntry, ReferenceHistory, known_repositories
from support.clock import Clock


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_records(tmp_path / "records.sqlite")
    yield opened
    assert opened.persistent
    opened.close()


def test_references_are_offered_again_the_latest_first(database: Database) -> None:
    history = ReferenceHistory(database, Clock())
    for reference in ("a.io/team/x:v1", "b.io:5000/y:v1", "a.io/team/x"):
        history.add(reference, "open")
    history.add("a.io/team/x:v1", "pull")
    assert history.recent() == (
        HistoryEntry("a.io/team/x:v1", "pull", 4.0),
        HistoryEntry("a.io/team/x", "open", 3.0),
        HistoryEntry("b.io:5000/y:v1", "open", 2.0),
    )
    assert [entry.reference for entry in history.recent("b.io:5000")] == ["b.io:5000/y:v1"]
    assert [entry.reference for entry in history.recent("a.io", limit=1)] == ["a.io/team/x:v1"]
    assert history.recent("b.io") == ()
    history.forget("a.io/team/x:v1")
    assert [entry.reference for entry in history.recent("a.io")] == ["a.io/team/x"]


def test_references_of_one_registry_are_forgotten_and_put_back(database: Database) -> None:
    history = ReferenceHistory(database, Clock())
    for reference in ("a.io/x:v1", "a.io/y", "b.io/x:v1"):
        history.add(reference, "open")
    before = history.recent()
    forgotten = history.recent("a.io")
    history.forget_host("a.io")
    assert [entry.reference for entry in history.recent()] == ["b.io/x:v1"]
    history.put_back(forgotten)
    assert history.recent() == before
    history.add("a.io/y", "pull")
    history.put_back(forgotten)
    assert history.recent("a.io")[0].action == "pull", "what was done since stays"


def test_references_not_used_for_longest_are_forgotten(database: Database) -> None:
    history = ReferenceHistory(database, Clock(), kept=2)
    for reference in ("a.io/a", "a.io/b", "a.io/a", "a.io/c"):
        history.add(reference, "open")
    assert [entry.reference for entry in history.recent()] == ["a.io/c", "a.io/a"]


def test_repositories_are_known_from_favourites_and_what_was_used() -> None:
    digest = "sha256:" + "a" * 64
    used = (HistoryEntry(f"a.io:5000/y@{digest}", "pull", 2.0), HistoryEntry("a.io:5000/x/z:v1", "open", 1.0))
    assert known_repositories(("a.io:5000/x/z", "a.io:5000/w:v2"), used) == ("x/z", "w", "y")


def test_favourites_stand_in_the_order_of_their_adding(database: Database) -> None:
    favourites = Favourites(database, Clock(), most=3)
    for reference in ("a.io/x", "b.io:5000/y:v1", "a.io/z", "a.io/x"):
        favourites.add(reference)
    assert favourites.all() == ("a.io/x", "b.io:5000/y:v1", "a.io/z")
    assert favourites.all("a.io") == ("a.io/x", "a.io/z")
    favourites.add("a.io/w")
    assert favourites.all() == ("b.io:5000/y:v1", "a.io/z", "a.io/w"), "the oldest makes room"
    favourites.remove("a.io/z")
    favourites.remove("a.io/nothing")
    assert favourites.all("a.io") == ("a.io/w",)


def test_tags_are_known_as_they_were_last_seen(database: Database) -> None:
    tags = ObservedTags(database, Clock())
    tags.put("a.io/x", "v1", "sha256:1")
    tags.put("a.io/x", "latest", "sha256:1")
    tags.put("a.io/y", "v1", "sha256:3")
    tags.put("a.io/x", "latest", "sha256:2")
    assert tags.get("a.io/x") == {"v1": ("sha256:1", 1.0), "latest": ("sha256:2", 4.0)}
    tags.forget("a.io/x", "v1")
    assert tags.get("a.io/x") == {"latest": ("sha256:2", 4.0)}
    tags.forget("a.io/x")
    assert (tags.get("a.io/x"), tags.get("a.io/y")) == ({}, {"v1": ("sha256:3", 3.0)})


def test_tags_not_seen_for_longest_are_forgotten(database: Database) -> None:
    tags = ObservedTags(database, Clock(), kept=2)
    for tag in ("a", "b", "a", "c"):
        tags.put("a.io/x", tag, "sha256:1")
    assert tags.get("a.io/x").keys() == {"a", "c"}


def test_abilities_are_believed_for_a_month(database: Database) -> None:
    clock = Clock()
    abilities = Abilities(database, clock)
    abilities.put("a.io", "catalog", "yes")
    abilities.put("a.io", "catalog", "no")
    clock.advance(TRUSTED_SECONDS - 6)
    assert abilities.get("a.io", "catalog") == "no"
    assert abilities.get("a.io", "chunks") is None
    assert abilities.get("b.io", "catalog") is None
    assert abilities.all("a.io") == {"catalog": "no"}
    assert abilities.all("b.io") == {}
    clock.advance(6)
    assert abilities.get("a.io", "catalog") is None
    assert abilities.all("a.io") == {}
    abilities.put("a.io", "catalog", "yes")
    abilities.put("b.io", "catalog", "yes")
    abilities.forget("a.io")
    assert (abilities.get("a.io", "catalog"), abilities.get("b.io", "catalog")) == (None, "yes")


def test_a_file_of_before_there_were_registries(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(f"{records_file._MIGRATIONS[0]}; PRAGMA user_version = 1")
        old.execute("INSERT INTO projects VALUES (?, 'churn', '', '', 1.0)", (bytes(tmp_path),))
        old.commit()
    opened = open_records(path)
    assert [project.name for project in Projects(opened).list()] == ["churn"]
    assert ReferenceHistory(opened).recent() == ()
    assert opened.persistent
    opened.close()


def test_placed_layers_are_kept_by_unpacking(database: Database) -> None:
    placed = PlacedLayers(database, Clock(), kept=2)
    files = (("a/\udcff", 3, 10**18 + 1, 2**63), ("b", 0, 0, 1))
    placed.put("one", "sha256:1", files)
    placed.put("two", "sha256:1", ())
    assert placed.get("one", "sha256:1") == files
    assert placed.get("two", "sha256:1") == ()
    assert placed.get("one", "sha256:2") is None
    placed.put("two", "sha256:2", ())
    assert placed.get("one", "sha256:1") is None  # the oldest
    placed.forget("two")
    assert placed.get("two", "sha256:2") is None
