"""What a reference typed as a new tag would do."""

from __future__ import annotations

import pytest

from kitops_desktop.ui.library.tag_choice import advise

MINE, OTHER = "sha256:" + "a" * 64, "sha256:" + "b" * 64
EXISTING = {"localhost/churn:v1": MINE, "localhost/churn:v2": OTHER}


@pytest.mark.parametrize("text", ["churn:v3", "registry.example.com/team/churn:v3", "  churn:v3  ", "other"])
def test_a_new_tag_is_added(text: str) -> None:
    advice = advise(text, MINE, EXISTING)
    assert advice.reference is not None
    assert advice.tone == ""
    assert advice.text.startswith("Adds the tag ")


def test_a_tag_of_another_kit_would_move_and_says_so() -> None:
    advice = advise("churn:v2", MINE, EXISTING)
    assert advice.moved_from == OTHER
    assert advice.tone == "warning"
    assert "b" * 12 in advice.text


def test_a_tag_it_has_already_changes_nothing() -> None:
    advice = advise("churn:v1", MINE, EXISTING)
    assert (advice.reference, advice.tone) == (None, "warning")


@pytest.mark.parametrize("text", ["", "   ", "churn:"])
def test_an_unfinished_text_gets_an_example_and_no_blame(text: str) -> None:
    advice = advise(text, MINE, EXISTING)
    assert (advice.reference, advice.tone) == (None, "")
    assert "churn:v4" in advice.text


@pytest.mark.parametrize("text", ["Churn:v1", "churn:not a tag", "churn:v1,v2", f"churn@{OTHER}", "///"])
def test_what_is_no_reference_says_why_with_an_example(text: str) -> None:
    advice = advise(text, MINE, EXISTING)
    assert (advice.reference, advice.tone) == (None, "danger")
    assert ":" in advice.text
