"""How long to wait before something is tried again."""

from __future__ import annotations

import random
import time

from kitops_desktop.errors import RateLimited
from kitops_desktop.progress import CancelToken

_FIRST = 0.25
_LONGEST = 30.0
_LONGEST_ASKED_FOR = 60.0


def pause_after(error: Exception, attempt: int, token: CancelToken) -> None:
    """Wait after failure number ``attempt`` (from 0): longer each time, or as long as the registry asked for.

    Raises ``error`` when that is more than a minute: then it is somebody else's business to wait, who can do
    something else meanwhile. Raises ``Cancelled`` at once when cancelled meanwhile.
    """
    seconds = min(_FIRST * 2**attempt, _LONGEST) * random.uniform(0.5, 1.0)
    if isinstance(error, RateLimited) and error.until is not None:
        seconds = max(error.until - time.time(), 0.0)
        if seconds > _LONGEST_ASKED_FOR:
            raise error
    token.count_try()
    token.wait(seconds)
