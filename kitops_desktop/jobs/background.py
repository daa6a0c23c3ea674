"""Short reads that are no job for the user's eyes: listing the store, scanning a folder."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from kitops_desktop.progress import Cancelled, CancelToken

log = logging.getLogger(__name__)

T = TypeVar("T")

THREADS = 4


class BackgroundTask(Generic[T]):
    """A read that is under way. ``token`` is what the function got."""

    def __init__(self, token: CancelToken, future: Future[T]) -> None:
        self.token = token
        self._future = future

    def cancel(self) -> None:
        """Nobody wants the result any more."""
        self.token.cancel()
        self._future.cancel()

    @property
    def done(self) -> bool:
        return self._future.done()

    @property
    def cancelled(self) -> bool:
        """Whether the result will not be wanted, or never came."""
        return self.token.cancelled

    def result(self, timeout: float | None = None) -> T:
        """Wait for the result; raises what the function raised, and ``Cancelled``."""
        try:
            return self._future.result(timeout)
        except CancelledError:
            raise Cancelled from None

    def when_done(self, callback: Callable[[BackgroundTask[T]], None]) -> None:
        """Call back once it has ended somehow: in the worker thread, or at once when it already has."""
        self._future.add_done_callback(lambda _: callback(self))


class Background:
    """Runs functions in a few threads, in the order in which they came."""

    def __init__(self, threads: int = THREADS) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="background")
        self._lock = threading.Lock()
        self._tokens: set[CancelToken] = set()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether nothing can be started any more."""
        return self._closed

    def run(self, function: Callable[[CancelToken], T]) -> BackgroundTask[T]:
        """Start ``function(token)``; after ``close`` it counts as cancelled before it began."""
        token = CancelToken()
        with self._lock:
            if self._closed:
                token.cancel()
                never: Future[T] = Future()
                never.cancel()
                return BackgroundTask(token, never)
            future = self._pool.submit(_checked, function, token)
            self._tokens.add(token)
        future.add_done_callback(lambda _: self._forget(token))
        return BackgroundTask(token, future)

    def close(self) -> None:
        """Cancel everything and return when all have ended."""
        with self._lock:
            self._closed = True
            tokens = tuple(self._tokens)
        for token in tokens:
            token.cancel()
        self._pool.shutdown(cancel_futures=True)

    def _forget(self, token: CancelToken) -> None:
        with self._lock:
            self._tokens.discard(token)


def _checked(function: Callable[[CancelToken], T], token: CancelToken) -> T:
    token.check()
    return function(token)
