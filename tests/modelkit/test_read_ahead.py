"""Listing a layer fetches little, in few steps, whatever the sizes of its files."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kitops_desktop.errors import ArchiveDamaged
from kitops_desktop.modelkit.read_ahead import FAR_GAP, NEAR_GAP
from kitops_desktop.modelkit.tar_reader import read_entries
from kitops_desktop.modelkit.tar_sources import RangeSource
from support.synthetic_layer import CountingStorage, SyntheticLayer

KIB, MIB = 1 << 10, 1 << 20
LARGE = [("w.bin", 20 * MIB)]
SMALL = [("a.txt", 300)]
LONG = "n" * 240


def listed(files: Sequence[tuple[str, int]], gap: int = FAR_GAP) -> CountingStorage:
    """The storage after the layer was listed."""
    layer = SyntheticLayer(files)
    storage = CountingStorage({layer.descriptor.digest: layer})
    entries = list(read_entries(RangeSource(storage, layer.descriptor, gap)))
    assert [(entry.name.decode(), entry.size) for entry in entries] == list(files)
    return storage


@pytest.mark.parametrize(
    ("files", "most_fetches", "most_bytes"),
    [
        pytest.param([], 1, 2 * KIB, id="empty"),
        pytest.param(SMALL, 1, 2 * KIB, id="one small"),
        pytest.param(LARGE, 2, 20 * KIB, id="one large"),
        pytest.param(LARGE * 50, 51, 220 * KIB, id="only large"),
        pytest.param([(LONG, 20 * MIB)] * 50, 51, 220 * KIB, id="large with long names"),
        pytest.param(SMALL * 10_000, 12, 10 * MIB, id="only small"),
        pytest.param([(LONG, 300)] * 10_000, 16, 20 * MIB, id="small with long names"),
        pytest.param([("empty", 0)] * 50_000, 16, 26 * MIB, id="empty files"),
        pytest.param(SMALL * 200 + LARGE * 100, 110, 2 * MIB, id="small, then large"),
        pytest.param(LARGE * 100 + SMALL * 200, 125, 2 * MIB, id="large, then small"),
        pytest.param((SMALL + LARGE) * 100, 205, 1 * MIB, id="by turns"),
        pytest.param([("page", 100 * KIB)] * 1_000, 40, 100 * MIB, id="middling"),
    ],
)
def test_over_a_network(files: list[tuple[str, int]], most_fetches: int, most_bytes: int) -> None:
    storage = listed(files)
    assert len(storage.fetches) <= most_fetches
    assert storage.bytes_read <= most_bytes


@pytest.mark.parametrize("size", [0, 300, 2 * KIB, 60 * KIB, 70 * KIB, 200 * KIB, 20 * MIB])
def test_on_a_disk_no_more_is_done_than_with_windows_of_64_kib(size: int) -> None:
    count = 2_000
    storage = listed([("file", size)] * count, NEAR_GAP)
    windows = -(-(size + 1023) // NEAR_GAP) * count if size > NEAR_GAP else count * (size + 1024) // NEAR_GAP
    assert len(storage.fetches) <= max(windows, count) + 1
    assert storage.bytes_read <= max(count * NEAR_GAP, count * (size + 1024)) + 4 * MIB


def test_what_was_fetched_is_not_fetched_again() -> None:
    storage = listed((SMALL * 30 + LARGE) * 20)
    ends = 0
    for _, start, length in storage.fetches:
        assert start >= ends
        ends = start + length


@pytest.mark.parametrize("size", [20 * MIB, 300])
def test_an_archive_that_ends_early_is_damaged(size: int) -> None:
    layer = SyntheticLayer([("a", size), ("b", size)])
    for end in (512, len(layer) - 1024 - size // 2, len(layer) - 1024):
        storage = CountingStorage({layer.descriptor.digest: layer[:end]})
        short = type(layer.descriptor)("", layer.descriptor.digest, end)
        with pytest.raises(ArchiveDamaged):
            list(read_entries(RangeSource(storage, short)))
