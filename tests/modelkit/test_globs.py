"""Globs of single files."""

from __future__ import annotations

import pytest

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.modelkit.globs import path_matcher


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("a.py", "a.py", True),
        ("a.py", "b/a.py", False),
        ("*.py", "a.py", True),
        ("*.py", "src/a.py", False),
        ("**/*.py", "a.py", True),
        ("**/*.py", "x/y/a.py", True),
        ("src/**", "src/a/b", True),
        ("src/**", "srcs", False),
        ("src", "src/a/b", True),
        ("src/", "src/a", True),
        ("./src/a", "src/a", True),
        ("src/*/c", "src/b/c", True),
        ("src/*/c", "src/b/d/c", False),
        ("src/**/c", "src/c", True),
        ("src/**/c", "src/a/b/c", True),
        ("?.py", "a.py", True),
        ("?.py", "ab.py", False),
        ("[ab].py", "b.py", True),
        ("[!ab].py", "b.py", False),
        ("[!ab].py", "c.py", True),
        ("[a-c].py", "b.py", True),
        ("[*].py", "*.py", True),
        ("[*].py", "a.py", False),
        ("[[]x", "[x", True),
        ("[?]", "?", True),
        ("[x", "[x", True),
        ("[!/]", "/", False),
        ("a[!x]b", "a/b", False),
        ("a.b", "axb", False),
        ("a+(b)|c", "a+(b)|c", True),
        ("**", "any/thing", True),
        ("*", "a\nb", True),
    ],
)
def test_matches(glob: str, path: str, matches: bool) -> None:
    assert path_matcher([glob])(path) == matches


def test_any_of_several() -> None:
    matches = path_matcher(["*.md", "data/**"])
    assert [path for path in ("a.md", "data/x", "src/a") if matches(path)] == ["a.md", "data/x"]


def test_none_means_all() -> None:
    assert path_matcher([])("anything/at/all")


@pytest.mark.parametrize("glob", ["[z-a]", "x[b-a]y"])
def test_ranges_that_are_backwards_are_refused(glob: str) -> None:
    with pytest.raises(InvalidArgument):
        path_matcher([glob])


def test_a_hostile_glob_takes_no_time() -> None:
    assert not path_matcher(["*a" * 12 + "b"])("a" * 60)


def test_thousands_of_ticked_files_cost_little() -> None:
    matches = path_matcher([f"data/{number}.bin" for number in range(20_000)] + ["docs/**"])
    assert sum(matches(f"data/{number}.bin") for number in range(0, 40_000, 2)) == 10_000
    assert matches("docs/a/b")
    assert not matches("docs")
