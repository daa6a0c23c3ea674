"""Back and forward."""

from __future__ import annotations

from kitops_desktop.ui.history import MAX_PLACES, History
from kitops_desktop.ui.navigation import Place

A, B, C = Place("library"), Place("library", "churn:v1"), Place("settings")


def test_nowhere_at_first() -> None:
    history = History()
    assert (history.current, history.can_go_back, history.can_go_forward) == (None, False, False)
    assert history.back() is None
    assert history.forward() is None


def test_back_and_forward_again() -> None:
    history = History()
    for place in (A, B, C):
        history.visit(place)
    assert (history.back(), history.back(), history.back()) == (B, A, None)
    assert (history.forward(), history.forward(), history.forward()) == (B, C, None)


def test_somewhere_new_forgets_what_was_ahead() -> None:
    history = History()
    for place in (A, B):
        history.visit(place)
    history.back()
    history.visit(C)
    assert (history.current, history.can_go_forward, history.back()) == (C, False, A)


def test_staying_counts_as_nothing() -> None:
    history = History()
    history.visit(A)
    history.visit(A)
    assert not history.can_go_back


def test_only_so_many_places_are_kept() -> None:
    history = History()
    for number in range(MAX_PLACES + 50):
        history.visit(Place("library", str(number)))
    steps = 0
    while history.back() is not None:
        steps += 1
    assert steps == MAX_PLACES - 1
