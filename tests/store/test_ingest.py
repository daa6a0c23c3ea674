"""Writing blobs: digests of what is stored, resuming, and nothing half-written under a final name."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.errors import DigestMismatch, DiskFull, SourceChanged
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.progress import Cancelled
from kitops_desktop.store.ingest import BlobIngest
from kitops_desktop.store.layout import Layout
from kitops_desktop.store.local_store import LocalStore
from support.stored_kits import blob

MIB = 1 << 20


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "kitops")


def leftovers(layout: Layout) -> list[str]:
    return sorted(path.name for path in layout.partial.iterdir())


@pytest.mark.parametrize("in_kernel", [True, False])
@pytest.mark.parametrize("size", [0, 1, MIB - 1, 9 * MIB + 17, 40 * MIB])
def test_bytes_of_memory_and_of_files(layout: Layout, tmp_path: Path, size: int, in_kernel: bool) -> None:
    source = tmp_path / "source"
    content = os.urandom(size)
    source.write_bytes(b"skipped" + content + b"rest")
    passed: list[int] = []
    with BlobIngest(layout, in_kernel=in_kernel) as ingest, source.open("rb", buffering=0) as file:
        ingest.write(b"header")
        ingest.write_from_file(file, 7, size, passed.append)
        ingest.write(memoryview(b"end"))
        assert ingest.offset == size + 9
        digest = ingest.commit()
    expected = b"header" + content + b"end"
    assert digest == digest_of(expected)
    assert layout.blob(digest).read_bytes() == expected
    assert layout.blob(digest).stat().st_mode & 0o777 == 0o600
    assert sum(passed) == size
    assert max(passed, default=0) <= 8 * MIB, "cancelling must not wait for long"
    assert leftovers(layout) == []


@pytest.mark.parametrize("folder", ["/proc/self", "/dev/shm"])
def test_files_that_the_kernel_cannot_copy_pass_through_a_buffer(layout: Layout, folder: str) -> None:
    """Another file system, and one whose files have no size."""
    source = Path(folder) / ("cmdline" if folder == "/proc/self" else f"kitops-desktop-{os.getpid()}")
    if folder == "/dev/shm":
        source.write_bytes(os.urandom(3 * MIB))
    try:
        content = source.read_bytes()
        with BlobIngest(layout) as ingest, source.open("rb", buffering=0) as file:
            ingest.write_from_file(file, 0, len(content), lambda _: None)
            assert ingest.commit() == digest_of(content)
    finally:
        if folder == "/dev/shm":
            source.unlink()


@pytest.mark.parametrize("in_kernel", [True, False])
def test_a_file_that_ends_early(layout: Layout, tmp_path: Path, in_kernel: bool) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"short")
    with BlobIngest(layout, in_kernel=in_kernel) as ingest, source.open("rb", buffering=0) as file:
        with pytest.raises(SourceChanged) as caught:
            ingest.write_from_file(file, 0, 6, lambda _: None)
        assert caught.value.path == source
    assert leftovers(layout) == []


def test_cancelling_leaves_nothing(layout: Layout, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(bytes(40 * MIB))

    def stop(_: int) -> None:
        raise Cancelled

    with (
        pytest.raises(Cancelled),
        BlobIngest(layout) as ingest,
        source.open("rb", buffering=0) as file,
    ):
        ingest.write_from_file(file, 0, 40 * MIB, stop)
    assert leftovers(layout) == []
    assert not list(layout.blobs.glob("*/*"))
    assert not [thread for thread in threading.enumerate() if "hash" in thread.name]


def test_a_blob_known_beforehand_is_gone_on_with(layout: Layout) -> None:
    content = os.urandom(6 * MIB)
    wanted = blob(content)
    with BlobIngest(layout, wanted) as first:
        assert first.offset == 0
        first.write(content[: 5 * MIB])
    with BlobIngest(layout, wanted) as second:
        assert second.offset == 5 * MIB
        second.write(content[second.offset :])
        assert second.commit() == wanted.digest
    assert layout.blob(wanted.digest).read_bytes() == content
    assert leftovers(layout) == []


def test_a_damaged_beginning_is_not_gone_on_with_for_ever(layout: Layout) -> None:
    content = os.urandom(1000)
    wanted = blob(content)
    with BlobIngest(layout, wanted) as first:
        first.write(b"wrong")
    with BlobIngest(layout, wanted) as second:
        second.write(content[second.offset :])
        with pytest.raises(DigestMismatch) as caught:
            second.commit(wanted.digest)
        assert (caught.value.expected, caught.value.expected_size) == (wanted.digest, 1000)
    assert not layout.blob(wanted.digest).exists()
    with BlobIngest(layout, wanted) as third:
        assert third.offset == 0
        third.write(content)
        assert third.commit() == wanted.digest


def test_more_than_the_descriptor_says_is_refused(layout: Layout) -> None:
    content = b"content"
    wanted = Descriptor("x", digest_of(content), 3)
    with BlobIngest(layout, wanted) as ingest:
        ingest.write(content)
        with pytest.raises(DigestMismatch):
            ingest.commit()
    assert leftovers(layout) == []


def test_two_writers_of_one_blob_do_not_meet(layout: Layout) -> None:
    content = os.urandom(1000)
    wanted = blob(content)
    with BlobIngest(layout, wanted) as one, BlobIngest(layout, wanted) as other:
        one.write(content[:600])
        other.write(content)
        assert other.commit() == wanted.digest
        one.write(content[600:])
        assert one.commit() == wanted.digest
    assert layout.blob(wanted.digest).read_bytes() == content
    assert leftovers(layout) == []


def test_other_algorithms(layout: Layout) -> None:
    content = b"content"
    digest = Digest(f"sha512:{hashlib.sha512(content).hexdigest()}")
    for known in (None, Descriptor("x", digest, len(content))):
        with BlobIngest(layout, known) as ingest:
            ingest.write(content)
            assert ingest.commit(digest) == digest
        assert layout.blob(digest).read_bytes() == content
        layout.blob(digest).unlink()


def test_a_damaged_blob_is_replaced(layout: Layout) -> None:
    wanted = blob(b"content")
    path = layout.blob(wanted.digest)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"damaged")
    with BlobIngest(layout) as ingest:
        ingest.write(b"content")
        ingest.commit(wanted.digest)
    assert path.read_bytes() == b"content"


@pytest.mark.parametrize("in_kernel", [True, False])
def test_a_full_disk(small_disk: Callable[..., Path], in_kernel: bool) -> None:
    disk = small_disk(4 * MIB)
    layout = Layout(disk / "kitops")
    source = disk / "source"
    source.write_bytes(bytes(2 * MIB))
    with BlobIngest(layout, in_kernel=in_kernel) as ingest, source.open("rb", buffering=0) as file:
        ingest.write_from_file(file, 0, MIB, lambda _: None)
        with pytest.raises(DiskFull) as caught:
            ingest.write_from_file(file, 0, 2 * MIB, lambda _: None)
        assert caught.value.free < MIB
    assert leftovers(layout) == []


def test_the_trash_makes_room(small_disk: Callable[..., Path]) -> None:
    store = LocalStore(small_disk(6 * MIB) / "kitops")
    removed = bytes(3 * MIB)
    with store.ingest() as ingest:
        ingest.write(removed)
        digest = ingest.commit()
    os.utime(store.blob_path(digest), (0, 0))
    assert store.prune().freed == 3 * MIB
    content = os.urandom(5 * MIB)
    with store.ingest() as ingest:
        ingest.write(content)
        assert ingest.commit() == digest_of(content)
    assert store.trash() == ()


def test_small_blobs_are_checked_and_read_only(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "kitops")
    wanted = blob(b"content")
    with pytest.raises(DigestMismatch):
        store.push_bytes(wanted, b"other")
    store.push_bytes(wanted, b"content")
    inode = store.blob_path(wanted.digest).stat().st_ino
    store.push_bytes(wanted, b"content")
    stat = store.blob_path(wanted.digest).stat()
    assert (stat.st_ino, stat.st_mode & 0o777) == (inode, 0o444)
    with store.fetch(wanted, 3, 2) as reader:
        assert reader.read() == b"te"
        assert reader.read(1) == b""


def test_the_store_on_another_file_system_than_our_folder(
    small_disk: Callable[..., Path], tmp_path: Path
) -> None:
    home = tmp_path / "kitops"
    home.mkdir()
    (home / "storage").symlink_to(small_disk(MIB), target_is_directory=True)
    store = LocalStore(home)
    with store.ingest() as ingest:
        ingest.write(b"content")
        digest = ingest.commit()
    assert store.blob_path(digest).read_bytes() == b"content"
    assert [path.name for path in store.blob_path(digest).parent.iterdir()] == [
        digest.removeprefix("sha256:")
    ]
