"""Headers against the golden archives, and against Python's own reader where the golden ones do not go."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from kitops_desktop.modelkit import tar_headers

GIB = 1 << 30


def _entry(header: bytes) -> tarfile.TarInfo:
    with tarfile.open(fileobj=io.BytesIO(header), errors="surrogateescape", encoding="utf-8") as archive:
        return archive.next()  # type: ignore[return-value]


def _golden_archives(golden: Path) -> list[bytes]:
    blobs = [path.read_bytes() for path in golden.glob("*/storage/blobs/sha256/*")]
    return [blob for blob in blobs if blob[257:262] == b"ustar"]


def test_rebuilds_every_golden_archive(golden: Path) -> None:
    archives = _golden_archives(golden)
    assert len(archives) > 30
    for content in archives:
        made = b""
        with tarfile.open(fileobj=io.BytesIO(content), errors="surrogateescape", encoding="utf-8") as archive:
            for entry in archive:
                name = entry.name.encode("utf-8", "surrogateescape")
                made += tar_headers.header(name, entry.mode, entry.size, is_dir=entry.isdir())
                if entry.isfile():
                    file = archive.extractfile(entry)
                    assert file is not None
                    made += file.read() + bytes(tar_headers.padding(entry.size))
        assert made + tar_headers.TRAILER == content


@pytest.mark.parametrize(
    ("name", "size", "blocks"),
    [
        (b"a", 0, 1),
        (b"a" * 100, 8 * GIB - 1, 1),
        (b"a" * 101, 0, 3),
        (b"d" * 155 + b"/" + b"f" * 100, 0, 1),
        (b"d" * 156 + b"/" + b"f" * 100, 0, 3),
        (b"d" * 155 + b"/" + b"f" * 101, 0, 3),
        (b"/".join([b"ab"] * 80), 0, 1),
        ("\u00e9".encode(), 0, 3),
        (b"\xff\xfe", 0, 3),
        (b"a", 8 * GIB, 3),
        (b"d" * 90 + b"/" + b"f" * 90, 8 * GIB, 3),
        (b"/".join([b"n" * 200] * 10), 0, 6),
    ],
)
def test_extends_only_what_does_not_fit(name: bytes, size: int, blocks: int) -> None:
    header = tar_headers.header(name, 0o644, size)
    assert len(header) == tar_headers.header_size(name, size) == blocks * tar_headers.BLOCK
    entry = _entry(header)
    assert entry.name.encode("utf-8", "surrogateescape") == name
    assert (entry.size, entry.mode, entry.uid, entry.gid, entry.mtime) == (size, 0o644, 1000, 0, 0)


def test_a_folder_has_no_slash_and_keeps_its_special_bits() -> None:
    header = tar_headers.header(b"d", 0o41777, is_dir=True)
    assert header[:2] == b"d\0"
    entry = _entry(header)
    assert entry.isdir()
    assert entry.mode == 0o1777


def test_a_large_size_stands_in_the_extension_only() -> None:
    header = tar_headers.header(b"big", 0o600, 8 * GIB)
    assert b"19 size=8589934592\n" in header
    assert header[-512:][124:136] == b"00000000000\0"


def test_the_length_of_a_record_counts_its_own_digits() -> None:
    for length in range(80, 130):
        name = b"x" * length + "\u00e9".encode()
        record = tar_headers.header(name, 0o644)[512:].split(b"\n")[0] + b"\n"
        assert int(record.split()[0]) == len(record)


def test_a_name_cut_at_a_slash_ends_before_it() -> None:
    name = b"d" * 99 + b"/" + "\u00e9".encode() + b"f" * 120
    field = tar_headers.header(name, 0o644)[-512:][:100]
    assert field == b"d" * 99 + b"\0"
