"""The README of a kit: found where it is, never more of it than is shown, never in the way."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from kitops_desktop.kitfile.kitfile import CodeEntry, DocsEntry, Kitfile
from kitops_desktop.modelkit.inspect import ModelKit
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
