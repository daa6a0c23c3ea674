"""Keeps Windows and macOS awake, by wakepy. Written for; not tested by us."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from functools import partial

log = logging.getLogger(__name__)


class WakepyWakefulness:
    """All is done in one thread, since Windows takes the wish back when the thread that had it ends."""

    def __init__(self) -> None:
        self._awake = False
        self._wishes: queue.SimpleQueue[bool | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def keep(self, awake: bool) -> None:
        if awake == self._awake:
            return
        self._awake = awake
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="wakefulness", daemon=True)
            self._thread.start()
        self._wishes.put(awake)

    def close(self) -> None:
        self.keep(False)
        self._wishes.put(None)

    def _run(self) -> None:
        release: Callable[[], object] | None = None
        while (wish := self._wishes.get()) is not None:
            try:
                if wish:
                    release = _hold()
                elif release is not None:
                    release()
                    release = None
            except Exception as error:
                log.info("the computer is not kept awake: %s", error)


def _hold() -> Callable[[], object]:
    """Keep the computer awake until the function given is called."""
    from wakepy import keep

    mode = keep.running(on_fail="pass")
    mode.__enter__()
    return partial(mode.__exit__, None, None, None)
