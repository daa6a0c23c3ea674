"""Progress and cancelling: the two things passed down to every piece of long work.

Work reports how far it is by calling a ``Report`` with a frozen ``Progress``; it asks whether it should stop
by calling ``CancelToken.check()`` once per chunk and once per file. Neither knows who listens.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")

LOOK_SECONDS = 0.2
"""How often a thread that waits for another looks whether it still should. Waits without an end are none for
the main thread: a Ctrl-C right before one is not noticed until it ends, on Windows none is during one.
"""


class Cancelled(Exception):
    """The user asked for the work to stop. Not an error: nothing is shown but that it stopped."""


class Paused(Cancelled):
    """It stopped where it can go on without anything being done twice."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work is.

    ``done`` and ``total`` are bytes; ``total`` is None while it is not yet known. ``done`` may go back when
    bytes were lost. ``skipped`` of the bytes done cost nothing, since they were there already: they say
    nothing about how fast it goes. ``detail`` names what is being worked on (a file, a layer), for people.
    """

    done: int = 0
    total: int | None = None
    detail: str = ""
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """What work waits for, since ``since``: an answer of ``host``; or, after ``problem``, the moment
    ``until`` at which that is asked again. Times are in seconds since the epoch.
    """

    host: str
    since: float
    until: float | None = None
    problem: BaseException | None = None


Report = Callable[[Progress], None]


def ignore_progress(_: Progress) -> None:
    """A ``Report`` for callers that do not want to know."""


def first_failed(futures: Collection[Future[_T]]) -> set[Future[_T]]:
    """Wait until all are done or one has failed; gives those that are not done."""
    unfinished = set(futures)
    while unfinished:
        done, unfinished = wait(unfinished, LOOK_SECONDS, return_when=FIRST_EXCEPTION)
        if any(future.exception() is not None for future in done):
            break
    return unfinished


def all_done(futures: Collection[Future[_T]]) -> None:
    """Wait until all are done, whatever comes of them."""
    unfinished = set(futures)
    while unfinished:
        _, unfinished = wait(unfinished, LOOK_SECONDS)


class CancelToken:
    """Tells work to stop. Safe to use from any thread.

    A pause is asked for with ``ask_to_pause``. It cancels at once, except that what is inside ``finishing``
    is brought to its end first.
    """

    def __init__(self, parent: CancelToken | None = None) -> None:
        self._event = threading.Event()
        self._lock = threading.RLock()  # Ctrl-C may come while the main thread has it
        self._callbacks: list[Callable[[], None]] = []
        self._parent = parent
        self._root: CancelToken = self if parent is None else parent._root
        self._keeps = False
        self._pause_wanted = False
        self._finishing = 0
        self._tries = 0
        self._waits: dict[object, Wait] = {}

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    @property
    def keeps(self) -> bool:
        """Whether the work will go on some time: what it left elsewhere for that (an upload that a registry
        has begun) is not to be cleared away. Means something once it is cancelled.
        """
        parent = self._parent
        return self._keeps and (parent is None or not parent.cancelled or parent.keeps)

    @property
    def pause_wanted(self) -> bool:
        return self._root._pause_wanted

    @property
    def tries(self) -> int:
        """How often something was tried again."""
        return self._root._tries

    def count_try(self) -> None:
        """Something is tried again, after a fault of the network or of another program."""
        with self._root._lock:
            self._root._tries += 1

    @property
    def waits(self) -> tuple[Wait, ...]:
        """What is waited for at this moment, in whatever threads do the work; for those who look now and
        then.
        """
        with self._root._lock:
            return tuple(self._root._waits.values())

    @contextmanager
    def waiting(self, wait: Wait) -> Iterator[None]:
        """What is inside does nothing but wait for that."""
        root, mark = self._root, object()
        with root._lock:
            root._waits[mark] = wait
        try:
            yield
        finally:
            with root._lock:
                del root._waits[mark]

    def cancel(self, keep: bool = False) -> None:
        """Ask the work to stop and wake whatever registered itself with ``on_cancel``. See ``keeps``."""
        with self._lock:
            self._keeps = keep and (self._keeps or not self._event.is_set())
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

    @contextmanager
    def holding(self, lock: threading.Lock) -> Iterator[None]:
        """Have the lock meanwhile; raise ``Cancelled`` when cancelled while waiting for it."""
        while not lock.acquire(timeout=LOOK_SECONDS):
            self.check()
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def child(self) -> Iterator[CancelToken]:
        """A token that is cancelled with this one, as this one, and that can be cancelled alone."""
        child = CancelToken(self)
        detach = self.on_cancel(lambda: child.cancel(keep=self.keeps))
        try:
            yield child
        finally:
            detach()

    def ask_to_pause(self) -> None:
        """Cancel with ``keep``, once nothing is ``finishing``."""
        root = self._root
        with root._lock:
            root._pause_wanted = True
            busy = root._finishing > 0
        if not busy:
            root.cancel(keep=True)

    def check_pause(self) -> None:
        """Raise ``Paused`` when a pause was asked for, ``Cancelled`` when cancelled."""
        self.check()
        if self.pause_wanted:
            raise Paused

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """What is inside is not broken off by a pause. Raises ``Paused`` instead of beginning."""
        root = self._root
        self.check()
        with root._lock:
            if root._pause_wanted:
                raise Paused
            root._finishing += 1
        try:
            yield
        finally:
            with root._lock:
                root._finishing -= 1
                last = self.pause_wanted and root._finishing == 0
            if last:
                root.cancel(keep=True)

    def _forget(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)


class Tally:
    """Adds up the bytes of several threads into one ``Progress``.

    ``total`` is in bytes, or None when unknown. Every ``add`` reports the new sum; negative amounts give lost
    bytes back. ``skip`` adds what needed not be done.
    """

    def __init__(self, report: Report, total: int | None = None) -> None:
        self._report = report
        self._lock = threading.Lock()
        self._done = self._skipped = 0
        self._total = total
        self._detail = ""

    def add(self, amount: int, detail: str | None = None) -> None:
        self._count(amount, 0, detail)

    def skip(self, amount: int, detail: str | None = None) -> None:
        """Bytes that were there already."""
        self._count(amount, amount, detail)

    def expect(self, total: int | None) -> None:
        """Set the total, in bytes, once it is known."""
        with self._lock:
            self._total = total
            progress = self._progress()
        self._report(progress)

    def _count(self, amount: int, skipped: int, detail: str | None) -> None:
        with self._lock:
            self._done += amount
            self._skipped += skipped
            if detail is not None:
                self._detail = detail
            progress = self._progress()
        self._report(progress)

    def _progress(self) -> Progress:
        return Progress(self._done, self._total, self._detail, self._skipped)
