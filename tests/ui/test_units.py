"""Sizes, times and ages as people read them."""

from __future__ import annotations

import pytest

from kitops_desktop.ui.units import (
    age_text,
    count_text,
    duration_text,
    exact_size_text,
    left_text,
    rate_text,
    read_text,
    size_text,
    sum_text,
)

MIB = 1 << 20
GIB = 1 << 30
DAY = 86_400


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1.0 KiB"),
        (int(18.4 * MIB), "18.4 MiB"),
        (611 * MIB, "611 MiB"),
        (int(1023.9 * MIB), "1.0 GiB"),
        (int(4.1 * GIB), "4.1 GiB"),
    ],
)
def test_sizes_are_binary(size: int, text: str) -> None:
    assert size_text(size) == text


def test_what_was_read_of_all_and_more_than_once() -> None:
    assert read_text(62 * 1024, 13 * GIB) == "62.0 KiB of 13.0 GiB read"
    assert read_text(83 * MIB, 40 * MIB) == "83.0 MiB read, of 40.0 MiB in all"


def test_a_sum_says_of_how_many_files_the_size_is_unknown() -> None:
    assert sum_text(4 * GIB, 0) == "4.0 GiB"
    assert sum_text(4 * GIB, 1200) == "4.0 GiB and 1,200 of unknown size"
    assert sum_text(0, 2) == "size unknown"


def test_an_exact_size_names_every_byte() -> None:
    assert exact_size_text(4 * GIB + 1) == "4.0 GiB (4,294,967,297 bytes)"
    assert exact_size_text(12) == "12 bytes"


def test_a_rate_that_is_none_is_not_shown() -> None:
    assert (rate_text(0.4), rate_text(84 * MIB)) == ("", "84.0 MiB/s")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.6, "1 min"), (200, "3 min 20 s"), (7500, "2 h 5 min"), (3 * DAY + 4 * 3600, "3 d 4 h")],
)
def test_durations_have_their_two_largest_units(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, ""), (0.2, "1 s left"), (43, "45 s left"), (1234, "21 min left")]
)
def test_what_is_left_is_rounded(seconds: float | None, text: str) -> None:
    assert left_text(seconds) == text


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (5, "now"),
        (300, "5 min ago"),
        (7200, "2 h ago"),
        (1.5 * DAY, "yesterday"),
        (3 * DAY, "3 d ago"),
        (21 * DAY, "3 w ago"),
    ],
)
def test_ages(age: float, text: str) -> None:
    assert age_text(1_000_000_000 - age, now=1_000_000_000) == text


def test_an_old_age_is_a_date() -> None:
    assert age_text(0, now=1_000_000_000).startswith(("1970-01-01", "1969-12-31"))


def test_counts_agree_with_their_noun() -> None:
    assert (count_text(1, "file"), count_text(1204, "file"), count_text(2, "entry", "entries")) == (
        "1 file",
        "1,204 files",
        "2 entries",
    )
