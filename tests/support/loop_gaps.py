"""How long the window's event loop is kept from its next turn."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer


class Gaps:
    """The longest time between two turns of the event loop while something is waited for, in seconds;
    ``worst`` says what that was.

    Nothing is waited for longer than ``patience`` seconds.
    """

    def __init__(self, patience: float = math.inf) -> None:
        self._patience = patience
        self.longest = 0.0
        self.worst = ""

    def until(self, done: Callable[[], bool], what: str = "") -> None:
        loop, timer = QEventLoop(), QTimer(interval=1)
        began = last = time.perf_counter()

        def turn() -> None:
            nonlocal last
            now = time.perf_counter()
            if now - last > self.longest:
                self.longest, self.worst = now - last, what
            last = now
            if done() or now - began > self._patience:
                loop.quit()

        timer.timeout.connect(turn)
        timer.start()
        loop.exec()
        assert time.perf_counter() - began < self._patience, f"{what} takes too long"
