"""Paths in a Kitfile, and which file is the Kitfile."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.errors import KitfileNotFound
from kitops_desktop.kitfile.lookup import find_kitfile
from kitops_desktop.kitfile.paths import clean, effective_path, leaves_folder

CLEANED = {
    "": ".",
    ".": ".",
    "./": ".",
    "a": "a",
    "a/": "a",
    "./a//b/./c": "a/b/c",
    "a/../b": "b",
    "a/..": ".",
    "..": "..",
    "../a": "../a",
    "a/../../b": "../b",
    "../../a/..": "../..",
    "/": "/",
    "//a": "/a",
    "/..": "/",
    "/a/../..": "/",
    "...": "...",
    "a..b": "a..b",
    " a ": " a ",
    "a\\b": "a\\b",
}


@pytest.mark.parametrize(("path", "cleaned"), CLEANED.items())
def test_clean(path: str, cleaned: str) -> None:
    assert clean(path) == cleaned
    assert clean(cleaned) == cleaned
    assert effective_path(path) == cleaned


@pytest.mark.parametrize(
    ("path", "leaves"),
    [("..", True), ("../a", True), ("a/../..", True), ("..a", False), ("a", False), ("a/..", False)],
)
def test_leaving_the_folder(path: str, leaves: bool) -> None:
    assert leaves_folder(path) is leaves


def test_the_first_name_wins(tmp_path: Path) -> None:
    with pytest.raises(KitfileNotFound):
        find_kitfile(tmp_path)
    for name in (".kitfile", "kitfile", "Kitfile"):
        (tmp_path / name).write_text("{}")
        assert find_kitfile(tmp_path).samefile(tmp_path / name)


def test_a_folder_is_no_kitfile(tmp_path: Path) -> None:
    (tmp_path / "Kitfile").mkdir()
    (tmp_path / ".kitfile").write_text("{}")
    assert find_kitfile(tmp_path) == tmp_path / ".kitfile"
