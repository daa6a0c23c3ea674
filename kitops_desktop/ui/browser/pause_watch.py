"""Registries that want a pause or do not answer: their rows count, and after a pause they are asked again."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kitops_desktop import errors
from kitops_desktop.ui.browser.registry_rows import Answers, RegistryRow

_SECOND = 1000  # milliseconds


class PauseWatch(QObject):
    """``rows`` gives what is known of all registries, by host. ``follow`` looks whether any wants a pause, or
    is being asked; as long as one does, ``ticked`` comes every second for it, and at the end of a pause
    ``over``.
    """

    ticked = Signal(str)
    over = Signal(str)

    def __init__(self, rows: Callable[[], Mapping[str, RegistryRow]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self._waiting: dict[str, float] = {}
        self._timer = QTimer(self, interval=_SECOND)
        self._timer.timeout.connect(self._tick)

    def follow(self) -> None:
        """Something became known of a registry."""
        self._waiting = {host: until for host, row in self._rows().items() if (until := _counts_until(row))}
        if not self._waiting:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _tick(self) -> None:
        now = time.time()
        for host, until in tuple(self._waiting.items()):
            if until > now:
                self.ticked.emit(host)
            else:
                del self._waiting[host]
                self.over.emit(host)
        if not self._waiting:
            self._timer.stop()


def _counts_until(row: RegistryRow) -> float | None:
    return math.inf if row.answers is Answers.ASKED else pause_until(row)


def pause_until(row: RegistryRow) -> float | None:
    """When a registry takes requests again, in seconds since the epoch; None when it wants no pause, or does
    not say how long.
    """
    problem = row.problem
    return problem.until if isinstance(problem, errors.RateLimited) else None
