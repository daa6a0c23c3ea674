"""Long work of the window's own thread, done in slices between which the window stays alive."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal

_SLICE = 0.008  # seconds


class Slices(QObject):
    """Does one work after the other: ``begin`` it with an iterator that pauses often."""

    idle = Signal()  # all is done

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._works: deque[tuple[str, Iterator[None], Callable[[], None]]] = deque()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._turn)

    @property
    def busy(self) -> bool:
        return bool(self._works)

    def begin(self, kind: str, work: Iterator[None], done: Callable[[], None], *, at_once: bool) -> None:
        """Do ``work``, then call ``done``. What is under way of the same kind is given up. ``at_once``: it is
        so little that nobody has to wait for it, unless other work comes before.
        """
        self._works = deque(one for one in self._works if one[0] != kind)
        if at_once and not self._works:
            self._timer.stop()
            for _ in work:
                continue
            done()
            self.idle.emit()
            return
        self._works.append((kind, work, done))
        self._timer.start()

    def clear(self) -> None:
        """Give up all work."""
        self._works.clear()
        self._timer.stop()

    def _turn(self) -> None:
        until = time.perf_counter() + _SLICE
        while self._works and time.perf_counter() < until:
            _, work, done = self._works[0]
            if next(work, self) is self:  # at its end
                self._works.popleft()
                done()
        if not self._works:
            self._timer.stop()
            self.idle.emit()
