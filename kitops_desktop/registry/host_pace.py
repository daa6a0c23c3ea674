"""A host that has said that there were too many requests gets fewer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from kitops_desktop.errors import RateLimited
from kitops_desktop.progress import CancelToken, Wait

BUSY_SECONDS = 300.0
"""So long after it last complained a host is asked for one thing at a time."""


class HostPace:
    """What one host has said about requests (429, RFC 6585), for all threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, host: str = "") -> None:
        self._clock, self._host = clock, host
        self._lock = threading.Lock()
        self._silent_until = self._busy_until = -1.0

    def slow_down(self, until: float | None) -> None:
        """It had too many. ``until`` is when it takes more, in seconds since the epoch, if it said so."""
        now = self._clock()
        pause = 0.0 if until is None else max(0.0, until - time.time())
        with self._lock:
            self._silent_until = max(self._silent_until, now + pause)
            self._busy_until = now + pause + BUSY_SECONDS

    @property
    def is_busy(self) -> bool:
        """Whether it complained a short time ago."""
        return self._clock() < self._busy_until

    def wait(self, token: CancelToken, most: float) -> None:
        """Wait until the moment it named, unless that is more than ``most`` seconds away. Raises
        ``Cancelled``.
        """
        pause = self._silent_until - self._clock()
        if 0 < pause <= most:
            now = time.time()
            asked = RateLimited(self._host, now + pause)
            with token.waiting(Wait(self._host, now, now + pause, asked)):
                token.wait(pause)
