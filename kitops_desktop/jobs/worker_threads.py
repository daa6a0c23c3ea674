"""Threads that work for somebody who wants to know whether any of them still does."""

from __future__ import annotations

import threading
from collections.abc import Callable


class WorkerThreads:
    """``ended`` is notified whenever one has ended; its lock is the one under which they are counted."""

    def __init__(self, ended: threading.Condition) -> None:
        self._ended = ended
        self._threads: set[threading.Thread] = set()

    def start(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=self._run, args=(work,), name=name)
        with self._ended:
            self._threads.add(thread)
            thread.start()

    def are_busy(self) -> bool:
        with self._ended:
            return bool(self._threads)

    def join(self) -> None:
        """Wait for those that work now."""
        with self._ended:
            threads = tuple(self._threads)
        for thread in threads:
            thread.join()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            with self._ended:
                self._threads.discard(threading.current_thread())
                self._ended.notify_all()
