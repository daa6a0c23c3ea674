"""Paths that are proposed while one is typed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kitops_desktop.kitfile.path_words import path_words


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("data/train.csv", "data/Test.csv", "data/deep/x", "README.md", ".env", "Kitfile"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    (tmp_path / os.fsdecode(b"caf\xe9")).write_text("")
    (tmp_path / "two\nlines").write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ("data/", "README.md", ".env")),
        ("r", ("README.md",)),
        ("data/", ("data/deep/", "data/Test.csv", "data/train.csv")),
        ("data/t", ("data/Test.csv", "data/train.csv")),
        ("data/deep/x/y", ()),
        ("../", ()),
        ("/", ()),
        ("nul\0/", ()),
    ],
)
def test_one_level_at_a_time(folder: Path, typed: str, words: tuple[str, ...]) -> None:
    assert path_words(folder, typed) == words
