"""How fast it goes, and how long it will take."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from kitops_desktop.progress import Progress

WINDOW = 5.0
"""The rate is the mean of so many seconds."""
_STEP = 0.1
_ENOUGH = 0.5


class Speed:
    """Turns progress into bytes per second, net of bytes that were lost and of those that were there already;
    safe to use from any thread.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._samples: deque[tuple[float, int]] = deque()
        self._progress = Progress()

    def add(self, progress: Progress) -> None:
        now = self._clock()
        with self._lock:
            if (progress.total is None) != (self._progress.total is None):
                self._samples.clear()  # from looking to doing: the bytes of one say nothing about the other
            self._progress = progress
            if len(self._samples) > 1 and self._samples[-1][0] - self._samples[-2][0] < _STEP:
                self._samples.pop()  # the last one is always the latest word
            self._samples.append((now, _worked(progress)))
            self._drop(now)

    def rate(self) -> float:
        """Bytes per second over the last seconds; 0.0 while that is not known, or when it does not go on."""
        now = self._clock()
        with self._lock:
            self._drop(now)
            if not self._samples:
                return 0.0
            since, done = self._samples[0]
            elapsed = min(now - since, WINDOW)
            return max(0.0, (_worked(self._progress) - done) / elapsed) if elapsed >= _ENOUGH else 0.0

    def seconds_left(self) -> float | None:
        """None while the total or the rate is not known."""
        rate = self.rate()
        with self._lock:
            total, done = self._progress.total, self._progress.done
        return None if total is None or rate <= 0 else max(0, total - done) / rate

    def _drop(self, now: float) -> None:
        """Keep of what is older than the window only the last: it is where the window began."""
        while len(self._samples) > 1 and self._samples[1][0] <= now - WINDOW:
            self._samples.popleft()


def _worked(progress: Progress) -> int:
    return progress.done - progress.skipped
