"""The tag that is proposed after others."""

from __future__ import annotations

import pytest

from kitops_desktop.ui.next_tag import newest_of_series, next_tag


@pytest.mark.parametrize(
    ("tag", "taken", "following"),
    [
        ("v1", (), "v2"),
        ("v1", ("v2", "v3"), "v4"),
        ("v3", ("v7", "latest", "w9"), "v8"),
        ("v7", ("v9",), "v10"),
        ("1.2.3", ("1.3.0",), "1.2.4"),
        ("1.4.9", (), "1.4.10"),
        ("rc01", ("rc08",), "rc09"),
        ("latest", ("latest",), "latest"),
        ("", (), "latest"),
        ("2024-rc1", ("2024-rc2",), "2024-rc3"),
        ("9" * 30, (), "9" * 30),
    ],
)
def test_the_next_tag(tag: str, taken: tuple[str, ...], following: str) -> None:
    assert next_tag(tag, taken) == following


@pytest.mark.parametrize(
    ("tags", "newest"),
    [
        (("v1", "v10", "v9", "latest"), "v10"),
        (("1.2.0", "1.2.1", "1.3.0", "stable"), "1.2.1"),
        (("stable",), ""),
        ((), ""),
    ],
)
def test_which_tag_is_counted_up_when_nobody_names_one(tags: tuple[str, ...], newest: str) -> None:
    assert newest_of_series(tags) == newest
