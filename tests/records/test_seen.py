"""What was seen in registries is found by a few letters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop.records.content_cache import open_cache
from kitops_desktop.records.database import Database
from kitops_desktop.records.listings import Listings
from kitops_desktop.records.seen import Seen, SeenKit
from support.clock import Clock

HOST = "registry.example"
KIT = SeenKit("Churn", "Who leaves, and why", "Apache-2.0", "PyTorch", ("transactions 2024",))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_cache(tmp_path / "cache.sqlite")
    yield opened
    assert opened.persistent
    opened.close()


@pytest.fixture
def seen(database: Database) -> Seen:
    return Seen(database, Clock())


def places(seen: Seen, text: str) -> list[str]:
    return sorted(hit.place for hit in seen.search(text))


def test_repositories_and_tags_are_found_by_their_names(seen: Seen) -> None:
    seen.put_repositories(HOST, ["team/churn", "team/speech"])
    seen.put_tags(HOST, "team/churn", ["v2", "v1"])
    assert places(seen, "CHU team") == [f"{HOST}/team/churn"]
    assert places(seen, "churn:v1") == [f"{HOST}/team/churn:v1"]
    assert places(seen, "registry") == [f"{HOST}/team/churn", f"{HOST}/team/speech"]
    assert places(seen, "  ") == places(seen, "nothing%") == places(seen, "te_m") == []


def test_kits_are_found_by_what_they_say_and_what_is_in_them(seen: Seen, database: Database) -> None:
    seen.put_tag(HOST, "team/model", "v1", "sha256:1")
    seen.put_kit("sha256:1", KIT, ["sha256:layer"])
    for text in ("leaves WHY", "apache", "pytorch team", "2024"):
        (hit,) = seen.search(text)
        assert (hit.place, hit.kit.name, hit.file) == (f"{HOST}/team/model:v1", "Churn", "")
    assert seen.layers_without_files() == ()
    Listings(database).put("sha256:layer", b"[]")
    assert seen.layers_without_files() == ("sha256:layer",)
    seen.put_files("sha256:layer", ["model/config.json", "model/Tokenizer.JSON", "odd\udcff\nname"])
    assert seen.layers_without_files() == ()
    (hit,) = seen.search("pytorch tokenizer")
    assert hit.file == "model/Tokenizer.JSON"


def test_a_tag_that_is_gone_is_not_found(seen: Seen) -> None:
    seen.put_tags(HOST, "team/churn", ["v2", "v1"])
    seen.put_tag(HOST, "team/churn", "v2", "sha256:1")
    seen.put_kit("sha256:1", KIT, [])
    seen.put_tags(HOST, "team/churn", ["v2", "v3"])
    assert places(seen, "churn:v") == [f"{HOST}/team/churn:v2", f"{HOST}/team/churn:v3"]
    assert places(seen, "apache") == [f"{HOST}/team/churn:v2"], "what a tag stands for is kept"
    seen.forget(HOST, "team/churn", "v2")
    assert places(seen, "apache") == []
    seen.forget(HOST)
    assert seen.is_empty


def test_a_registry_is_forgotten_and_put_back_as_it_was(seen: Seen) -> None:
    seen.put_repositories(HOST, ["team/churn"])
    seen.put_tag(HOST, "team/churn", "v1", "sha256:1")
    seen.put_kit("sha256:1", KIT, [])
    seen.put_repositories("other.example", ["team/churn"])
    names = seen.names_of(HOST)
    assert [row[:4] for row in names] == [
        (HOST, "team/churn", "", ""),
        (HOST, "team/churn", "v1", "sha256:1"),
    ]
    seen.forget(HOST)
    assert places(seen, "churn") == ["other.example/team/churn"]
    assert seen.names_of(HOST) == ()
    seen.take_in(names)
    assert seen.names_of(HOST) == names
    assert places(seen, "pytorch") == [f"{HOST}/team/churn:v1"]


def test_it_is_said_when_something_was_seen(database: Database) -> None:
    clock = Clock()
    seen = Seen(database, clock)
    seen.put_tags(HOST, "team/churn", ["v1"])
    then = clock()
    (hit,) = seen.search("churn:v1")
    assert hit.seen_at < then
    seen.put_tags(HOST, "team/churn", ["v1"])
    (hit,) = seen.search("churn:v1")
    assert hit.seen_at > then


def test_there_is_an_end_to_what_is_kept(database: Database) -> None:
    seen = Seen(database, Clock(), kept=10, kept_file_bytes=1000)
    for number in range(20):
        seen.put_tags(HOST, f"team/model-{number}", ["v1"])
    assert places(seen, "model-0") == []
    assert len(places(seen, "team")) <= 10
    for number in range(20):
        seen.put_tag(HOST, "team/files", f"v{number}", f"sha256:{number}")
        seen.put_kit(f"sha256:{number}", KIT, [f"sha256:layer-{number}"])
        seen.put_files(f"sha256:layer-{number}", [f"file-{number}-{'x' * 200}"])
    assert places(seen, "file-19-") == [f"{HOST}/team/files:v19"]
    assert places(seen, "file-0-") == []
    seen.put_files("sha256:layer-19", (f"name-{number}" for number in range(10**7)))


def test_of_many_tags_of_a_repository_some_are_found(seen: Seen) -> None:
    seen.put_tags(HOST, "team/many", [f"v{number}" for number in range(20_000)])
    seen.put_tags(HOST, "team/one", ["v1"])
    found = places(seen, ":v")
    assert f"{HOST}/team/one:v1" in found
    assert len(found) < 100
    assert json.dumps(found)


@pytest.mark.parametrize("text", ["größe", "GRÖSSE", "отчёт", "o\u0308ßE"])
def test_files_are_found_in_any_alphabet(seen: Seen, text: str) -> None:
    """Also where the system that packed them writes an accent as a letter of its own."""
    seen.put_tag(HOST, "team/churn", "v1", "sha256:1")
    seen.put_kit("sha256:1", KIT, ["sha256:l"])
    seen.put_files("sha256:l", ["data/Gro\u0308ße.csv", "docs/ОТЧЁТ.md"])
    (hit,) = seen.search(text)
    assert hit.file in ("data/Gro\u0308ße.csv", "docs/ОТЧЁТ.md")


def test_a_tag_that_is_named_whole_is_found_among_many_that_have_it_in_them(seen: Seen) -> None:
    seen.put_tags(HOST, "team/churn", ["v1", *(f"a{number:03}-v1" for number in range(200))])
    for text in ("v1", "churn V1"):
        assert f"{HOST}/team/churn:v1" in places(seen, text), text
