"""Listings and manifests are kept by digest, as far as there is room."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kitops_desktop.records.content_cache import open_cache
from kitops_desktop.records.database import Database
from kitops_desktop.records.listings import Listings
from kitops_desktop.records.manifests import ManifestCache
from support.clock import Clock


@pytest.fixture
def open_it(tmp_path: Path) -> Iterator[Callable[[], Database]]:
    opened: list[Database] = []

    def open_one() -> Database:
        opened.append(open_cache(tmp_path / "cache.sqlite"))
        return opened[-1]

    yield open_one
    for database in opened:
        assert database.persistent
        database.close()


def digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def test_what_was_not_used_for_longest_makes_room(open_it: Callable[[], Database]) -> None:
    content = {name: bytes(range(256)) * 2 + name.encode() for name in "abcde"}
    listings = Listings(open_it(), max_bytes=4 * 600, clock=Clock())
    for name in "abcd":
        listings.put(name, content[name])
    size_of_one = listings.size() // 4
    listings = Listings(open_it(), max_bytes=4 * size_of_one + 8, clock=Clock())
    listings.clear()
    for name in "abcd":
        listings.put(name, content[name])
    assert listings.get("a") == content["a"]
    listings.put("e", content["e"])
    assert [listings.get(name) is not None for name in "abcde"] == [True, False, True, True, True]
    assert listings.size() <= 4 * size_of_one + 8


def test_what_is_too_large_for_the_cache_is_not_kept(open_it: Callable[[], Database]) -> None:
    listings = Listings(open_it(), max_bytes=1000)
    listings.put("a", random.Random(1).randbytes(400))
    assert listings.get("a") is None
    assert listings.size() == 0


def test_listings_and_manifests_share_a_file_and_nothing_else(open_it: Callable[[], Database]) -> None:
    listings, manifests = Listings(open_it()), ManifestCache(open_it())
    key = digest(b"{}")
    listings.put(key, b"a listing")
    assert manifests.get(key) is None
    manifests.put(key, b"{}")
    listings.clear()
    assert (listings.get(key), manifests.get(key)) == (None, b"{}")


def test_manifests_are_what_their_digest_says(open_it: Callable[[], Database]) -> None:
    manifests = ManifestCache(open_it())
    sha512 = "sha512:" + hashlib.sha512(b"{}").hexdigest()
    for key in (digest(b"{}"), sha512, digest(b"[]"), "odd", "md5:1"):
        manifests.put(key, b"{}")
    found = [manifests.get(key) for key in (digest(b"{}"), sha512, digest(b"[]"), "odd", "md5:1", "other")]
    assert found == [b"{}", b"{}", None, None, None, None]


def test_a_file_of_before_there_were_registries(tmp_path: Path, open_it: Callable[[], Database]) -> None:
    with closing(sqlite3.connect(tmp_path / "cache.sqlite")) as old:
        old.executescript(
            "CREATE TABLE listings (digest TEXT PRIMARY KEY, content BLOB NOT NULL, used_at REAL NOT NULL);"
            "CREATE INDEX listings_by_use ON listings (used_at); PRAGMA user_version = 1"
        )
        old.execute("INSERT INTO listings VALUES ('a', x'00', 1.0)")
        old.commit()
    assert Listings(open_it()).get("a") is None, "what cannot be unpacked is not there"
    manifests = ManifestCache(open_it())
    manifests.put(digest(b"{}"), b"{}")
    assert manifests.get(digest(b"{}")) == b"{}"
