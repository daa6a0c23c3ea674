"""Whatever a layer holds: nothing outside the target, nothing of a refused layer under a final name."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kitops_desktop.errors import (
    ArchiveDamaged,
    ArchiveTooLarge,
    BlobNotFound,
    DigestMismatch,
    DiskFull,
    FileAccessError,
    KitOpsError,
    UnpackFailed,
    UnsafeEntry,
)
from kitops_desktop.kitfile.kitfile import CodeEntry, DocsEntry, Kitfile
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.unpack import OnExisting, plan_unpack, unpack
from support.archives import archive, file, folder, long_name
from support.blob_files import BlobFiles
from support.directory_storage import DirectoryStorage
from support.hostile_archives import BAD_NAMES, CLASHES, HOSTILE, LEADS_AWAY, NO_FILES, Hostile
from support.made_kits import CODE_TAR, MadeLayer, make_kit, tree

DOCS_TAR = "application/vnd.kitops.modelkit.docs.v1.tar"
KITFILE = Kitfile("1.0.0", code=(CodeEntry("good"), CodeEntry("bad")), docs=(DocsEntry("after"),))


def gzipped(content: bytes) -> bytes:
    made = zlib.compressobj(1, zlib.DEFLATED, 31)
    return made.compress(content) + made.flush()


@pytest.fixture(params=[BlobFiles, DirectoryStorage], ids=["files", "streams"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> DirectoryStorage:
    """Once with blobs that are files to be copied by the system, once as any other fetcher."""
    made: DirectoryStorage = request.param(tmp_path / "storage")
    return made


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "outer" / "target"


def hostile_kit(storage: DirectoryStorage, content: bytes, suffix: str = "") -> ModelKit:
    """A kit whose second layer is the hostile one."""
    layers = [
        MadeLayer(archive(folder(b"good"), file(b"good/a", b"fine"))),
        MadeLayer(content, CODE_TAR + suffix),
        MadeLayer(archive(file(b"after", b"later")), DOCS_TAR),
    ]
    return make_kit(storage, KITFILE, layers)


def around(target: Path) -> set[str]:
    """All below the folder above the target but for what is in the target itself."""
    return {name for name in tree(target.parent) if not name.startswith(f"{target.name}/")}


def refused(kit: ModelKit, storage: DirectoryStorage, target: Path, **how: object) -> UnpackFailed:
    with pytest.raises(UnpackFailed) as caught:
        unpack(kit, storage, target, **how)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize("hostile", HOSTILE, ids=str)
@pytest.mark.parametrize(("compress", "suffix"), [(bytes, ""), (gzipped, "+gzip")], ids=["plain", "gzip"])
def test_refused_with_nothing_left(
    hostile: Hostile,
    compress: Callable[[bytes], bytes],
    suffix: str,
    storage: DirectoryStorage,
    target: Path,
) -> None:
    target.mkdir(parents=True)
    (target / "mine").write_text("mine")
    before = around(target)
    error = refused(hostile_kit(storage, compress(hostile.content), suffix), storage, target)
    assert isinstance(error.cause, hostile.error)
    assert error.layer == "bad"
    assert "good" in error.in_place
    assert set(error.missing) == {"bad", "after"}
    left = tree(target)
    assert {name: left[name] for name in left if name != "Kitfile"} == {
        "mine": b"mine",
        "good": None,
        "good/a": b"fine",
    }
    assert around(target) == before


@pytest.mark.parametrize("hostile", [*LEADS_AWAY, *NO_FILES, *BAD_NAMES], ids=str)
def test_a_plan_refuses_it_too(hostile: Hostile, storage: DirectoryStorage, target: Path) -> None:
    with pytest.raises(UnsafeEntry):
        plan_unpack(hostile_kit(storage, hostile.content), storage, target)
    assert not target.exists()


@pytest.mark.parametrize("hostile", CLASHES, ids=str)
@pytest.mark.parametrize("existing", [OnExisting.OVERWRITE, OnExisting.SKIP])
def test_no_rule_for_existing_files_lets_clashes_pass(
    hostile: Hostile, existing: OnExisting, storage: DirectoryStorage, target: Path
) -> None:
    error = refused(hostile_kit(storage, hostile.content), storage, target, existing=existing)
    assert isinstance(error.cause, UnsafeEntry)


def damage_changed(blob: Path) -> None:
    content = bytearray(blob.read_bytes())
    content[600] ^= 1
    blob.write_bytes(content)


def damage_cut(blob: Path) -> None:
    blob.write_bytes(blob.read_bytes()[:-512])


def damage_longer(blob: Path) -> None:
    with blob.open("ab") as stream:
        stream.write(bytes(512))


def damage_other_archive(blob: Path) -> None:
    blob.write_bytes(archive(file(b"evil", b"evil")))


@pytest.mark.parametrize(
    "damage", [damage_changed, damage_cut, damage_longer, damage_other_archive, Path.unlink]
)
@pytest.mark.parametrize(("compress", "suffix"), [(bytes, ""), (gzipped, "+gzip")], ids=["plain", "gzip"])
def test_tampered_and_missing_blobs(
    damage: Callable[[Path], None],
    compress: Callable[[bytes], bytes],
    suffix: str,
    storage: DirectoryStorage,
    target: Path,
) -> None:
    content = compress(archive(folder(b"bad"), file(b"bad/x", os.urandom(4000))))
    kit = hostile_kit(storage, content, suffix)
    damage(storage.path(kit.layers[1].descriptor.digest))
    error = refused(kit, storage, target)
    assert isinstance(error.cause, BlobNotFound if damage is Path.unlink else DigestMismatch)
    assert set(tree(target)) == {"Kitfile", "good", "good/a"}


def test_a_raw_layer_may_not_lead_away(storage: DirectoryStorage, target: Path) -> None:
    raw = CODE_TAR.replace(".tar", ".raw")
    layers = [MadeLayer(b"x", raw, {"org.cncf.model.filepath": "../outside"})]
    error = refused(make_kit(storage, Kitfile(), layers), storage, target)
    assert isinstance(error.cause, UnsafeEntry)
    assert not (target.parent / "outside").exists()


# -- links that are there already


LINKED: Mapping[str, bytes] = {
    "new file below a linked folder": archive(file(b"link/new", b"evil")),
    "file below a linked folder": archive(folder(b"link"), file(b"link/there", b"evil")),
    "linked folder": archive(folder(b"link")),
    "new folder below a linked folder": archive(folder(b"link/deep"), file(b"link/deep/new", b"evil")),
}


@pytest.mark.parametrize("content", LINKED.values(), ids=list(LINKED))
@pytest.mark.parametrize("existing", list(OnExisting))
def test_a_linked_folder_in_the_target_is_never_gone_through(
    content: bytes, existing: OnExisting, storage: DirectoryStorage, target: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "there").write_text("theirs")
    target.mkdir(parents=True)
    (target / "link").symlink_to(outside)
    kit = make_kit(storage, Kitfile(code=(CodeEntry("x"),)), [MadeLayer(content)])
    with pytest.raises((FileAccessError, UnpackFailed)):
        unpack(kit, storage, target, existing=existing)
    assert tree(outside) == {"there": b"theirs"}


@pytest.mark.parametrize("to", ["../outside/new", "../outside/there"])
def test_a_linked_file_is_replaced_as_a_link(
    to: str, storage: DirectoryStorage, target: Path, tmp_path: Path
) -> None:
    outside = target.parent / "outside"
    outside.mkdir(parents=True)
    (outside / "there").write_text("theirs")
    target.mkdir()
    (target / "x").symlink_to(to)
    kit = make_kit(storage, Kitfile(code=(CodeEntry("x"),)), [MadeLayer(archive(file(b"x", b"ours")))])
    unpack(kit, storage, target, existing=OnExisting.OVERWRITE)
    assert tree(outside) == {"there": b"theirs"}
    assert not (target / "x").is_symlink()
    assert (target / "x").read_bytes() == b"ours"


def test_a_link_that_appears_while_unpacking_is_not_followed(
    storage: DirectoryStorage, target: Path, tmp_path: Path
) -> None:
    """Somebody swaps a folder for a link after everything was looked at."""
    outside = tmp_path / "outside"
    outside.mkdir()
    target.mkdir(parents=True)
    layers = [
        MadeLayer(archive(folder(b"d"), file(b"d/one", b"1"))),
        MadeLayer(archive(folder(b"d"), file(b"d/two", b"2"))),
    ]
    kit = make_kit(storage, Kitfile(code=(CodeEntry("d"), CodeEntry("d/"))), layers)

    def swap(line: str) -> None:
        if line == "Unpacking code to d/":
            (target / "d").rename(target / "was")
            (target / "d").symlink_to(outside)

    with pytest.raises(UnpackFailed):
        unpack(kit, storage, target, existing=OnExisting.OVERWRITE, announce=swap)
    assert tree(outside) == {}


# -- sizes


def zeros(size: int) -> bytes:
    return archive(folder(b"bad"), file(b"bad/zeros", bytes(size)))


def test_a_bomb_stops_before_the_disk_is_full(
    small_disk: Callable[..., Path], storage: DirectoryStorage
) -> None:
    disk = small_disk(4 << 20)
    kit = hostile_kit(storage, gzipped(zeros(64 << 20)), "+gzip")
    error = refused(kit, storage, disk / "target")
    assert isinstance(error.cause, DiskFull)
    assert set(tree(disk / "target")) == {"Kitfile", "good", "good/a"}


def test_many_small_files_stop_too(small_disk: Callable[..., Path], storage: DirectoryStorage) -> None:
    disk = small_disk(4 << 20)
    content = archive(*(file(b"f%d" % number, bytes(100_000)) for number in range(100)))
    error = refused(hostile_kit(storage, gzipped(content), "+gzip"), storage, disk / "target")
    assert isinstance(error.cause, DiskFull)
    assert set(tree(disk / "target")) == {"Kitfile", "good", "good/a"}


def test_what_does_not_fit_is_known_before(
    small_disk: Callable[..., Path], storage: DirectoryStorage
) -> None:
    disk = small_disk(4 << 20)
    with pytest.raises(DiskFull) as caught:
        unpack(hostile_kit(storage, zeros(64 << 20)), storage, disk / "target")
    assert caught.value.needed is not None
    assert caught.value.needed > 64 << 20
    assert caught.value.free <= 4 << 20
    assert list(disk.rglob("*")) in ([], [disk / "target"])


def test_a_raw_layer_is_no_larger_than_it_says(storage: DirectoryStorage, target: Path) -> None:
    layer = MadeLayer(
        gzipped(bytes(1 << 20)),
        CODE_TAR.replace(".tar", ".raw+gzip"),
        {"org.cncf.model.file.metadata+json": '{"name": "x", "size": 1000}'},
    )
    error = refused(make_kit(storage, Kitfile(code=(CodeEntry("x"),)), [layer]), storage, target)
    assert isinstance(error.cause, ArchiveTooLarge)
    assert "x" not in tree(target)


def test_deep_folders_are_refused_in_words(storage: DirectoryStorage, target: Path) -> None:
    names = [b"d/" * depth + b"d" for depth in range(49)]
    fine = make_kit(storage, Kitfile(code=(CodeEntry("d"),)), [MadeLayer(archive(*map(folder, names)))])
    unpack(fine, storage, target)
    deep = archive(long_name(b"d/" * 1500 + b"x"), file(b"x"))
    kit = make_kit(storage, Kitfile(code=(CodeEntry("d"),)), [MadeLayer(deep)])
    error = refused(kit, storage, target, existing=OnExisting.OVERWRITE)
    assert isinstance(error.cause, KitOpsError)


def test_an_archive_with_too_many_entries(
    storage: DirectoryStorage, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kitops_desktop.modelkit.tar_reader.MAX_ENTRIES", 10)
    content = archive(*(file(b"f%d" % number) for number in range(11)))
    error = refused(hostile_kit(storage, content), storage, target)
    assert isinstance(error.cause, ArchiveTooLarge)


def test_content_of_another_compression(storage: DirectoryStorage, target: Path) -> None:
    error = refused(hostile_kit(storage, archive(file(b"bad")), "+gzip"), storage, target)
    assert isinstance(error.cause, ArchiveDamaged)
