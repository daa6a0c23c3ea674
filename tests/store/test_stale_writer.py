"""Beside every operation another program writes whole, stale index files back, as `kit` does.

No blob of ours is lost, the store keeps all rules, and what was dropped comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.jobs.memories import StoreMemory
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.records.records_file import open_records
from kitops_desktop.records.stored import StoredManifests
from kitops_desktop.store.local_store import LocalStore
from support.stale_writer import stale_writer
from support.stored_kits import add_kit, broken_rules, rows

Operation = Callable[[LocalStore], object]


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    records = open_records(tmp_path / "records.sqlite")
    made = LocalStore(tmp_path / "kitops", StoreMemory(StoredManifests(records)), settle=0)
    add_kit(made, "localhost/kept", ["1", "2"], b"shared", b"own of kept")
    add_kit(made, "localhost/other", ["1"], b"shared", b"own of other")
    return made


def add_new(store: LocalStore) -> None:
    add_kit(store, "localhost/new", ["1"], b"shared", b"own of new", name="new")


def add_beside(store: LocalStore) -> None:
    add_kit(store, "localhost/kept", ["3"], b"shared", b"own of the third", name="third")


def move_tag(store: LocalStore) -> None:
    add_kit(store, "localhost/kept", ["1"], b"the first anew", name="moved")


def tag_elsewhere(store: LocalStore) -> None:
    store.tag(parse_reference("kept:1"), parse_reference("copy:1"))


def prune(store: LocalStore) -> None:
    store.prune()


def verify(store: LocalStore) -> None:
    assert store.verify(repair=True).damage == ()


@pytest.mark.parametrize("operation", [add_new, add_beside, move_tag, tag_elsewhere, prune, verify])
def test_what_was_dropped_comes_back(store: LocalStore, operation: Operation) -> None:
    before = {path: path.read_bytes() for path in store.home.glob("storage/blobs/*/*")}
    with stale_writer(store.home) as stale:
        operation(store)
        wanted = rows(store)
        stale.write()
    store.heal()
    assert {(name, digest) for name, _, digest in rows(store)} == {(n, digest) for n, _, digest in wanted}
    if operation is not move_tag:  # there the tag is taken: its old owner was listed again with it
        assert rows(store) == wanted
    assert broken_rules(store.home) == []
    assert all(path.read_bytes() == content for path, content in before.items())
    assert store.verify().damage == ()


def remove_kit(store: LocalStore) -> None:
    store.remove([parse_reference("other:1")])


def remove_by_force(store: LocalStore) -> None:
    store.remove([parse_reference("kept:1")], force=True)


def remove_all(store: LocalStore) -> None:
    store.remove_all(force=True)


@pytest.mark.parametrize("operation", [remove_kit, remove_by_force, remove_all])
def test_what_was_removed_stays_removed(store: LocalStore, operation: Operation) -> None:
    """An entry without its blob would make `kit list` fail for everything."""
    before = rows(store)
    with stale_writer(store.home) as stale:
        operation(store)
        wanted = rows(store)
        stale.write()
    store.heal()
    assert rows(store) == wanted
    assert broken_rules(store.home) == []
    assert store.verify().damage == ()
    store.restore(store.trash()[0].id)
    assert rows(store) == before
    assert broken_rules(store.home) == []


def test_beside_restoring(store: LocalStore) -> None:
    before = rows(store)
    removal = store.remove([parse_reference("other:1"), parse_reference("kept:1")], force=True)
    with stale_writer(store.home) as stale:
        store.restore(removal.id)
        stale.write()
    store.heal()
    assert rows(store) == before
    assert broken_rules(store.home) == []


def test_a_tag_that_was_taken_away_by_another_program_stays_away(store: LocalStore) -> None:
    """The same file as after `kit remove kept:2`: the kit is still listed, so that was what somebody
    wanted.
    """
    with stale_writer(store.home) as stale:
        store.tag(parse_reference("kept:1"), parse_reference("kept:3"))
        stale.write()
    store.heal()
    assert {tag for name, tag, _ in rows(store) if name == "localhost/kept"} == {"1", "2"}


def test_listing_and_resolving_put_back_by_themselves(store: LocalStore) -> None:
    with stale_writer(store.home) as stale:
        add_new(store)
        wanted = rows(store)
        stale.write()
        assert store.resolve(parse_reference("new:1")).digest in {digest for *_, digest in wanted}
        stale.write()
        assert rows(store) == wanted
