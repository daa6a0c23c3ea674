"""Two edits of one text, put together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.three_way import MOST_LINES, TooDifferent, common_lines, first_mark, merge

BASE = "a: 1\n# two\nb: 2\n\nc: 3\nd: 4\n"
_TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "\n", "d"]), max_size=8).map("".join)


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        (BASE, BASE, BASE),
        (BASE.replace("1", "9"), BASE, BASE.replace("1", "9")),
        (BASE, BASE.replace("1", "9"), BASE.replace("1", "9")),
        (BASE.replace("1", "9"), BASE.replace("4", "8"), BASE.replace("1", "9").replace("4", "8")),
        (BASE.replace("1", "9"), BASE.replace("1", "9"), BASE.replace("1", "9")),
        (BASE.replace("# two\n", ""), BASE + "e: 5\n", BASE.replace("# two\n", "") + "e: 5\n"),
        ("first\n" + BASE, BASE + "last", "first\n" + BASE + "last"),
        ("", "", ""),
    ],
)
def test_changes_of_different_lines_go_together(mine: str, theirs: str, merged: str) -> None:
    result = merge(BASE, mine, theirs)
    assert result.text == merged
    assert result.is_clean


def test_both_versions_of_a_line_are_kept_between_marks() -> None:
    result = merge(BASE, BASE.replace("b: 2", "b: mine"), BASE.replace("b: 2", "b: theirs") + "e: 5\n")
    assert result.text == (
        "a: 1\n# two\n<<<<<<< yours\nb: mine\n=======\nb: theirs\n>>>>>>> on disk\n\nc: 3\nd: 4\ne: 5\n"
    )
    assert result.conflicts == (3,)
    assert first_mark(result.text) == 3
    assert first_mark(BASE) is None


def test_marks_in_a_kitfile_are_told_where_they_begin() -> None:
    base = "package:\n  name: churn\nmodel:\n  path: m\n"
    merged = merge(base, base.replace("churn", "mine"), base.replace("churn", "theirs"))
    problem = KitfileDocument(merged.text).problems[0]
    assert problem.line == merged.conflicts[0] == 2
    assert "Keep one of the two versions" in problem.suggestion


def test_lines_that_touch_are_a_conflict_and_marks_have_our_line_ends() -> None:
    result = merge("a\r\nb\r\n", "A\r\nb\r\n", "a\r\nB\r\n")
    assert result.text == "<<<<<<< yours\r\nA\r\nb\r\n=======\r\na\r\nB\r\n>>>>>>> on disk\r\n"
    result = merge("", "mine", "theirs")
    assert result.text == "<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> on disk\n"


@given(_TEXTS, _TEXTS, _TEXTS)
def test_no_line_of_either_is_lost(base: str, mine: str, theirs: str) -> None:
    result = merge(base, mine, theirs)
    new = [side.split() for side in (mine, theirs)]
    old = base.split()
    for side in new:
        for line in set(side):
            if line not in old:
                assert line in result.text.split()
    other_way = merge(base, theirs, mine)
    assert result.is_clean == other_way.is_clean
    if result.is_clean:
        assert result.text == other_way.text
    lines = result.text.splitlines()
    assert all(lines[number - 1].startswith("<<<<<<<") for number in result.conflicts)


def test_without_a_known_beginning_what_both_have_counts_as_it() -> None:
    mine, theirs = "a\nmine\nb\nc\n", "a\nb\nc\ntheirs\n"
    assert common_lines(mine, theirs) == "a\nb\nc\n"
    assert merge(common_lines(mine, theirs), mine, theirs).text == "a\nmine\nb\nc\ntheirs\n"


def test_texts_that_have_little_in_common_are_not_compared() -> None:
    mine = "".join(f"m{number}\n" for number in range(MOST_LINES + 1))
    with pytest.raises(TooDifferent):
        merge("base\n", mine, "theirs\n")
