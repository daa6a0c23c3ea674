"""Limits hold over all connections, change while something waits, and end at once when cancelled."""

from __future__ import annotations

import threading

import pytest

from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.registry.throttle import LEAST, Throttle


class Clock:
    """Stands still, except that whoever waits moves it on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class ClockToken(CancelToken):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, seconds: float) -> None:
        self.check()
        self._clock.now += seconds


def test_without_a_limit_nothing_waits() -> None:
    clock = Clock()
    throttle = Throttle(0, clock)
    throttle.take(1 << 40, ClockToken(clock))
    assert clock.now == 0.0
    assert throttle.block(1 << 20) == 1 << 20


@pytest.mark.parametrize("block", [16 << 10, 1 << 20])
def test_what_is_taken_takes_its_time(block: int) -> None:
    clock = Clock()
    throttle, token = Throttle(1 << 20, clock), ClockToken(clock)
    for _ in range((10 << 20) // block):
        throttle.take(block, token)
    assert clock.now == pytest.approx(10, rel=0.05)


def test_blocks_keep_the_flow_even() -> None:
    assert Throttle(1 << 20).block(1 << 20) == 256 << 10
    assert Throttle(LEAST).block(1 << 20) == 16 << 10
    assert Throttle(1 << 30).block(1 << 20) == 1 << 20


def test_a_tiny_limit_is_raised_to_what_connections_survive() -> None:
    assert Throttle(1).rate == LEAST
    throttle = Throttle()
    throttle.limit(-5)
    assert throttle.rate == 0


def test_a_pause_earns_no_more_than_a_short_burst() -> None:
    clock = Clock()
    throttle, token = Throttle(1 << 20, clock), ClockToken(clock)
    clock.now += 3600
    throttle.take(10 << 20, token)
    assert clock.now - 3600 == pytest.approx(10, rel=0.05)


def test_a_new_limit_holds_for_who_waits_already() -> None:
    throttle, token = Throttle(LEAST), CancelToken()
    waiting = threading.Thread(target=lambda: throttle.take(1 << 40, token))
    waiting.start()
    throttle.limit(0)
    waiting.join(10)
    assert not waiting.is_alive()


def test_cancelling_wakes_at_once() -> None:
    throttle, token = Throttle(LEAST), CancelToken()
    stopped = threading.Event()

    def take() -> None:
        with pytest.raises(Cancelled):
            throttle.take(1 << 40, token)
        stopped.set()

    waiting = threading.Thread(target=take)
    waiting.start()
    token.cancel()
    assert stopped.wait(5)
    waiting.join()
