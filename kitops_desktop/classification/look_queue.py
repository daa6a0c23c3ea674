"""Looks into files one after the other, those that were asked for last first, in a thread that nobody waits
for: the file system may stall.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from kitops_desktop.classification.file_look import FileLook, look_at
from kitops_desktop.progress import Cancelled, CancelToken

IDLE_SECONDS = 5.0
"""After so long without anything to look at the thread ends."""


class LookQueue:
    """``on_look`` is called in the queue's thread and raises nothing."""

    def __init__(
        self,
        folder: Path,
        on_look: Callable[[FileLook], None],
        look: Callable[[Path, str, CancelToken], FileLook] = look_at,
    ) -> None:
        self._folder = folder
        self._on_look = on_look
        self._look = look
        self._changed = threading.Condition()
        self._wanted: list[str] = []
        self._token = CancelToken()
        self._running = False

    def want(self, paths: Sequence[str]) -> None:
        """Look at these, in this order, and no longer at what else was wanted."""
        with self._changed:
            self._wanted = list(reversed(paths))
            if self._wanted and not self._running and not self._token.cancelled:
                self._running = True
                threading.Thread(target=self._run, name="looking at files", daemon=True).start()
            self._changed.notify()

    def close(self) -> None:
        """Nothing is told any more. Returns at once."""
        self._token.cancel()
        with self._changed:
            self._wanted = []
            self._changed.notify()

    def _run(self) -> None:
        while True:
            path = self._next()
            if path is None:
                return
            try:
                found = self._look(self._folder, path, self._token)
            except Cancelled:
                return
            if not self._token.cancelled:
                self._on_look(found)

    def _next(self) -> str | None:
        with self._changed:
            while not self._wanted and not self._token.cancelled:
                if not self._changed.wait(IDLE_SECONDS):
                    break
            if self._wanted:
                return self._wanted.pop()
            self._running = False
            return None
