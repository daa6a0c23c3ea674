"""Who may run beside whom: most jobs together, one that needs the store to itself alone."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Gate:
    """Lets many through together, or one alone; nobody passes one who waits to be alone."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._inside = 0
        self._alone = False
        self._waiting_to_be_alone = 0

    def enter(self, alone: bool, given_up: Callable[[], bool]) -> bool:
        """Wait for admission; False when ``given_up`` says so first. ``look_again`` has it asked."""
        with self._condition:
            self._waiting_to_be_alone += alone
            try:
                self._condition.wait_for(lambda: given_up() or self._is_open(alone))
            finally:
                self._waiting_to_be_alone -= alone
            if given_up():
                self._condition.notify_all()
                return False
            self._inside += 1
            self._alone = alone
            return True

    def leave(self) -> None:
        with self._condition:
            self._inside -= 1
            self._alone = False
            self._condition.notify_all()

    def look_again(self) -> None:
        """Somebody may have given up."""
        with self._condition:
            self._condition.notify_all()

    def _is_open(self, alone: bool) -> bool:
        if alone:
            return self._inside == 0
        return not self._alone and self._waiting_to_be_alone == 0
