"""The rate is smooth, goes down when nothing comes, and does not count lost bytes twice."""

from __future__ import annotations

import pytest

from kitops_desktop.jobs.speed import Speed
from kitops_desktop.progress import Progress


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Race:
    """A speed and the clock it goes by."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.speed = Speed(self.clock)
        self.done = 0

    def go(self, seconds: float, per_second: int, total: int | None = 1000, step: float = 0.05) -> Race:
        for _ in range(round(seconds / step)):
            self.clock.now += step
            self.done += round(per_second * step)
            self.speed.add(Progress(self.done, total))
        return self


@pytest.fixture
def race() -> Race:
    race = Race()
    race.speed.add(Progress(0, 1000))
    return race


def test_at_first_nothing_is_known(race: Race) -> None:
    assert race.speed.rate() == 0.0
    race.go(0.4, 100)
    assert race.speed.rate() == 0.0
    assert race.speed.seconds_left() is None


def test_a_steady_pace(race: Race) -> None:
    race.go(2, 100)
    assert race.speed.rate() == pytest.approx(100, rel=0.05)
    assert race.speed.seconds_left() == pytest.approx(8, rel=0.06)


def test_the_last_seconds_count(race: Race) -> None:
    race.go(20, 10).go(6, 100)
    assert race.speed.rate() == pytest.approx(100, rel=0.05)


def test_it_goes_down_when_nothing_comes(race: Race) -> None:
    race.go(5, 100)
    race.clock.now += 2.5
    assert race.speed.rate() == pytest.approx(50, rel=0.1)
    race.clock.now += 10
    assert race.speed.rate() == 0.0
    assert race.speed.seconds_left() is None


def test_bytes_that_are_lost_and_sent_again_are_no_progress(race: Race) -> None:
    race.go(5, 100)
    for _ in range(5):
        race.done -= 100
        race.go(1, 100)
    assert race.speed.rate() == pytest.approx(0, abs=20)


def test_it_is_never_negative(race: Race) -> None:
    race.go(5, 100)
    race.done = 0
    race.go(1, 10)
    assert race.speed.rate() == 0.0
    assert race.speed.seconds_left() is None


def test_looking_does_not_count_as_doing() -> None:
    race = Race().go(5, 1_000_000, total=None)
    assert race.speed.seconds_left() is None
    race.done = 0
    race.go(2, 100)
    assert race.speed.rate() == pytest.approx(100, rel=0.1)


def test_more_done_than_expected_leaves_no_time() -> None:
    race = Race().go(2, 1000, total=1500)
    assert race.speed.seconds_left() == 0
