"""Differences between texts, and what an editor's text means for the file's."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitops_desktop.ui.editor.shown_text import ShownDelta, file_delta, shown_delta, shown_text, units
from kitops_desktop.ui.editor.text_delta import TextDelta, delta_between
from kitops_desktop.ui.editor.typing_run import TypingRun

_TEXTS = st.text(alphabet="ab\r\n\xa0\u2028é😀\udcff", max_size=30)


def edited_text(text: str, shown_after: str) -> str:
    """The text after an edit that left the editor with ``shown_after``."""
    shown = shown_text(text)
    delta = delta_between(shown, shown_after)
    place = units(shown[: delta.start])
    return file_delta(text, ShownDelta(place, units(delta.removed), delta.inserted)).applied(text)


@pytest.mark.parametrize(
    ("before", "after", "start", "removed", "inserted"),
    [
        ("", "a", 0, "", "a"),
        ("abc", "abc", 3, "", ""),
        ("abc", "aXc", 1, "b", "X"),
        ("aa", "aaa", 2, "", "a"),
        ("name: x\n", "name: \n", 6, "x", ""),
    ],
)
def test_a_difference_is_one_span(before: str, after: str, start: int, removed: str, inserted: str) -> None:
    assert delta_between(before, after) == TextDelta(start, removed, inserted)


@given(_TEXTS, _TEXTS)
def test_a_difference_goes_both_ways(before: str, after: str) -> None:
    delta = delta_between(before, after)
    assert delta.applied(before) == after
    assert delta.reverted(after) == before
    assert delta.is_empty == (before == after)


@given(_TEXTS, _TEXTS, _TEXTS)
def test_two_differences_are_one(first: str, second: str, third: str) -> None:
    both = delta_between(first, second).followed_by(delta_between(second, third), third)
    assert both.applied(first) == third
    assert both.reverted(third) == first
    assert both.is_empty == (first == third)


@given(_TEXTS, _TEXTS)
def test_a_difference_of_texts_is_one_of_what_is_shown(before: str, after: str) -> None:
    delta = shown_delta(before, delta_between(before, after))
    shown = shown_text(before).encode("utf-16-le")
    start, end = 2 * delta.start, 2 * (delta.start + delta.length)
    assert shown[:start] + delta.inserted.encode("utf-16-le") + shown[end:] == shown_text(after).encode(
        "utf-16-le"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\nb\n", "a\nb\n"),
        ("a\rb", "a\nb"),
        ("no\xa0break", "no break"),
        ("\ufeffa", "\ufeffa"),
        ("caf\udce9", "caf\ufffd"),
    ],
)
def test_what_an_editor_shows(text: str, shown: str) -> None:
    assert shown_text(text) == shown
    assert edited_text(text, shown) == text


@pytest.mark.parametrize(
    ("text", "shown_after", "after"),
    [
        ("a: 1\r\nb: 2\r\n", "a: 1\nb: 3\n", "a: 1\r\nb: 3\r\n"),
        ("a: 1\r\nb: 2\r\n", "a: 1\nc: 0\nb: 2\n", "a: 1\r\nc: 0\r\nb: 2\r\n"),
        ("a: 1\r\nb: 2\r\n", "a: 1b: 2\n", "a: 1b: 2\r\n"),
        ("x: no\xa0break # caf\udce9\n", "y: no break # caf\ufffd\n", "y: no\xa0break # caf\udce9\n"),
        ("", "a\n", "a\n"),
    ],
)
def test_only_what_is_edited_changes(text: str, shown_after: str, after: str) -> None:
    assert edited_text(text, shown_after) == after


@given(_TEXTS, st.integers(0, 30), st.text(alphabet="xyz", max_size=4))
def test_typing_leaves_all_else_as_it_was(text: str, place: int, typed: str) -> None:
    shown = shown_text(text)
    place = min(place, len(shown))
    after = edited_text(text, shown[:place] + typed + shown[place:])
    assert shown_text(after) == shown[:place] + typed + shown[place:]
    assert after.replace(typed, "", 1) == text if typed else after == text


def keys_of(texts: list[str]) -> list[str]:
    run = TypingRun()
    return [run.key(delta_between(a, b)) for a, b in itertools.pairwise(texts)]


def test_letters_typed_on_belong_together_and_a_line_begins_a_new_run() -> None:
    keys = keys_of(["", "n", "na", "na\n", "na\nx", "na", "n"])
    assert keys[0] == keys[1]
    assert keys[2] == keys[3] != keys[1]
    assert keys[4] not in keys[:4]


def test_typing_elsewhere_and_pasting_begin_new_runs() -> None:
    keys = keys_of(["ab", "abc", "Xabc", "XYabc", "XYabcpasted"])
    assert keys[1] == keys[2] != keys[0]
    assert keys[3] != keys[2]


def test_a_run_can_be_ended() -> None:
    run = TypingRun()
    first = run.key(TextDelta(0, "", "a"))
    run.end()
    assert run.key(TextDelta(1, "", "b")) != first
