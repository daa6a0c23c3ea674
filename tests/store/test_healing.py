"""What is put back, what is forgotten, and what is left as somebody wanted it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.jobs.memories import StoreMemory
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.records.records_file import open_records
from kitops_desktop.records.stored import StoredManifests
from kitops_desktop.store.index_files import add_entries, remove_entries, set_tags
from kitops_desktop.store.layout import Layout
from kitops_desktop.store.local_store import LocalStore
from support.stored_kits import add_kit, blob, broken_rules, rows

NAME = "localhost/a"


@pytest.fixture
def memory(tmp_path: Path) -> StoreMemory:
    return StoreMemory(StoredManifests(open_records(tmp_path / "records.sqlite")))


@pytest.fixture
def open_store(tmp_path: Path, memory: StoreMemory) -> Callable[..., LocalStore]:
    def make(settle: float = 0) -> LocalStore:
        return LocalStore(tmp_path / "kitops", memory, settle=settle)

    return make


@pytest.fixture
def store(open_store: Callable[..., LocalStore]) -> LocalStore:
    """Two kits of ours, so that the store is not empty without the first."""
    made = open_store()
    add_kit(made, "localhost/other", ["1"], b"other", name="other")
    return made


@pytest.fixture
def manifest(store: LocalStore) -> Descriptor:
    return add_kit(store, NAME, ["1", "2"], b"layer", name="a")


def drop(store: LocalStore, manifest: Descriptor, *, shared: bool = True, tags: bool = True) -> None:
    """As a stale writer does."""
    layout = Layout(store.home)
    remove_entries(store.home, layout.repository_index(NAME), [manifest.digest])
    if shared:
        remove_entries(store.home, layout.shared_index, [manifest.digest], shared=True)
    if tags:
        layout.repository_tags(NAME).unlink()


@pytest.mark.parametrize(("shared", "tags"), [(True, True), (False, True), (True, False), (False, False)])
def test_a_dropped_kit_is_put_back(store: LocalStore, manifest: Descriptor, shared: bool, tags: bool) -> None:
    before = rows(store)
    drop(store, manifest, shared=shared, tags=tags)
    assert store.heal() == ("a:1", "a:2")
    assert store.heal() == ()
    assert rows(store) == before
    assert broken_rules(store.home) == []


def test_a_kit_that_kit_removed_is_forgotten(
    store: LocalStore, manifest: Descriptor, memory: StoreMemory
) -> None:
    drop(store, manifest)
    store.blob_path(manifest.digest).unlink()
    assert store.heal() == ()
    assert [record.repository for record in memory.stored(store.home)] == ["localhost/other"]
    add_again = blob(b"layer")
    assert store.exists(add_again), "a blob is not touched"


def test_a_kit_without_one_of_its_layers_is_forgotten(
    store: LocalStore, manifest: Descriptor, memory: StoreMemory
) -> None:
    drop(store, manifest)
    store.blob_path(blob(b"layer").digest).unlink()
    assert store.heal() == ()
    assert [record.repository for record in memory.stored(store.home)] == ["localhost/other"]
    assert broken_rules(store.home) == []


def test_removing_means_forgetting(store: LocalStore, manifest: Descriptor, memory: StoreMemory) -> None:
    removal = store.remove([parse_reference("a:1")], force=True)
    assert [record.repository for record in memory.stored(store.home)] == ["localhost/other"]
    store.restore(removal.id)
    (record,) = (record for record in memory.stored(store.home) if record.repository == NAME)
    assert (record.descriptor, record.tags) == (manifest, ("1", "2"))
    store.remove([parse_reference("a:2")])
    drop(store, manifest)
    assert store.heal() == ("a:1",), "the tag that was removed stays so"


def test_a_kit_that_another_repository_lists_stays_as_it_is(store: LocalStore, manifest: Descriptor) -> None:
    """`kit remove` of one of two leaves the manifest: that was wanted."""
    store.tag(parse_reference("a:1"), parse_reference("copy:1"))
    drop(store, manifest)
    assert store.heal() == ()
    assert {row[:2] for row in rows(store)} == {("localhost/copy", "1"), ("localhost/other", "1")}


def test_a_tag_that_has_another_owner_stays_with_it(store: LocalStore, manifest: Descriptor) -> None:
    drop(store, manifest)
    layout = Layout(store.home)
    other = store.resolve(parse_reference("other:1"))
    add_entries(store.home, layout.repository_index(NAME), [other])
    set_tags(store.home, layout.repository_tags(NAME), {"1": other})
    store.heal()
    assert store.resolve(parse_reference("a:1")) == other
    assert store.resolve(parse_reference("a:2")) == manifest


def test_nothing_is_put_back_while_files_change(
    open_store: Callable[..., LocalStore], store: LocalStore, manifest: Descriptor
) -> None:
    """In the midst of `kit remove` the manifest is in no index and still on disk."""
    drop(store, manifest)
    waiting = open_store(settle=60)
    assert waiting.heal() == ()
    assert {row[:2] for row in rows(waiting)} == {("localhost/other", "1")}
    for path in (store.home / "storage", *(store.home / "storage").glob("*.json")):
        os.utime(path, (0, 0))
    assert waiting.heal() == ("a:1", "a:2")


def test_a_store_that_is_not_mounted_is_not_forgotten(
    store: LocalStore, manifest: Descriptor, memory: StoreMemory
) -> None:
    (store.home / "storage").rename(store.home / "elsewhere")
    assert store.heal() == ()
    assert store.listing().kits == ()
    (store.home / "storage").mkdir()
    assert store.heal() == ()
    assert len(memory.stored(store.home)) == 2
    shutil.rmtree(store.home / "storage")
    (store.home / "elsewhere").rename(store.home / "storage")
    assert len(rows(store)) == 3


def test_an_unreadable_index_stops_putting_back(store: LocalStore, manifest: Descriptor) -> None:
    """The kit may be listed in there."""
    drop(store, manifest)
    damaged = Layout(store.home).repository_index("localhost/other")
    damaged.write_bytes(b"{")
    os.utime(damaged, (0, 0))
    assert store.heal() == ()


def test_what_the_shared_index_lacks_is_added(store: LocalStore, manifest: Descriptor) -> None:
    Layout(store.home).shared_index.unlink()
    store.heal()
    assert broken_rules(store.home) == []


def test_kits_of_others_are_not_put_back(tmp_path: Path, store: LocalStore, manifest: Descriptor) -> None:
    drop(store, manifest)
    stranger = LocalStore(store.home, settle=0)
    assert stranger.heal() == ()
    assert {row[:2] for row in rows(stranger)} == {("localhost/other", "1")}
    assert store.disk_use().orphans == 0, "it is to be put back"
    assert stranger.disk_use().orphans > 0
