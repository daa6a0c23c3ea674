"""Damaged stores: what is wrong is named, the rest stays usable, and repair does what it can."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.errors import BlobNotFound, StoreDamaged
from kitops_desktop.jobs.memories import StoreMemory
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from kitops_desktop.records.records_file import open_records
from kitops_desktop.records.stored import StoredManifests
from kitops_desktop.store.layout import Layout
from kitops_desktop.store.local_store import Damage, DamageKind, LocalStore
from support.stored_kits import CONFIG_TYPE, add_kit, blob, broken_rules, rows, write_blob

BAD, GOOD = "localhost/bad", "localhost/good"


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    made = LocalStore(tmp_path / "kitops", settle=0)
    add_kit(made, GOOD, ["1"], b"shared", b"own of good", name="good")
    add_kit(made, BAD, ["1", "2"], b"shared", b"own of bad", name="bad")
    return made


def layout_of(store: LocalStore) -> Layout:
    return Layout(store.home)


def manifest_path(store: LocalStore) -> Path:
    return store.blob_path(store.resolve(parse_reference("bad:1")).digest)


def config_path(store: LocalStore) -> Path:
    config = json.loads(manifest_path(store).read_bytes())["config"]
    return store.blob_path(config["digest"])


def overwrite(path: Path, content: bytes) -> None:
    """Write as somebody else would, with an old date so that it does not look half-written."""
    path.chmod(0o644)
    path.write_bytes(content)
    os.utime(path, (0, 0))


def break_index(store: LocalStore) -> None:
    overwrite(layout_of(store).repository_index(BAD), b'{"schemaVersion":2,"manif')


def break_tags(store: LocalStore) -> None:
    overwrite(layout_of(store).repository_tags(BAD), b"")


def break_shared_index(store: LocalStore) -> None:
    overwrite(layout_of(store).shared_index, b"[]")


def lose_shared_index(store: LocalStore) -> None:
    layout_of(store).shared_index.unlink()


def break_entry(store: LocalStore) -> None:
    overwrite(layout_of(store).repository_index(BAD), b'{"schemaVersion":2,"manifests":[{"digest":"x"}]}')


def lose_manifest(store: LocalStore) -> None:
    manifest_path(store).unlink()


def cut_manifest(store: LocalStore) -> None:
    overwrite(manifest_path(store), b"{")


def change_manifest(store: LocalStore) -> None:
    overwrite(manifest_path(store), manifest_path(store).read_bytes().replace(b"model", b"MODEL"))


def change_config(store: LocalStore) -> None:
    overwrite(config_path(store), config_path(store).read_bytes().replace(b"bad", b"BAD"))


def lose_blob(store: LocalStore) -> None:
    store.blob_path(blob(b"own of bad").digest).unlink()


def cut_blob(store: LocalStore) -> None:
    overwrite(store.blob_path(blob(b"own of bad").digest), b"own")


def drop_entry(store: LocalStore) -> None:
    layout_of(store).repository_index(BAD).unlink()


def add_old_layout(store: LocalStore) -> None:
    old = layout_of(store).storage / "localhost" / "old"
    old.mkdir(parents=True)
    (old / "index.json").write_text('{"schemaVersion":2,"manifests":[]}')


Breaking = Callable[[LocalStore], None]
KIT, REPOSITORY = ("bad:1", "bad:2"), ("bad",)
SEEN_AT_ONCE: list[tuple[Breaking, DamageKind, tuple[str, ...]]] = [
    (break_index, DamageKind.INDEX_UNREADABLE, REPOSITORY),
    (break_tags, DamageKind.TAGS_UNREADABLE, REPOSITORY),
    (break_shared_index, DamageKind.INDEX_UNREADABLE, ()),
    (break_entry, DamageKind.ENTRY_INVALID, REPOSITORY),
    (lose_manifest, DamageKind.MANIFEST_MISSING, KIT),
    (cut_manifest, DamageKind.MANIFEST_INVALID, KIT),
    (change_manifest, DamageKind.MANIFEST_INVALID, KIT),
    (change_config, DamageKind.CONFIG_INVALID, KIT),
    (lose_blob, DamageKind.BLOB_MISSING, KIT),
    (cut_blob, DamageKind.SIZE_WRONG, KIT),
    (drop_entry, DamageKind.TAG_DANGLING, ("bad:1",)),
    (add_old_layout, DamageKind.OLD_LAYOUT, ()),
]


def kinds(damage: tuple[Damage, ...]) -> set[DamageKind]:
    return {item.kind for item in damage}


@pytest.mark.parametrize(("breaking", "kind", "affects"), SEEN_AT_ONCE)
def test_listing_names_it_and_shows_the_rest(
    store: LocalStore, breaking: Breaking, kind: DamageKind, affects: tuple[str, ...]
) -> None:
    breaking(store)
    listing = store.listing()
    assert kind in kinds(listing.damage)
    item = next(item for item in listing.damage if item.kind is kind)
    assert item.affects == affects
    assert item.reason
    assert str(item.digest or item.path) in str(item)
    assert (GOOD, "1", store.resolve(parse_reference("good:1")).digest) in rows(store)
    with store.fetch(blob(b"own of good")) as reader:
        assert reader.read() == b"own of good"


@pytest.mark.parametrize(("breaking", "kind", "affects"), SEEN_AT_ONCE)
def test_the_rest_can_still_be_changed(
    store: LocalStore, breaking: Breaking, kind: DamageKind, affects: tuple[str, ...]
) -> None:
    """Other repositories take tags and kits, and give them up; what the damaged one may need stays."""
    breaking(store)
    if breaking is break_shared_index:
        with pytest.raises(StoreDamaged):
            store.tag(parse_reference("good:1"), parse_reference("new:1"))
        return
    store.tag(parse_reference("good:1"), parse_reference("new:1"))
    add_kit(store, "localhost/new", ["2"], b"own of new", name="new")
    store.remove([parse_reference("good:1"), parse_reference("new:1")])
    assert {row[:2] for row in rows(store)} >= {("localhost/new", "2")}
    if kind in (DamageKind.INDEX_UNREADABLE, DamageKind.TAGS_UNREADABLE, DamageKind.CONFIG_INVALID):
        assert store.exists(blob(b"shared")), "the damaged kit may need it"


@pytest.mark.parametrize(
    "breaking", [lose_manifest, cut_manifest, change_manifest, lose_blob, cut_blob, change_config]
)
def test_a_damaged_kit_can_be_removed(store: LocalStore, breaking: Breaking) -> None:
    breaking(store)
    store.remove([parse_reference("bad:1")], force=True)
    assert {row[:2] for row in rows(store)} == {(GOOD, "1")}
    assert store.listing().damage == ()
    assert broken_rules(store.home) == []


@pytest.mark.parametrize(
    ("breaking", "kind"),
    [(breaking, kind) for breaking, kind, _ in SEEN_AT_ONCE if kind is not DamageKind.CONFIG_INVALID]
    + [(lose_shared_index, DamageKind.NOT_IN_SHARED_INDEX), (change_config, DamageKind.CONTENT_WRONG)],
)
def test_verify_finds_it_too(store: LocalStore, breaking: Breaking, kind: DamageKind) -> None:
    breaking(store)
    assert kind in kinds(store.verify().damage)


@pytest.mark.parametrize("listed", [True, False])
def test_verify_finds_a_changed_bit(store: LocalStore, listed: bool) -> None:
    content = b"own of bad" if listed else b"orphan"
    wanted = write_blob(store, content)
    assert store.verify().damage == ()
    store.blob_path(wanted.digest).write_bytes(b"!" + content[1:])
    report = store.verify()
    assert [(item.kind, item.digest, item.affects) for item in report.damage] == [
        (DamageKind.CONTENT_WRONG, wanted.digest, KIT if listed else ())
    ]
    assert store.listing().damage == (), "a listing does not read blobs"


def test_verify_reports_progress_and_can_be_cancelled(store: LocalStore) -> None:
    write_blob(store, os.urandom(5 << 20))
    token = CancelToken()
    seen: list[Progress] = []

    def report(progress: Progress) -> None:
        seen.append(progress)
        token.cancel()

    with pytest.raises(Cancelled):
        store.verify(token=token, report=report)
    seen.clear()
    done = store.verify(report=seen.append)
    assert seen[-1].done == seen[-1].total == done.size == max(progress.done for progress in seen)
    assert done.checked == len(list(store.home.glob("storage/blobs/*/*")))


@pytest.mark.parametrize(
    "breaking",
    [
        break_index,
        break_tags,
        break_shared_index,
        lose_shared_index,
        lose_manifest,
        cut_manifest,
        change_manifest,
        cut_blob,
        change_config,
        drop_entry,
    ],
)
def test_repair(breaking: Breaking, tmp_path: Path) -> None:
    """Afterwards `kit` can work with the store, and what remembered entries say is there again."""
    memory = StoreMemory(StoredManifests(open_records(tmp_path / "records.sqlite")))
    store = LocalStore(tmp_path / "kitops", memory, settle=1e9)  # nothing heals by itself meanwhile
    add_kit(store, GOOD, ["1"], b"shared", b"own of good", name="good")
    manifest = add_kit(store, BAD, ["1", "2"], b"shared", b"own of bad", name="bad")
    breaking(store)
    report = store.verify(repair=True)
    assert report.repaired
    lost = breaking in (lose_manifest, cut_manifest, change_manifest)
    expected = {(GOOD, "1")} if lost else {(GOOD, "1"), (BAD, "1"), (BAD, "2")}
    assert {row[:2] for row in rows(store)} == expected
    again = store.verify()
    if breaking in (cut_blob, change_config):
        assert kinds(again.damage) == {DamageKind.BLOB_MISSING}, "it will be made anew, not trusted"
        for content, media_type in ((b"own of bad", "x"), (_config("bad"), CONFIG_TYPE)):
            store.push_bytes(blob(content, media_type), content)
    assert store.verify().damage == ()
    assert broken_rules(store.home) == []
    if not lost:
        assert store.resolve(parse_reference("bad:1")) == manifest


def _config(name: str) -> bytes:
    return f'{{"package":{{"name":"{name}","authors":["me"]}}}}'.encode()


def test_repair_takes_a_good_blob_from_the_trash(store: LocalStore) -> None:
    wanted = blob(b"own of bad")
    store.remove([parse_reference("bad:1")], force=True)
    store.blob_path(wanted.digest).write_bytes(b"own of BAD")
    report = store.verify(repair=True)
    assert kinds(report.repaired) == {DamageKind.CONTENT_WRONG}
    assert store.blob_path(wanted.digest).read_bytes() == b"own of bad"


def test_prune_refuses_to_guess(store: LocalStore) -> None:
    os.utime(store.blob_path(blob(b"own of bad").digest), (0, 0))
    break_index(store)
    with pytest.raises(StoreDamaged) as caught:
        store.prune()
    assert caught.value.path == layout_of(store).repository_index(BAD)
    assert store.exists(blob(b"own of bad"))


def test_a_manifest_without_its_blobs_is_not_listed(store: LocalStore) -> None:
    manifest = store.resolve(parse_reference("bad:1"))
    lose_blob(store)
    with pytest.raises(BlobNotFound) as caught:
        store.add_manifest("localhost/new", manifest, ("1",))
    assert caught.value.digest == blob(b"own of bad").digest
    assert not layout_of(store).repository_index("localhost/new").exists()
