"""Orphans, leases, the trash and what all of it takes up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kitops_desktop.errors import BlobNotFound
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.store.layout import Layout
from kitops_desktop.store.local_store import LocalStore
from support.stored_kits import add_kit, blob, broken_rules, rows, write_blob, write_kit

ROOT = Path(__file__).parents[2]
OTHER_PROCESS = """
import sys
from pathlib import Path
from kitops_desktop.store.local_store import LocalStore
with LocalStore(Path(sys.argv[1])).lease([sys.argv[2]]):
    sys.stdout.write("leased\\n")
    sys.stdout.flush()
    sys.stdin.readline()
"""


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    made = LocalStore(tmp_path / "kitops", settle=0)
    add_kit(made, "localhost/a", ["1"], b"shared", b"own of a", name="a")
    add_kit(made, "localhost/b", ["1"], b"shared", b"own of b", name="b")
    return made


def orphan(store: LocalStore, content: bytes = b"orphan", hours: float = 25) -> Digest:
    digest = write_blob(store, content).digest
    then = time.time() - hours * 3600
    os.utime(store.blob_path(digest), (then, then))
    return digest


@pytest.mark.parametrize(("hours", "goes"), [(0, False), (23.9, False), (24.1, True)])
def test_young_orphans_stay(store: LocalStore, hours: float, goes: bool) -> None:
    digest = orphan(store, hours=hours)
    assert store.plan_prune().frees == (6 if goes else 0)
    removal = store.prune()
    assert (removal.freed, bool(removal.id)) == ((6, True) if goes else (0, False))
    assert store.blob_path(digest).exists() is not goes
    assert store.verify().damage == ()


def test_pruning_can_be_undone(store: LocalStore) -> None:
    digest = orphan(store)
    removal = store.prune()
    (entry,) = store.trash()
    assert (entry.id, entry.size) == (removal.id, 6)
    assert "1 blob" in entry.description
    store.restore(removal.id)
    assert store.blob_path(digest).read_bytes() == b"orphan"
    assert store.trash() == ()


def test_a_manifest_in_no_repository_is_an_orphan(store: LocalStore) -> None:
    """What `kit remove --all --force` leaves behind: manifests in ``index.json`` alone, with their blobs."""
    layout = Layout(store.home)
    for path in (layout.repository_index("localhost/b"), layout.repository_tags("localhost/b")):
        path.unlink()
    for path in layout.blobs.glob("*/*"):
        os.utime(path, (0, 0))
    store.prune()
    assert {row[:2] for row in rows(store)} == {("localhost/a", "1")}
    assert not store.exists(blob(b"own of b"))
    assert store.exists(blob(b"shared"))
    assert len(json.loads(layout.shared_index.read_bytes())["manifests"]) == 1
    assert store.disk_use().orphans == 0


def test_leased_blobs_stay(store: LocalStore) -> None:
    kept, gone = orphan(store, b"leased"), orphan(store, b"not leased")
    with store.lease([kept, blob(b"own of a").digest]):
        assert store.plan_prune().frees == len(b"not leased")
        store.prune()
        store.remove([parse_reference("a:1")])
    assert store.blob_path(kept).exists()
    assert not store.blob_path(gone).exists()
    assert store.exists(blob(b"own of a"))
    assert store.prune().freed == len(b"leased"), "the lease has ended"


def test_leases_of_other_processes_hold_until_they_die(store: LocalStore) -> None:
    digest = orphan(store)
    argv = [sys.executable, "-c", OTHER_PROCESS, str(store.home), digest]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        argv, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "leased\n"
        assert store.prune().freed == 0
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert store.prune().freed == 6
    assert list((store.home / "kitops-desktop" / "leases").iterdir()) == []


def test_what_was_removed_while_a_kit_was_made_comes_back(store: LocalStore) -> None:
    """A pack found a layer in the store; then its only kit was removed; then the new kit is listed."""
    manifest = write_kit(store, b"own of a", name="new")
    store.remove([parse_reference("a:1")])
    assert not store.exists(blob(b"own of a"))
    store.add_manifest("localhost/new", manifest, ("1",))
    assert broken_rules(store.home) == []
    assert store.verify().damage == ()
    store.restore(store.trash()[0].id)
    assert {row[:2] for row in rows(store)} == {(f"localhost/{name}", "1") for name in ("a", "b", "new")}


def test_removals_that_share_blobs_are_undone_in_any_order(store: LocalStore) -> None:
    first = store.remove([parse_reference("a:1")])
    second = store.remove([parse_reference("b:1")])
    assert (store.trash()[0].id, store.trash()[1].id) == (first.id, second.id)
    assert store.trash()[1].description == "b:1"
    store.restore(first.id)
    assert {row[:2] for row in rows(store)} == {("localhost/a", "1")}
    assert store.exists(blob(b"shared")), "it had gone with the other"
    store.restore(second.id)
    assert broken_rules(store.home) == []
    assert store.verify().damage == ()


def test_undoing_leaves_a_tag_that_has_moved_on(store: LocalStore) -> None:
    removal = store.remove([parse_reference("a:1")])
    newer = add_kit(store, "localhost/a", ["1"], b"newer", name="newer")
    store.restore(removal.id)
    assert store.resolve(parse_reference("a:1")) == newer
    assert len([kit for kit in store.listing().kits if kit.repository == "localhost/a"]) == 2


def test_untagging_can_be_undone(store: LocalStore) -> None:
    store.tag(parse_reference("a:1"), parse_reference("a:2"))
    removal = store.remove([parse_reference("a:2")])
    assert [str(reference) for reference in removal.untagged] == ["localhost/a:2"]
    assert (removal.removed, removal.freed) == ((), 0)
    store.restore(removal.id)
    assert ("localhost/a", "2") in {row[:2] for row in rows(store)}


def test_what_was_deleted_for_good_cannot_be_undone(store: LocalStore) -> None:
    first = store.remove([parse_reference("a:1")])
    second = store.remove([parse_reference("b:1")])
    assert store.delete_removal(second.id) == second.freed
    before = rows(store)
    with pytest.raises(BlobNotFound):
        store.restore(first.id)
    assert rows(store) == before
    assert broken_rules(store.home) == []


def test_the_trash_is_emptied_by_age(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "kitops", settle=0, trash_seconds=3600)
    for name in ("old", "new"):
        add_kit(store, f"localhost/{name}", ["1"], name.encode(), name=name)
    old = store.remove([parse_reference("old:1")])
    new = store.remove([parse_reference("new:1")])
    record = store.home / "kitops-desktop" / "trash" / old.id / "removal.json"
    value = json.loads(record.read_bytes())
    record.write_text(json.dumps(value | {"removedAt": time.time() - 3700}))
    assert store.empty_trash(4000) == 0
    store.heal()
    assert [entry.id for entry in store.trash()] == [new.id]
    assert store.empty_trash() == new.freed
    assert store.trash() == ()


def test_disk_use_counts_every_byte_once(store: LocalStore) -> None:
    orphan(store, b"12345")
    removed = store.remove([parse_reference("b:1")]).freed
    with store.ingest(blob(b"1234567")) as ingest:
        ingest.write(b"123")
    kit_partial = store.home / "storage" / "ingest"
    kit_partial.mkdir()
    (kit_partial / "aaaa").write_bytes(b"12")
    use = store.disk_use()
    blobs = sum(path.stat().st_size for path in store.home.glob("storage/blobs/*/*"))
    assert (use.orphans, use.trash, use.partial) == (5, removed, 5)
    assert use.kits == blobs - 5
    assert use.total == use.kits + use.orphans + use.trash + use.partial
    assert use.free > 0
    kits = store.listing().kits
    assert [(kit.unique, kit.shared) for kit in kits] == [(len(b"shared") + len(b"own of a"), 0)]


def test_the_stamp_changes_with_the_index_files(store: LocalStore) -> None:
    stamps = [store.stamp()]
    for change in (
        lambda: store.tag(parse_reference("a:1"), parse_reference("a:2")),
        lambda: store.remove([parse_reference("a:2")]),
        lambda: store.remove([parse_reference("a:1")]),
        lambda: add_kit(store, "localhost/c", [], b"c", name="c"),
    ):
        change()
        stamps.append(store.stamp())
    write_blob(store, b"no entry")
    assert store.stamp() == stamps[-1]
    assert len(set(map(repr, stamps))) == len(stamps)


def test_kits_are_removed_from_the_place_they_are_in_only(store: LocalStore) -> None:
    store.tag(parse_reference("a:1"), parse_reference("reg.io/copy:1"))
    removal = store.remove([parse_reference("a:1")], force=True)
    assert (removal.freed, len(removal.removed)) == (0, 1)
    assert {row[:2] for row in rows(store)} == {("localhost/b", "1"), ("reg.io/copy", "1")}
    assert store.exists(blob(b"own of a"))
