"""Progress and cancelling: the two things passed down to every piece of long work.

Work reports how far it is by calling a ``Report`` with a frozen ``Progress``; it asks whether it should stop
by calling
``CancelToken.check()`` once per chunk and once per file. Neither knows who listens.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


class Cancelled(Exception):
    """The user asked for the work to stop. Not an error: nothing is shown but that it stopped."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work is.

    ``done`` and ``total`` are bytes; ``total`` is None while it is not yet known. ``done`` may go back when
    bytes were lost.
    ``detail`` names what is being worked on (a file, a layer), for people.
    """

    done: int = 0
    total: int | None = None
    detail: str = ""


Report = Callable[[Progress], None]


def ignore_progress(_: Progress) -> None:
    """A ``Report`` for callers that do not want to know."""


class CancelToken:
    """Tells work to stop. Safe to use from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask the work to stop and wake whatever registered itself with ``on_cancel``."""
        with self._lock:
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def check(self) -> None:
        """Raise ``Cancelled`` when ``cancel`` was called."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> None:
        """Pause for so many seconds; raise ``Cancelled`` at once when cancelled meanwhile."""
        if self._event.wait(seconds):
            raise Cancelled

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` when cancelled (at once if it already is); the function given takes it back."""
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return lambda: self._forget(callback)
        callback()
        return lambda: None

    def _forget(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)


class Tally:
    """Adds up the bytes of several threads into one ``Progress``.

    ``total`` is in bytes, or None when unknown. Every ``add`` reports the new sum; negative amounts give lost
    bytes back.
    """

    def __init__(self, report: Report, total: int | None = None) -> None:
        self._report = report
        self._lock = threading.Lock()
        self._done = 0
        self._total = total
        self._detail = ""

    def add(self, amount: int, detail: str | None = None) -> None:
        with self._lock:
            self._done += amount
            if detail is not None:
                self._detail = detail
            progress = Progress(self._done, self._total, self._detail)
        self._report(progress)

    def expect(self, total: int | None) -> None:
        """Set the total, in bytes, once it is known."""
        with self._lock:
            self._total = total
            progress = Progress(self._done, self._total, self._detail)
        self._report(progress)
