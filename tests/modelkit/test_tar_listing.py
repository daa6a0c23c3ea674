"""What a layer's archive holds, by all ways of writing it, and what is refused of it."""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from kitops_desktop.errors import (
    ArchiveDamaged,
    ArchiveTooLarge,
    BlobNotFound,
    InvalidManifest,
    KitOpsError,
)
from kitops_desktop.kitfile.kitfile import CodeEntry, Kitfile
from kitops_desktop.modelkit import tar_reader
from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.tar_listing import LayerFile, list_layer
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from support.archives import END, GNU, OLD, archive, file, folder, header, long_name, padded, pax
from support.directory_storage import DirectoryStorage
from support.hostile_archives import HOSTILE, Hostile
from support.made_kits import CODE_TAR, MadeLayer, make_kit

KITFILE = Kitfile(code=(CodeEntry("src"),))


@pytest.fixture
def storage(tmp_path: Path) -> DirectoryStorage:
    return DirectoryStorage(tmp_path / "storage")


def layer_of(storage: DirectoryStorage, content: bytes, media_type: str = CODE_TAR, **notes: str) -> KitLayer:
    return make_kit(storage, KITFILE, [MadeLayer(content, media_type, notes)]).layers[0]


def listed(storage: DirectoryStorage, content: bytes, media_type: str = CODE_TAR) -> list[LayerFile]:
    return list(list_layer(storage, layer_of(storage, content, media_type)))


def gzipped(content: bytes) -> bytes:
    made = zlib.compressobj(6, zlib.DEFLATED, 31)
    return made.compress(content) + made.flush()


def zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


PLAIN = archive(folder(b"src"), file(b"src/a.py", b"print()", 0o755), file(b"src/empty", b""))
PLAIN_FILES = [
    LayerFile("src", 0, 0o755, True, 512),
    LayerFile("src/a.py", 7, 0o755, False, 1024),
    LayerFile("src/empty", 0, 0o644, False, 2048),
]


@pytest.mark.parametrize(
    ("compress", "suffix"),
    [
        (bytes, ""),
        (gzipped, "+gzip"),
        (lambda content: gzipped(content[:700]) + gzipped(content[700:]), "+gzip"),
        (zstd, "+zstd"),
        (lambda content: zstd(content[:700]) + zstd(content[700:]), "+zstd"),
    ],
    ids=["plain", "gzip", "gzip in two members", "zstd", "zstd in two frames"],
)
def test_lists_names_sizes_modes_and_places(
    storage: DirectoryStorage, compress: Callable[[bytes], bytes], suffix: str
) -> None:
    assert listed(storage, compress(PLAIN), CODE_TAR + suffix) == PLAIN_FILES


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_reads_what_other_writers_write(storage: DirectoryStorage, form: int) -> None:
    names = ["short", "d" * 60 + "/" + "e" * 90, "ünï/cødé"]
    if form != tarfile.USTAR_FORMAT:
        names += ["deep/" * 40 + "file", "n" * 200]
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form, encoding="utf-8") as made:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = 3, 1.5 if form == tarfile.PAX_FORMAT else 1
            made.addfile(info, io.BytesIO(b"abc"))
    assert [(found.path, found.size) for found in listed(storage, stream.getvalue())] == [
        (name, 3) for name in names
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (header(b"x", 3, magic=OLD) + padded(b"abc") + END, ("x", 3, False)),
        (header(b"d/", kind=b"\0", magic=OLD) + END, ("d", 0, True)),
        (header(b"x", 3, b"\0", magic=OLD) + padded(b"abc") + END, ("x", 3, False)),
        (header(b"x", 3, b"7") + padded(b"abc") + END, ("x", 3, False)),
        (header(b"x", b"\x80" + bytes(10) + b"\x03", magic=GNU) + padded(b"abc") + END, ("x", 3, False)),
        (header(b"x", b"          3 ") + padded(b"abc") + END, ("x", 3, False)),
        (archive(pax({b"size": b"3"}), header(b"x", 0) + padded(b"abc")), ("x", 3, False)),
        (archive(pax({b"path": b"y"}), file(b"x", b"abc")), ("y", 3, False)),
        (archive(pax({b"path": b""}), file(b"x", b"abc")), ("x", 3, False)),
        (archive(pax({b"comment": b"a=b\n"}, b"g"), file(b"x", b"abc")), ("x", 3, False)),
        (archive(long_name(b"n" * 150), file(b"n" * 99, b"abc")), ("n" * 150, 3, False)),
        (archive(file(b"./x", b"abc")), ("x", 3, False)),
        (archive(file(b"x", b"abc")) + bytes(8192), ("x", 3, False)),
        (file(b"x", b"abc") + bytes(512), ("x", 3, False)),
        (archive(file(b"\xff\xfe", b"abc")), ("\udcff\udcfe", 3, False)),
        (archive(folder(b"./"), file(b"x", b"abc")), ("x", 3, False)),
        (archive(file(b"a..b", b"abc")), ("a..b", 3, False)),
        (archive(file(b"a:b", b"abc")), ("a:b", 3, False)),
    ],
    ids=lambda value: value[0][:8] if isinstance(value, tuple) else "",
)
def test_reads_old_odd_and_long_forms(
    storage: DirectoryStorage, content: bytes, expected: tuple[str, int, bool]
) -> None:
    assert [(found.path, found.size, found.is_dir) for found in listed(storage, content)] == [expected]


@pytest.mark.parametrize("hostile", HOSTILE, ids=str)
@pytest.mark.parametrize(("compress", "suffix"), [(bytes, ""), (gzipped, "+gzip")], ids=["plain", "gzip"])
def test_hostile_archives_show_or_fail(
    storage: DirectoryStorage, hostile: Hostile, compress: Callable[[bytes], bytes], suffix: str
) -> None:
    layer = layer_of(storage, compress(hostile.content), CODE_TAR + suffix)
    if hostile.error in (ArchiveDamaged, ArchiveTooLarge):
        with pytest.raises(hostile.error):
            list(list_layer(storage, layer))
    else:
        assert any(found.unsafe for found in list_layer(storage, layer)) == hostile.shows


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (PLAIN, "+gzip"),
        (PLAIN, "+zstd"),
        (gzipped(PLAIN)[:60], "+gzip"),
        (gzipped(PLAIN)[:-8] + bytes(8), "+gzip"),
        (zstd(PLAIN)[:-20], "+zstd"),
        (gzipped(PLAIN), "+zstd"),
        (gzipped(PLAIN), ""),
    ],
)
def test_content_that_is_not_what_its_type_says(
    storage: DirectoryStorage, content: bytes, suffix: str
) -> None:
    with pytest.raises(ArchiveDamaged):
        listed(storage, content, CODE_TAR + suffix)


def test_only_so_many_entries(storage: DirectoryStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tar_reader, "MAX_ENTRIES", 3)
    assert len(listed(storage, archive(*(file(b"f%d" % index) for index in range(3))))) == 3
    with pytest.raises(ArchiveTooLarge):
        listed(storage, archive(*(file(b"f%d" % index) for index in range(4))))


class Counting(DirectoryStorage):
    """Counts the bytes that are fetched."""

    fetched = 0

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> io.BytesIO:
        content = super().fetch(descriptor, start, length)
        self.fetched += len(content.getbuffer())
        return content


def test_of_a_large_layer_only_headers_are_fetched(tmp_path: Path) -> None:
    storage = Counting(tmp_path / "storage")
    content = archive(*(file(b"f%d" % index, bytes(8 << 20)) for index in range(4)))
    layer = layer_of(storage, content)
    storage.fetched = 0
    files = list(list_layer(storage, layer))
    assert [found.offset for found in files] == [512 + index * ((8 << 20) + 512) for index in range(4)]
    assert storage.fetched < len(content) / 50


def test_many_small_files_are_fetched_together(tmp_path: Path) -> None:
    storage = Counting(tmp_path / "storage")
    layer = layer_of(storage, archive(*(file(b"f%d" % index) for index in range(2000))))
    storage.fetched = 0
    assert len(list(list_layer(storage, layer))) == 2000
    assert storage.fetched <= layer.descriptor.size + (64 << 10)


RAW = "application/vnd.kitops.modelkit.code.v1.raw"


@pytest.mark.parametrize(
    ("kitfile", "notes", "expected"),
    [
        (KITFILE, {}, ("src", 3, 0o644)),
        (Kitfile(), {"org.cncf.model.filepath": "m/x.bin"}, ("m/x.bin", 3, 0o644)),
        (
            Kitfile(),
            {
                "org.cncf.model.filepath": "x",
                "org.cncf.model.file.metadata+json": '{"name": "x", "mode": 493, "size": 3}',
            },
            ("x", 3, 0o755),
        ),
        (Kitfile(), {"org.cncf.model.file.metadata+json": '{"name": "only.here"}'}, ("only.here", 3, 0o644)),
        (KITFILE, {"org.cncf.model.file.metadata+json": "no json"}, ("src", 3, 0o644)),
    ],
)
def test_a_raw_layer_is_one_file(
    storage: DirectoryStorage, kitfile: Kitfile, notes: dict[str, Any], expected: tuple[str, int, int]
) -> None:
    kit = make_kit(storage, kitfile, [MadeLayer(b"abc", RAW, notes)])
    (found,) = list_layer(storage, kit.layers[0])
    assert (found.path, found.size, found.mode, found.unsafe) == (*expected, "")


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "..", ""])
def test_a_raw_layer_may_not_lead_away(storage: DirectoryStorage, path: str) -> None:
    kit = make_kit(storage, Kitfile(), [MadeLayer(b"abc", RAW, {"org.cncf.model.filepath": path})])
    (found,) = list_layer(storage, kit.layers[0])
    assert found.unsafe


def test_kits_of_old_name_files_from_the_folder_of_the_entry(storage: DirectoryStorage) -> None:
    kitfile = Kitfile(code=(CodeEntry("deep/src"),))
    layer = MadeLayer(archive(folder(b"src"), file(b"src/a.py")))
    kit = make_kit(storage, kitfile, [layer], with_digests=False)
    assert [found.path for found in list_layer(storage, kit.layers[0])] == ["deep/src", "deep/src/a.py"]


def test_kits_of_old_may_not_lead_away_either(storage: DirectoryStorage) -> None:
    kitfile = Kitfile(code=(CodeEntry("../deep/src"),))
    kit = make_kit(storage, kitfile, [MadeLayer(archive(file(b"src")))], with_digests=False)
    assert all(found.unsafe for found in list_layer(storage, kit.layers[0]))


@pytest.mark.parametrize(
    ("media_type", "error"),
    [("application/vnd.example.unknown", InvalidManifest), (CODE_TAR, BlobNotFound)],
)
def test_layers_that_cannot_be_listed(
    storage: DirectoryStorage, media_type: str, error: type[KitOpsError]
) -> None:
    layer = layer_of(storage, PLAIN, media_type)
    storage.path(layer.descriptor.digest).unlink()
    with pytest.raises(error):
        list(list_layer(storage, layer))


def test_stops_when_told(storage: DirectoryStorage) -> None:
    token = CancelToken()
    files = list_layer(storage, layer_of(storage, PLAIN), token=token)
    next(files)
    token.cancel()
    with pytest.raises(Cancelled):
        list(files)


def test_tells_how_far_it_is(storage: DirectoryStorage) -> None:
    seen: list[Progress] = []
    layer = layer_of(storage, PLAIN)
    list(list_layer(storage, layer, report=seen.append))
    assert seen[-1] == Progress(layer.descriptor.size, layer.descriptor.size, "src")


def test_a_long_way_to_the_next_entry_can_be_given_up(storage: DirectoryStorage) -> None:
    """An entry may claim terabytes of zeros that were compressed to next to nothing."""
    layer = layer_of(storage, gzipped(archive(file(b"zeros", bytes(4 << 20)))), CODE_TAR + "+gzip")
    token = CancelToken()
    files = list_layer(storage, layer, token=token)
    assert next(files).path == "zeros"
    token.cancel()
    with pytest.raises(Cancelled):
        next(files)


def test_headers_without_end_before_an_entry(storage: DirectoryStorage) -> None:
    """Each is small enough, and all of them count for one entry."""
    many = archive(*(pax({b"k%d" % number: b"v"}) for number in range(20)), file(b"x"))
    with pytest.raises(ArchiveTooLarge):
        listed(storage, many)
    few = archive(pax({b"a": b"b"}, b"g"), pax({b"a": b"b"}), long_name(b"n" * 120), file(b"x", b"abc"))
    assert [found.path for found in listed(storage, few)] == ["n" * 120]
