"""The README of a kit: found where it is, never more of it than is shown, never in the way."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import pytest

from kitops_desktop.kitfile.kitfile import CodeEntry, DocsEntry, Kitfile
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.preview.counting import CountingFetcher
from kitops_desktop.preview.file_index import FileIndex
from kitops_desktop.preview.index_making import make_index
from kitops_desktop.preview.reading_limits import ReadingLimits
from kitops_desktop.preview.readme import MAX_README, find_readme
from support.archives import archive, file, folder
from support.directory_storage import DirectoryStorage
from support.made_kits import CODE_TAR, MadeLayer, make_kit

DOCS = "application/vnd.kitops.modelkit.docs.v1"


@pytest.fixture
def storage(tmp_path: Path) -> DirectoryStorage:
    return DirectoryStorage(tmp_path / "storage")


def gzipped(content: bytes) -> bytes:
    made = zlib.compressobj(1, zlib.DEFLATED, 31)
    return made.compress(content) + made.flush()


def docs(storage: DirectoryStorage, *layers: MadeLayer) -> ModelKit:
    kitfile = Kitfile(
        docs=tuple(DocsEntry(f"d{number}") for number, one in enumerate(layers) if DOCS in one.media_type),
        code=tuple(
            CodeEntry(f"c{number}") for number, one in enumerate(layers) if one.media_type == CODE_TAR
        ),
    )
    return make_kit(storage, kitfile, layers, with_digests=False)


def tar(*entries: bytes) -> MadeLayer:
    return MadeLayer(archive(*entries), f"{DOCS}.tar")


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["README.md"], "README.md"),
        (["readme.txt", "docs/README.md"], "readme.txt"),
        (["readme.txt", "README.md"], "README.md"),
        (["a/b/README.md", "a/Readme"], "a/Readme"),
        (["README.rst", "README"], "README.rst"),
        (["guide.md", "a/ReadMe.MD"], "a/ReadMe.MD"),
    ],
)
def test_the_nearest_is_taken_and_markdown_first(
    names: list[str], chosen: str, storage: DirectoryStorage
) -> None:
    kit = docs(storage, tar(*(file(name.encode(), name.encode()) for name in names)))
    assert find_readme(kit, storage) == chosen


@pytest.mark.parametrize(
    "names", [[], ["guide.md"], ["readme.py"], ["myreadme.md"], ["README.md/"], ["../README.md"]]
)
def test_there_is_none(names: list[str], storage: DirectoryStorage) -> None:
    entries = [folder(n.encode()) if n.endswith("/") else file(n.encode()) for n in names]
    assert find_readme(docs(storage, tar(*entries)), storage) is None


def test_a_kit_without_layers_has_none(storage: DirectoryStorage) -> None:
    assert find_readme(docs(storage), storage) is None


def test_docs_come_before_code(storage: DirectoryStorage) -> None:
    code = MadeLayer(archive(file(b"README.md", b"of the code")))
    assert (
        find_readme(docs(storage, code, tar(file(b"x/README.txt", b"of the docs"))), storage) == "of the docs"
    )
    assert find_readme(docs(storage, code, tar(file(b"guide.md"))), storage) == "of the code"


def test_no_more_than_is_shown(storage: DirectoryStorage) -> None:
    kit = docs(storage, tar(file(b"README.md", b"x" * (MAX_README + 1000))))
    assert find_readme(kit, storage) == "x" * MAX_README


@pytest.mark.parametrize(
    "layer",
    [
        MadeLayer(gzipped(archive(file(b"a", bytes(9000)), file(b"README", b"hello"))), f"{DOCS}.tar+gzip"),
        MadeLayer(
            b"hello", "application/vnd.cncf.model.doc.v1.raw", {"org.cncf.model.filepath": "README.md"}
        ),
    ],
    ids=["gzip", "raw"],
)
def test_in_layers_of_other_forms(layer: MadeLayer, storage: DirectoryStorage) -> None:
    kit = make_kit(storage, Kitfile(), [layer])
    assert find_readme(kit, storage) == "hello"


@pytest.mark.parametrize(
    ("content", "text"), [(b"\xef\xbb\xbfhello", "hello"), (b"caf\xe9", "caf\ufffd"), (b"", "")]
)
def test_any_bytes_become_text(content: bytes, text: str, storage: DirectoryStorage) -> None:
    assert find_readme(docs(storage, tar(file(b"README.md", content))), storage) == text


def test_a_layer_that_cannot_be_read_has_none(storage: DirectoryStorage) -> None:
    kit = docs(storage, MadeLayer(b"no archive", f"{DOCS}.tar"), tar(file(b"README.md", b"hello")))
    assert find_readme(kit, storage) == "hello"
    for layer in kit.layers:
        storage.path(layer.descriptor.digest).unlink()
    assert find_readme(kit, storage) is None


class TestByAFileIndex:
    """Layers that are in one are not listed."""

    def test_one_read_is_enough(self, storage: DirectoryStorage) -> None:
        others = [file(b"d0/%d.bin" % number, bytes(200_000)) for number in range(9)]
        kit = docs(storage, tar(*others), tar(*others[:3], file(b"d1/README.md", b"hello")))
        counting = CountingFetcher(storage)
        assert find_readme(kit, counting, index=make_index(kit, storage)) == "hello"
        assert (counting.fetches, counting.bytes_read < 100_000) == (1, True)

    def test_none_without_reading(self, storage: DirectoryStorage) -> None:
        kit = docs(storage, tar(file(b"guide.md")), MadeLayer(archive(file(b"x.py"))))
        counting = CountingFetcher(storage)
        assert find_readme(kit, counting, index=make_index(kit, storage)) is None
        assert counting.fetches == 0

    def test_near_the_beginning_of_a_large_compressed_layer(self, storage: DirectoryStorage) -> None:
        """Without an index nobody looks into it; with one it is known to be near, or to be too far."""
        limits = ReadingLimits(compressed=1 << 20)
        near = archive(file(b"README.md", b"hello"), file(b"rest", os.urandom(3 << 20)))
        far = archive(file(b"rest", os.urandom(3 << 20)), file(b"README.md", b"hello"))
        for content, text in ((near, "hello"), (far, None)):
            kit = docs(storage, MadeLayer(gzipped(content), f"{DOCS}.tar+gzip"))
            index = make_index(kit, storage)
            counting = CountingFetcher(storage)
            assert find_readme(kit, counting, limits=limits) is None
            assert find_readme(kit, counting, index=index, limits=limits) == text
            assert counting.bytes_read <= (1 << 20 if text else 0)

    def test_an_index_that_promises_one_in_what_goes_on_for_ever(self, storage: DirectoryStorage) -> None:
        """Compressed content may take megabytes to become nothing."""
        limits = ReadingLimits(compressed=1 << 20)
        layer = MadeLayer(gzipped(archive(file(b"README.md", b"hello"))), f"{DOCS}.tar+gzip")
        honest = docs(storage, layer)
        entries = make_index(honest, storage).layers[layer.descriptor.digest]
        endless = MadeLayer(gzipped(b"") * 400_000, layer.media_type)
        kit = docs(storage, endless)
        index = FileIndex(kit.descriptor.digest, {endless.descriptor.digest: entries})
        counting = CountingFetcher(storage)
        assert find_readme(kit, counting, index=index, limits=limits) is None
        assert 0 < counting.bytes_read <= 1 << 20 < endless.descriptor.size
