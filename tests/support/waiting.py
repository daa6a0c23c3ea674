"""The one place where tests wait: for a condition, with a deadline, saying what did not happen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
DEADLINE = 40.0  # seconds: far more than anything takes, so that only what never happens fails
_BETWEEN_LOOKS = 0.02


def until(
    condition: Callable[[], T | None],
    what: str,
    timeout: float = DEADLINE,
    explain: Callable[[], str] = lambda: "",
) -> T:
    """Ask `condition` again and again until its answer is true, and give that answer.

    Raises:
        AssertionError: after `timeout` seconds, with `what` was waited for and what `explain` knows of it.
    """
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout:g} s for {what}\n{explain()}")
        time.sleep(_BETWEEN_LOOKS)
