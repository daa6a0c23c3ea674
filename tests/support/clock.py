"""A clock that tests can read."""

from __future__ import annotations


class Clock:
    """Goes on by a second whenever it is looked at, and further when told to."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def __call__(self) -> float:
        self._seconds += 1
        return self._seconds

    def advance(self, seconds: float) -> None:
        self._seconds += seconds
