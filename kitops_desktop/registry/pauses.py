"""How long to wait before something is tried again."""

from __future__ import annotations

import random
import time

from kitops_desktop.errors import RateLimited
from kitops_desktop.progress import CancelToken

_FIRST = 0.25
_LONGEST = 30.0
LONGEST_ASKED_FOR = 60.0
"""Seconds a registry may ask us to wait. More is somebody else's business, who can do something meanwhile."""


def pause_seconds(
    error: Exception, attempt: int, *, first: float, longest: float, longest_asked_for: float
) -> float | None:
    """How long to wait after failure number ``attempt`` (from 0): longer each time, or as long as the
    registry asked for; None when it asks for too much.
    """
    if isinstance(error, RateLimited) and error.until is not None:
        asked = max(0.0, error.until - time.time())
        return asked if asked <= longest_asked_for else None
    return min(longest, first * 2.0**attempt) * random.uniform(0.5, 1.0)


def pause_after(error: Exception, attempt: int, token: CancelToken) -> None:
    """Wait ``pause_seconds``. Raises ``error`` when the registry asks for too much, and ``Cancelled`` at once
    when cancelled meanwhile.
    """
    seconds = pause_seconds(
        error, attempt, first=_FIRST, longest=_LONGEST, longest_asked_for=LONGEST_ASKED_FOR
    )
    if seconds is None:
        raise error
    token.count_try()
    token.wait(seconds)
