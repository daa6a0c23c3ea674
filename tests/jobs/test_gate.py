"""A job that must be alone waits for the others, and they wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from kitops_desktop.jobs.gate import Gate


class Visitor:
    """A thread that enters the gate and stays until it is sent away."""

    def __init__(self, gate: Gate, alone: bool) -> None:
        self.entered = threading.Event()
        self.refused = threading.Event()
        self.given_up = False
        self._gate = gate
        self._alone = alone
        self._go = threading.Event()
        self._thread = threading.Thread(target=self._visit, daemon=True)
        self._thread.start()

    def send_away(self) -> None:
        self._go.set()
        self._thread.join(30)
        assert not self._thread.is_alive()

    def give_up(self) -> None:
        self.given_up = True
        self._gate.look_again()
        self._go.set()
        self._thread.join(30)

    def _visit(self) -> None:
        if not self._gate.enter(self._alone, lambda: self.given_up):
            self.refused.set()
            return
        self.entered.set()
        self._go.wait()
        self._gate.leave()


@pytest.fixture
def visit() -> Callable[..., Visitor]:
    gate = Gate()
    return lambda alone=False: Visitor(gate, alone)


def inside(*visitors: Visitor) -> None:
    for visitor in visitors:
        assert visitor.entered.wait(30)


def outside(visitor: Visitor) -> None:
    """It is not inside, and will not be soon: long enough to show a gate that is open."""
    assert not visitor.entered.wait(0.05)


def test_many_are_inside_together(visit: Callable[..., Visitor]) -> None:
    visitors = [visit() for _ in range(3)]
    inside(*visitors)
    for visitor in visitors:
        visitor.send_away()


def test_one_alone_waits_for_the_others_and_they_for_it(visit: Callable[..., Visitor]) -> None:
    first = visit()
    inside(first)
    alone = visit(alone=True)
    outside(alone)
    late = visit()
    outside(late)
    first.send_away()
    inside(alone)
    outside(late)
    alone.send_away()
    inside(late)
    late.send_away()


def test_who_gives_up_blocks_nobody(visit: Callable[..., Visitor]) -> None:
    first = visit()
    inside(first)
    alone = visit(alone=True)
    outside(alone)
    late = visit()
    outside(late)
    alone.give_up()
    assert alone.refused.is_set()
    inside(late)
    first.send_away()
    late.send_away()


def test_two_that_must_be_alone_take_turns(visit: Callable[..., Visitor]) -> None:
    one = visit(alone=True)
    inside(one)
    other = visit(alone=True)
    outside(other)
    one.send_away()
    inside(other)
    other.send_away()
