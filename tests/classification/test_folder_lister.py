"""Listing a folder level by level, also where the file system stalls, lies or changes."""

from __future__ import annotations

import os
import threading
import time
import tracemalloc
from array import array
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from kitops_desktop.classification.folder_lister import Batch, FileSystem, FolderLister, SystemFiles
from kitops_desktop.classification.folder_tree import (
    FILE,
    FOLDER,
    LINK,
    SPECIAL,
    FolderTree,
    Listing,
    name_order,
)
from support.waiting import until


class Collected:
    """What a lister told, put together as a view does."""

    def __init__(self) -> None:
        self.tree = FolderTree()
        self.batches: list[Batch] = []
        self.ended = threading.Event()

    def __call__(self, batch: Batch) -> None:
        self.batches.append(batch)
        for listing in batch.listings:
            self.tree.take(listing)
        if batch.ended:
            self.ended.set()


def listed(folder: Path, file_system: FileSystem | None = None, **options: int) -> Collected:
    found = Collected()
    FolderLister(folder, found, file_system, **options).start()
    assert found.ended.wait(20)
    return found


def named(listing: Listing) -> dict[str, int]:
    return dict(zip(listing.names, listing.letters, strict=True))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a/1", "a/deep/2", "b/3", "top.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def test_the_top_is_complete_first_then_level_by_level(folder: Path) -> None:
    found = listed(folder)
    first = found.batches[0].listings
    assert [one.path for one in first] == [""]
    assert named(first[0]) == {"a": FOLDER, "b": FOLDER, "top.txt": FILE}
    paths = [one.path for batch in found.batches[1:] for one in batch.listings]
    assert paths[0] == "", "its sizes come after it"
    assert {*paths[1:3]} == {"a", "b"}
    assert paths[3:] == ["a/deep"]
    assert (found.tree.files, found.tree.size) == (4, 7 + 3 + 8 + 3)
    assert found.tree.totals("a").files == 2


def test_links_are_not_followed_and_special_files_are_named(folder: Path) -> None:
    (folder / "a" / "round").symlink_to("..")
    (folder / "broken").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")
    found = listed(folder)
    top, inside = found.tree.listings[""], found.tree.listings["a"]
    assert named(top)["broken"] == LINK
    assert named(top)["pipe"] == SPECIAL
    assert top.targets == {top.names.index("broken"): "nowhere"}
    assert inside.targets[inside.names.index("round")] == ".."
    assert set(found.tree.listings) == {"", "a", "b", "a/deep"}


@pytest.mark.parametrize("name", ["caf\udce9", "two\nlines", "\x1b[31m", " ", "…" * 60])
def test_names_are_kept_as_they_are(name: str, folder: Path) -> None:
    (folder / name).mkdir()
    (folder / name / name).write_text("x")
    found = listed(folder)
    assert found.tree.listings[name].names == [name]
    assert os.fsencode(found.tree.listings[name].path_of(0)) == os.fsencode(f"{name}/{name}")


class FileSystemOfTests(SystemFiles):
    """The real one, with what is done to some of its paths before they are listed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.refused: dict[str, OSError] = {}
        self.stalls: dict[str, threading.Event] = {}
        self.asked: list[str] = []

    def scandir(self, path: str) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
        name = os.path.relpath(path, self.folder)
        self.asked.append(name)
        if name in self.stalls:
            self.stalls[name].wait()
        if name in self.refused:
            raise self.refused[name]
        return super().scandir(path)


def test_what_cannot_be_listed_says_why_and_the_rest_goes_on(folder: Path) -> None:
    files = FileSystemOfTests(folder)
    files.refused = {"a": PermissionError(13, "Permission denied"), "b": FileNotFoundError(2, "No such file")}
    found = listed(folder, files)
    assert found.tree.listings["a"].error == "permission denied"
    assert found.tree.listings["b"].error == "it is gone"
    assert found.tree.files == 1


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert listed(tmp_path / "gone").tree.listings[""].error == "it is gone"


def test_a_file_that_goes_before_its_size_is_asked_for_is_told(folder: Path) -> None:
    class Vanishing(SystemFiles):
        @contextmanager
        def scandir(self, path: str) -> Iterator[Iterator[os.DirEntry[str]]]:
            with os.scandir(path) as found:
                entries = list(found)
            for entry in entries:
                if entry.name in ("1", "top.txt"):
                    (Path(path) / entry.name).unlink()
            yield iter(entries)

    tree = listed(folder, Vanishing()).tree
    for path, name in (("a", "1"), ("", "top.txt")):
        listing = tree.listings[path]
        assert listing.troubles == {listing.names.index(name): "it is gone"}
        assert listing.sizes[listing.names.index(name)] < 0


def test_cancelling_does_not_wait_for_a_file_system_that_stalls(folder: Path) -> None:
    files, found = FileSystemOfTests(folder), Collected()
    files.stalls["a"] = threading.Event()
    lister = FolderLister(folder, found, files)
    lister.start()
    until(lambda: "a" in files.asked, "the folder that stalls")
    before = time.monotonic()
    lister.cancel()
    assert time.monotonic() - before < 1
    told = len(found.batches)
    files.stalls["a"].set()
    until(
        lambda: "folder lister" not in {thread.name for thread in threading.enumerate()}, "the thread's end"
    )
    assert len(found.batches) == told, "nothing is told after it was cancelled"
    assert set(found.tree.listings) == {""}, "what was there is there"


def test_more_than_is_wanted_is_cut_off(folder: Path) -> None:
    found = listed(folder, most=3)
    assert found.batches[-1].cut
    assert set(found.tree.listings) == {""}


def test_only_what_changed_is_listed_anew(folder: Path) -> None:
    files = FileSystemOfTests(folder)
    found = listed(folder, files)
    (folder / "a" / "deep" / "2").unlink()
    (folder / "a" / "deep").rmdir()
    (folder / "a" / "new" / "er").mkdir(parents=True)
    (folder / "a" / "new" / "er" / "4").write_text("four")
    files.asked.clear()
    found.ended.clear()
    FolderLister(folder, found, files).start(("a",), frozenset(found.tree.listings))
    assert found.ended.wait(20)
    assert files.asked == ["a", "a/new", "a/new/er"]
    assert set(found.tree.listings) == {"", "a", "b", "a/new", "a/new/er"}
    assert (found.tree.files, found.tree.totals("a").files) == (4, 2)


def test_a_folder_that_went_while_it_was_looked_at_leaves_nothing(folder: Path) -> None:
    tree = listed(folder).tree
    tree.take(Listing("a/never", error="it is gone"))
    assert "a/never" not in tree.listings


def test_order_is_by_name_with_folders_first() -> None:
    names = ["b.txt", "A", "a.txt", "C", "B.txt"]
    letters = bytes([FILE, FOLDER, FILE, FOLDER, FILE])
    assert [names[number] for number in name_order(names, letters)] == ["A", "C", "a.txt", "B.txt", "b.txt"]


def test_many_names_are_ordered_like_few() -> None:
    names = [f"{number * 7919 % 50_000:05}" for number in range(50_000)]
    assert name_order(names, bytes([FILE]) * len(names)) == array(
        "I", sorted(range(50_000), key=lambda n: names[n])
    )


def test_many_files_take_little_memory(tmp_path: Path) -> None:
    """A hundred bytes and the name for each: 200,000 files take some 30 MB."""
    for number in range(1000):
        (tmp_path / f"{number:06}").touch()
    listed(tmp_path)
    tracemalloc.start()
    found = listed(tmp_path)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.tree.listings[""]) == 1000
    assert used / 1000 < 150
