"""One file of a kit: found by its path, read as a whole or by any range, whatever its layer is packed as."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
import zstandard

from kitops_desktop.errors import ArchiveDamaged, ContentTooLarge
from kitops_desktop.formats.source import UNKNOWN_SIZE
from kitops_desktop.kitfile.kitfile import CodeEntry, Kitfile
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.preview.contents import file_content, read_beginning
from kitops_desktop.preview.counting import CountingFetcher
from kitops_desktop.preview.file_bytes import MOST_KEPT, opened_file
from kitops_desktop.preview.finding import find_file
from kitops_desktop.progress import Cancelled, CancelToken
from support.archives import archive, file, folder
from support.directory_storage import DirectoryStorage
from support.made_kits import CODE_TAR, MadeLayer, make_kit

CONTENT = bytes(range(256)) * 4_000
ENTRIES = archive(
    folder(b"src"), file(b"src/a", b"first"), file(b"src/big", CONTENT), file(b"src/z", b"last")
)


def gzipped(content: bytes) -> bytes:
    made = zlib.compressobj(1, zlib.DEFLATED, 31)
    return made.compress(content) + made.flush()


LAYERS = {
    "plain": MadeLayer(ENTRIES, CODE_TAR),
    "gzip": MadeLayer(gzipped(ENTRIES), f"{CODE_TAR}+gzip"),
    "zstd": MadeLayer(zstandard.compress(ENTRIES), f"{CODE_TAR}+zstd"),
}


@pytest.fixture
def storage(tmp_path: Path) -> DirectoryStorage:
    return DirectoryStorage(tmp_path / "storage")


def kit_of(storage: DirectoryStorage, *layers: MadeLayer, paths: tuple[str, ...] = ("src",)) -> ModelKit:
    return make_kit(storage, Kitfile(code=tuple(map(CodeEntry, paths))), layers, with_digests=False)


def found(storage: DirectoryStorage, kit: ModelKit, path: str) -> tuple[KitLayer, LayerFile]:
    entry = find_file(kit, storage, path)
    assert entry is not None
    return entry.layer, entry.file


@pytest.mark.parametrize("packed", LAYERS)
def test_any_range_in_any_order(packed: str, storage: DirectoryStorage) -> None:
    layer, entry = found(storage, kit_of(storage, LAYERS[packed]), "src/big")
    with opened_file(storage, layer, entry) as source:
        assert source.size == len(CONTENT)
        for start, length in ((len(CONTENT) - 8, 100), (0, 64), (500_000, 1000), (len(CONTENT), 1), (3, 0)):
            assert source.read(start, length) == CONTENT[start : start + length]


@pytest.mark.parametrize("packed", LAYERS)
def test_all_of_a_file(packed: str, storage: DirectoryStorage) -> None:
    layer, entry = found(storage, kit_of(storage, LAYERS[packed]), "src/big")
    assert b"".join(file_content(storage, layer, entry)) == CONTENT


def test_only_what_is_read_is_fetched(storage: DirectoryStorage) -> None:
    layer, entry = found(storage, kit_of(storage, LAYERS["plain"]), "src/big")
    counting = CountingFetcher(storage)
    with opened_file(counting, layer, entry) as source:
        source.read(700_000, 10)
    assert (counting.bytes_read, counting.fetches) == (10, 1)


@pytest.mark.parametrize("packed", LAYERS)
def test_a_layer_that_ends_in_the_middle(packed: str, storage: DirectoryStorage) -> None:
    layer, entry = found(storage, kit_of(storage, LAYERS[packed]), "src/z")
    longer = LayerFile(entry.path, entry.size + (8 << 20), entry.mode, offset=entry.offset)
    with pytest.raises(ArchiveDamaged):
        list(file_content(storage, layer, longer))


def test_the_end_of_a_huge_compressed_file_is_not_unrolled(storage: DirectoryStorage) -> None:
    layer, _ = found(storage, kit_of(storage, LAYERS["gzip"]), "src/z")
    huge = LayerFile("src/z", MOST_KEPT + 10, 0o644)
    with opened_file(storage, layer, huge) as source, pytest.raises(ContentTooLarge):
        source.read(MOST_KEPT, 8)


def test_a_compressed_file_of_unknown_size_is_read_to_its_end(storage: DirectoryStorage) -> None:
    raw = MadeLayer(
        gzipped(CONTENT), "application/vnd.cncf.model.weight.v1.raw+gzip", {"org.cncf.model.filepath": "w"}
    )
    layer, entry = found(storage, kit_of(storage, raw), "w")
    assert entry.size == 0
    assert b"".join(file_content(storage, layer, entry)) == CONTENT
    assert read_beginning(storage, layer, entry, 1000) == CONTENT[:1000]
    with opened_file(storage, layer, entry) as source:
        for start, length in ((0, 64), (len(CONTENT) - 9, 8)):
            assert source.read(start, length) == CONTENT[start : start + length]
            assert source.size == UNKNOWN_SIZE
        assert source.read(len(CONTENT) - 8, 8) == CONTENT[-8:]
        assert source.size == len(CONTENT)
        assert source.read(len(CONTENT) + 5, 8) == b""
        assert source.read(500_000, 1000) == CONTENT[500_000:501_000]
    with opened_file(storage, layer, entry) as source, pytest.raises(ContentTooLarge):
        source.read(UNKNOWN_SIZE - 22, 22)


@pytest.mark.parametrize("packed", LAYERS)
def test_it_stops_when_asked(packed: str, storage: DirectoryStorage) -> None:
    layer, entry = found(storage, kit_of(storage, LAYERS[packed]), "src/big")
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        list(file_content(storage, layer, entry, token=token))
    with pytest.raises(Cancelled), opened_file(storage, layer, entry, token=token) as source:
        source.read(0, 10)


def test_the_later_of_two_with_one_name_and_the_layer_that_leads_there_first(
    storage: DirectoryStorage,
) -> None:
    twice = MadeLayer(archive(file(b"lib/a", b"old"), file(b"lib/a", b"new")))
    kit = kit_of(storage, LAYERS["plain"], twice, paths=("src", "lib"))
    counting = CountingFetcher(storage)
    entry = find_file(kit, counting, "./lib/a")
    assert entry is not None
    assert b"".join(file_content(storage, entry.layer, entry.file)) == b"new"
    assert counting.bytes_read <= len(twice.content)
    assert find_file(kit, storage, "lib/b") is None
