"""Long work in slices: in its order, given up when it is not wanted any more."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.slices import Slices


def counting(said: list[str], name: str, times: int) -> Iterator[None]:
    for number in range(times):
        said.append(f"{name}{number}")
        yield


def test_the_window_has_its_turns_between_slices(qtbot: QtBot) -> None:
    slices, turns, steps = Slices(), 0, 0

    def turn() -> None:
        nonlocal turns
        turns += 1

    def work() -> Iterator[None]:
        nonlocal steps
        while turns < 3:  # ends only if others have their turn meanwhile
            steps += 1
            yield

    timer = QTimer(interval=0)
    timer.timeout.connect(turn)
    timer.start()
    with qtbot.waitSignal(slices.idle):
        slices.begin("work", work(), lambda: None, at_once=False)
    assert steps > 3
    assert not slices.busy


def test_works_end_in_their_order_and_the_later_of_a_kind_counts(qtbot: QtBot) -> None:
    slices = Slices()
    said: list[str] = []
    with qtbot.waitSignal(slices.idle):
        slices.begin("rows", counting(said, "old", 2), lambda: said.append("old done"), at_once=False)
        slices.begin("ticks", counting(said, "tick", 2), lambda: said.append("ticked"), at_once=False)
        slices.begin("rows", counting(said, "new", 2), lambda: said.append("new done"), at_once=True)
    assert said == ["tick0", "tick1", "ticked", "new0", "new1", "new done"]


def test_little_work_is_done_at_once_and_what_is_cleared_never(qtbot: QtBot) -> None:
    slices = Slices()
    said: list[str] = []
    slices.begin("rows", counting(said, "a", 2), lambda: said.append("done"), at_once=True)
    assert said == ["a0", "a1", "done"]
    slices.begin("rows", counting(said, "b", 2), lambda: said.append("never"), at_once=False)
    slices.clear()
    assert not slices.busy
    qtbot.wait(1)
    assert said == ["a0", "a1", "done"]
