"""The files of a kit, listed and remembered."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from kitops_desktop.errors import ArchiveDamaged, BlobNotFound
from kitops_desktop.kitfile.kitfile import CodeEntry, Kitfile
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.preview.files import KitFile, kit_files
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from support.archives import archive, file, folder
from support.directory_storage import DirectoryStorage
from support.made_kits import MadeLayer, make_kit
from support.small_kit import FILES, small_kit


class Counting(DirectoryStorage):
    """Counts how often a blob is fetched."""

    fetches = 0

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> io.BytesIO:
        self.fetches += 1
        return super().fetch(descriptor, start, length)


class Cache(dict[str, bytes]):
    """Remembers listings for as long as the test runs."""

    def put(self, digest: str, content: bytes, /) -> None:
        self[digest] = content


@pytest.fixture
def storage(tmp_path: Path) -> Counting:
    return Counting(tmp_path / "storage")


@pytest.fixture
def kit(storage: Counting) -> ModelKit:
    return small_kit(storage)


def listing(kit: ModelKit, storage: Counting, cache: Cache | None = None) -> list[KitFile]:
    return list(kit_files(kit, storage, cache=cache))


def test_all_layers_in_their_order(kit: ModelKit, storage: Counting) -> None:
    found = listing(kit, storage)
    assert [(one.layer.field, one.file.path) for one in found] == [
        ("model", "model.bin"),
        ("code[0]", "src"),
        ("code[0]", "src/lib"),
        ("code[0]", "src/lib/a.py"),
        ("code[0]", "src/run.py"),
        ("datasets[0]", "data"),
        ("datasets[0]", "data/train.csv"),
        ("docs[0]", "README.md"),
    ]
    for one in found:
        content = FILES[one.file.path]
        assert (one.file.is_dir, one.file.size) == (content is None, len(content or b""))


def test_what_is_remembered_is_not_fetched_again(kit: ModelKit, storage: Counting) -> None:
    cache = Cache()
    first = listing(kit, storage, cache)
    storage.fetches = 0
    assert listing(kit, storage, cache) == first
    assert storage.fetches == 0
    assert cache.keys() == {layer.descriptor.digest for layer in kit.layers}


@pytest.mark.parametrize("content", [b"", b"no json", b"[]", b"[1,2]", b'[1,"type",[["x"]]]', b"\xff"])
def test_rubbish_in_the_cache_does_no_harm(content: bytes, kit: ModelKit, storage: Counting) -> None:
    cache = Cache({layer.descriptor.digest: content for layer in kit.layers})
    assert listing(kit, storage, cache) == listing(kit, storage)


def test_names_that_are_no_text_are_remembered_too(storage: Counting) -> None:
    kit = make_kit(storage, Kitfile(code=(CodeEntry("x"),)), [MadeLayer(archive(file(b"\xff\x00"[:1])))])
    cache = Cache()
    first = listing(kit, storage, cache)
    assert listing(kit, storage, cache) == first
    assert first[0].file.path == "\udcff"


def test_a_listing_that_was_left_early_is_not_remembered(kit: ModelKit, storage: Counting) -> None:
    cache = Cache()
    files = kit_files(kit, storage, cache=cache)
    for _ in range(3):
        next(files)
    files.close()
    assert cache.keys() == {kit.layers[0].descriptor.digest}


def test_kits_of_old_are_not_mixed_up_with_others(storage: Counting) -> None:
    """The same layer means other paths in a kit whose config has no digests."""
    layer = MadeLayer(archive(folder(b"src"), file(b"src/a")))
    new = make_kit(storage, Kitfile(code=(CodeEntry("src"),)), [layer])
    old = make_kit(storage, Kitfile(code=(CodeEntry("deep/src"),)), [layer], with_digests=False)
    cache = Cache()
    for kit, prefix in ((new, ""), (old, "deep/"), (new, "")):
        assert [one.file.path for one in listing(kit, storage, cache)] == [f"{prefix}src", f"{prefix}src/a"]


def test_a_layer_of_unknown_type_is_one_file_that_cannot_be_unpacked(storage: Counting) -> None:
    layers = [MadeLayer(archive(file(b"x"))), MadeLayer(b"???", "application/vnd.example.odd")]
    kit = make_kit(storage, Kitfile(code=(CodeEntry("x"),)), layers)
    found = listing(kit, storage)
    assert len(found) == 2
    assert found[1].file.unsafe
    assert found[1].file.size == 3


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_a_layer_that_cannot_be_read_does_not_hide_the_others(damage: str, storage: Counting) -> None:
    good = archive(file(b"good"))
    bad = b"no archive" if damage == "damaged" else archive(file(b"gone"))
    layers = [MadeLayer(bad), MadeLayer(good)]
    kit = make_kit(storage, Kitfile(code=(CodeEntry("a"), CodeEntry("good"))), layers)
    if damage == "missing":
        storage.path(kit.layers[0].descriptor.digest).unlink()
    files = kit_files(kit, storage)
    assert next(files).file.path == "good"
    with pytest.raises(BlobNotFound if damage == "missing" else ArchiveDamaged):
        next(files)


def test_stops_when_told(kit: ModelKit, storage: Counting) -> None:
    token = CancelToken()
    files = kit_files(kit, storage, token=token)
    next(files)
    token.cancel()
    with pytest.raises(Cancelled):
        list(files)


def test_tells_how_far_it_is(kit: ModelKit, storage: Counting) -> None:
    seen: list[Progress] = []
    list(kit_files(kit, storage, report=seen.append))
    total = kit.manifest.layers_size
    assert (seen[-1].done, seen[-1].total) == (total, total)
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)


def test_an_empty_kit_has_no_files(storage: Counting) -> None:
    assert listing(make_kit(storage, Kitfile(), []), storage) == []
