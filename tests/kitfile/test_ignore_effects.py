"""What each line of a .kitignore does in a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kitops_desktop.errors import FileAccessError
from kitops_desktop.kitfile import ignore_effects
from kitops_desktop.kitfile.ignore import MAX_TEXT
from kitops_desktop.kitfile.ignore_effects import MOST_SHOWN, FileList, effects, list_files
from kitops_desktop.progress import Cancelled, CancelToken

FILES = {"a.log": 10, "keep.log": 5, "sub/b.log": 7, "sub/deep/c.txt": 3, "notes/d.md": 2, "Kitfile": 1}


def files(sizes: dict[str, int]) -> FileList:
    return FileList(tuple(sizes), tuple(sizes.values()))


def test_each_line_has_the_files_about_which_it_decides() -> None:
    found = effects(
        "# comment\n**/*.log\n!keep.log\n\nsub\n*.bin\n!notes/d.md\r\n", files(FILES), CancelToken()
    )
    assert {n: (line.count, line.size, line.paths) for n, line in found.lines.items()} == {
        2: (1, 10, ("a.log",)),
        3: (1, 5, ("keep.log",)),
        5: (2, 10, ("sub/b.log", "sub/deep/c.txt")),
        6: (0, 0, ()),
        7: (0, 0, ()),  # nothing kept it out
    }
    assert [line.brings_back for line in found.lines.values()] == [False, True, False, False, True]
    assert not found.lines[6].fits
    assert found.lines[3].pattern == "!keep.log"
    assert (found.count, found.size) == (4, 21), "with the Kitfile, which stays out always"


def test_a_line_that_fits_only_what_later_lines_decide_about() -> None:
    found = effects("sub/b.log\n**/*.log\n!*.log\nKitfile\n", files(FILES), CancelToken())
    assert found.lines[1].count == 0
    assert found.lines[1].fits
    assert (found.lines[2].count, found.lines[3].count) == (1, 2)
    assert not found.lines[4].fits, "it stays out anyway"


def test_lines_that_cannot_be_used_are_told_and_the_others_tried() -> None:
    found = effects("a.log\n[a\n*.log\n!\n", files(FILES), CancelToken())
    assert [problem.line for problem in found.problems] == [2, 4]
    assert {number: line.count for number, line in found.lines.items()} == {1: 0, 3: 2}


def test_a_text_of_nothing_but_mistakes_is_given_up() -> None:
    found = effects("[a\n" * 1000, files(FILES), CancelToken())
    assert found.problems
    assert not found.lines
    assert effects("x" * (MAX_TEXT + 1), files(FILES), CancelToken()).problems[0].line is None


def test_only_the_first_paths_of_a_line_are_kept() -> None:
    found = effects("*\n", files({f"{number}": 1 for number in range(MOST_SHOWN + 5)}), CancelToken())
    assert found.lines[1].count == MOST_SHOWN + 5
    assert len(found.lines[1].paths) == MOST_SHOWN


def test_files_are_listed_without_following_links(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "b" / "c" / "x").write_text("123")
    (tmp_path / "a").write_text("1")
    (tmp_path / "b" / "circle").symlink_to(tmp_path)
    (tmp_path / os.fsdecode(b"caf\xe9")).write_text("")
    listed = list_files(tmp_path, CancelToken())
    assert listed.paths == ("a", "caf\udce9", "b/circle", "b/c/x")
    assert listed.sizes[0] == 1
    assert listed.sizes[3] == 3
    assert effects("caf?\n", listed, CancelToken()).lines[1].paths == ("caf\udce9",)


def test_a_folder_with_more_files_than_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        (tmp_path / name).write_text("")
    monkeypatch.setattr(ignore_effects, "MOST_FILES", 2)
    listed = list_files(tmp_path, CancelToken())
    assert len(listed.paths) == 2
    assert not listed.is_whole
    assert not effects("a\n", listed, CancelToken()).is_whole


def test_what_cannot_be_listed_and_what_is_not_wanted_any_more(tmp_path: Path) -> None:
    with pytest.raises(FileAccessError):
        list_files(tmp_path / "gone", CancelToken())
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        effects("a\n", files(FILES), token)
