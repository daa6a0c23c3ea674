"""Layers, stored manifests and projects are remembered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop.records.database import Database
from kitops_desktop.records.layers import LayerRecords
from kitops_desktop.records.projects import Projects
from kitops_desktop.records.records_file import open_records
from kitops_desktop.records.stored import StoredManifests
from support.clock import Clock


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_records(tmp_path / "records.sqlite")
    yield opened
    assert opened.persistent
    opened.close()


def test_layers_are_found_by_fingerprint_and_compression(database: Database) -> None:
    layers = LayerRecords(database)
    assert layers.find("f", "none") is None
    layers.add("f", "none", "sha256:1", 5 << 40, "sha256:2")
    layers.add("f", "none", "sha256:3", 7, "sha256:4")
    assert layers.find("f", "none") == ("sha256:3", 7, "sha256:4")
    assert layers.find("f", "gzip") is None


def test_layers_not_used_for_longest_are_forgotten(database: Database) -> None:
    layers = LayerRecords(database, Clock(), kept=2)
    layers.add("a", "none", "1", 1, "1")
    layers.add("b", "none", "2", 2, "2")
    assert layers.find("a", "none") is not None
    layers.add("c", "none", "3", 3, "3")
    assert [layers.find(name, "none") is not None for name in "abc"] == [True, False, True]


def test_stored_manifests_keep_their_tags_and_blobs(database: Database) -> None:
    stored = StoredManifests(database, Clock())
    home, other = Path("/kits/\udcff"), Path("/other")
    one, two = {"digest": "sha256:1", "size": 1}, {"digest": "sha256:2", "size": 2}
    stored.add(home, "localhost/a", one, ("v1", "latest"), ("sha256:b",))
    stored.add(home, "localhost/a", two, ("latest",), ())
    stored.add(home, "localhost/a", one, ("v2",), ("sha256:b",))
    stored.add(other, "localhost/a", one, (), ())
    found = {entry.descriptor["digest"]: entry for entry in stored.find(home)}
    assert found["sha256:1"].tags == ("v1", "v2")
    assert found["sha256:1"].blobs == ("sha256:b",)
    assert found["sha256:2"].tags == ("latest",)
    stored.forget(home, "localhost/a", "sha256:1", ("v1",))
    stored.forget(home, "localhost/a", "sha256:2")
    assert [(entry.repository, entry.tags) for entry in stored.find(home)] == [("localhost/a", ("v2",))]
    stored.move(other, Path("/new"))
    assert stored.find(other) == ()
    assert len(stored.find(Path("/new"))) == 1


def test_projects_are_listed_the_latest_first(database: Database, tmp_path: Path) -> None:
    projects = Projects(database, Clock())
    projects.add(tmp_path / "a")
    projects.add(tmp_path / "\udcff", "odd \udcff")
    projects.update(tmp_path / "a", reference="churn:v1", digest="sha256:1")
    assert [project.name for project in projects.list()] == ["odd ?", "a"]
    again = projects.add(tmp_path / "a")
    assert (again.name, again.last_reference, again.last_digest) == ("a", "churn:v1", "sha256:1")
    assert [project.folder for project in projects.list()] == [tmp_path / "a", tmp_path / "\udcff"]
    projects.update(tmp_path / "a", name="churn")
    assert projects.add(tmp_path / "a").name == "churn"
    projects.update(tmp_path / "nowhere", name="x")
    projects.forget(tmp_path / "\udcff")
    assert [project.name for project in projects.list()] == ["churn"]
    assert projects.find(tmp_path / "\udcff") is None
