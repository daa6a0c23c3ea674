"""Which entries of a folder are shown when some are wanted only."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kitops_desktop.classification.folder_lister import Batch, FolderLister
from kitops_desktop.classification.folder_tree import FolderTree, Listing
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.modelkit.destination import Destinations
from kitops_desktop.modelkit.tree_filter import Found, Wanted, find_entries
from kitops_desktop.progress import Cancelled, CancelToken


@pytest.fixture
def listings(tmp_path: Path) -> dict[str, Listing]:
    for name in ("Train.csv", "data/train.csv", "data/deep/er/training.log", "data/test.csv", "notes.log"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "data" / "link").symlink_to("test.csv")
    tree, ended = FolderTree(), threading.Event()

    def take(batch: Batch) -> None:
        for listing in batch.listings:
            tree.take(listing)
        if batch.ended:
            ended.set()

    FolderLister(tmp_path, take).start()
    assert ended.wait(20)
    return tree.listings


def shown(listings: dict[str, Listing], found: Found) -> list[str]:
    return sorted(
        listings[path].path_of(number) for path, numbers in found.rows.items() for number in numbers
    )


def test_part_of_a_name_in_any_case_with_the_folders_above(listings: dict[str, Listing]) -> None:
    found = find_entries(listings, Wanted("TRAIN"), None, CancelToken())
    assert shown(listings, found) == [
        "Train.csv",
        "data",
        "data/deep",
        "data/deep/er",
        "data/deep/er/training.log",
        "data/train.csv",
    ]
    assert found.count == 3
    assert found.above == {"data", "data/deep", "data/deep/er"}
    names = [listings[""].names[number] for number in found.rows[""]]
    assert names == ["data", "Train.csv"], "in the order of the listing"


def test_a_slash_means_the_path(listings: dict[str, Listing]) -> None:
    found = find_entries(listings, Wanted("er/t"), None, CancelToken())
    assert [path for path in shown(listings, found) if path not in found.above] == [
        "data/deep/er/training.log"
    ]


def test_what_is_not_packed(listings: dict[str, Listing]) -> None:
    kitfile = read_kitfile("datasets: [{path: data}]")
    destinations = Destinations.of_kitfile(kitfile, IgnoreRules.parse("**/*.log\n"))
    found = find_entries(listings, Wanted(only_left_out=True), destinations, CancelToken())
    wanted = [path for path in shown(listings, found) if path not in found.above]
    assert wanted == ["Train.csv", "data/deep/er/training.log", "data/link", "notes.log"]
    both = find_entries(listings, Wanted("train", only_left_out=True), destinations, CancelToken())
    assert both.count == 2


def test_found_entries_stay_the_same_in_a_newer_listing(listings: dict[str, Listing]) -> None:
    found = find_entries(listings, Wanted("csv"), None, CancelToken())
    before = listings["data"]
    after = Listing("data", ["new.csv", "train.csv", "deep"], bytearray(b"ffd"))
    after.order.extend([2, 0, 1])
    moved = found.moved(before, after)
    assert [after.names[number] for number in moved.rows["data"]] == ["train.csv"]


def test_searching_can_be_cancelled(listings: dict[str, Listing]) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        find_entries(listings, Wanted("x"), None, token)
