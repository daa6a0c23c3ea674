"""How many bytes a second may go over the network, over all connections together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from kitops_desktop.progress import CancelToken

LEAST = 16 << 10
"""Bytes per second that a limit has at least: with fewer, other sides take us for dead."""
_BURST_SECONDS = 0.25
_LOOK_SECONDS = 0.2
_LEAST_SECONDS = 0.001
_SMALLEST_BLOCK = 16 << 10


class Throttle:
    """A bucket that fills at ``rate`` bytes a second (0: no limit) and out of which all that goes is taken.

    The rate may be changed at any time, also for those who wait. From any thread.
    """

    def __init__(self, rate: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._rate = _usable(rate)
        self._level = 0.0
        self._at = clock()

    @property
    def rate(self) -> int:
        return self._rate

    def limit(self, rate: int) -> None:
        """From now on ``rate`` bytes a second, 0 for as many as go."""
        with self._lock:
            self._fill()
            self._rate = _usable(rate)
            self._level = min(0.0, self._level) if self._rate else 0.0

    def block(self, most: int) -> int:
        """So many bytes at once keep the flow even; at most ``most``."""
        rate = self._rate
        return most if not rate else min(most, max(_SMALLEST_BLOCK, int(rate * _BURST_SECONDS)))

    def take(self, count: int, token: CancelToken) -> None:
        """Take ``count`` bytes, and wait until it is their turn. Raises ``Cancelled`` at once when cancelled.

        What is taken is owed until it has flown in, so that one large block is as slow as many small ones.
        """
        if not self._rate:
            return
        with self._lock:
            self._fill()
            self._level -= count
        while (seconds := self._seconds_owed()) > 0:
            token.wait(min(max(seconds, _LEAST_SECONDS), _LOOK_SECONDS))

    def _seconds_owed(self) -> float:
        with self._lock:
            self._fill()
            return -self._level / self._rate if self._rate and self._level < 0 else 0.0

    def _fill(self) -> None:
        now = self._clock()
        self._level = min(self._rate * _BURST_SECONDS, self._level + (now - self._at) * self._rate)
        self._at = now


@dataclass(frozen=True, slots=True)
class Throttles:
    """What is sent, and what is received."""

    up: Throttle = field(default_factory=Throttle)
    down: Throttle = field(default_factory=Throttle)


def _usable(rate: int) -> int:
    return max(LEAST, rate) if rate > 0 else 0
