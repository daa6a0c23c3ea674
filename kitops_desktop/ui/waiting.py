"""What readings wait for, in words, for as long as they do: a registry that is busy, away or slow."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from itertools import chain

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kitops_desktop.errors import RateLimited, RegistryFailed
from kitops_desktop.progress import Wait
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.units import duration_text, moment_text

SLOW_SECONDS = 3.0
"""Nobody has to be told sooner that there is no answer yet."""
LEAST_PAUSE = 1.0
"""Seconds; shorter pauses are over before they have been read of."""
_LOOK = 500  # milliseconds
_UNAVAILABLE = 503


class WaitWatch(QObject):
    """Looks what ``readers`` wait for. ``said`` comes with what is worth to be told (a ``Wait``), again with
    every look as its seconds count, and with None when they go on; ``over`` when none of them reads any more.
    """

    said = Signal(object)  # Wait | None
    over = Signal()

    def __init__(self, readers: Sequence[Reader], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._readers = readers
        self._has_said = False
        self._timer = QTimer(self, interval=_LOOK)
        self._timer.timeout.connect(self._look)
        for reader in readers:
            reader.began.connect(self._on_began)

    @Slot()
    def _on_began(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _look(self) -> None:
        if not any(reader.busy for reader in self._readers):
            self._timer.stop()
            self._has_said = False
            self.over.emit()
            return
        wait = worth_telling(chain.from_iterable(reader.waits for reader in self._readers))
        if wait is not None or self._has_said:
            self.said.emit(wait)
        self._has_said = wait is not None


def worth_telling(waits: Iterable[Wait], now: float | None = None) -> Wait | None:
    """The one of ``waits`` that says most about why it takes so long; None when it does not take long."""
    at = time.time() if now is None else now
    waits = tuple(waits)
    pauses = [one for one in waits if one.until is not None and one.until - one.since >= LEAST_PAUSE]
    if pauses:
        return max(pauses, key=lambda one: (_is_asked_for(one), one.until))
    slow = [one for one in waits if one.until is None and at - one.since >= SLOW_SECONDS]
    return min(slow, key=lambda one: one.since, default=None)


def wait_text(wait: Wait, now: float | None = None) -> str:
    """The sentence, for a line of its own."""
    if wait.until is None:
        return f"{wait.host} has not answered for {_waited(wait, now)}"
    return f"{wait.host} {_trouble(wait, wait.until)} · tried again at {moment_text(wait.until)}"


def short_wait_text(wait: Wait, now: float | None = None) -> str:
    """In a few words, for a row that names the registry or is one of many."""
    if wait.until is None:
        return f"No answer for {_waited(wait, now)}"
    away = not isinstance(wait.problem, RateLimited | RegistryFailed)
    return f"{'Away' if away else 'Busy'}, again at {moment_text(wait.until)}"


def with_wait(text: str, wait: Wait | None) -> str:
    """``text`` with what is waited for behind it."""
    return text if wait is None else f"{text} · {short_wait_text(wait)}"


def reading_text(wait: Wait | None) -> str:
    """What stands in place of what is being read."""
    return "Reading…" if wait is None else f"Reading… {wait_text(wait)}"


def _trouble(wait: Wait, until: float) -> str:
    match wait.problem:
        case RateLimited(until=float()):
            return f"is busy, asks to wait {duration_text(until - wait.since)}"
        case RateLimited():
            return "wants fewer requests"
        case RegistryFailed(status=status) if status == _UNAVAILABLE:
            return f"is busy ({status})"
        case RegistryFailed(status=status) if status:
            return f"failed with {status}"
    return "cannot be reached"


def _waited(wait: Wait, now: float | None) -> str:
    return duration_text((time.time() if now is None else now) - wait.since)


def _is_asked_for(wait: Wait) -> bool:
    return isinstance(wait.problem, RateLimited) and wait.problem.until is not None
