"""The one place where errors end that nobody expected: logged, and shown once."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType

log = logging.getLogger(__name__)

_AGAIN_AFTER = 3.0
"""Seconds without an error of one place before it is shown anew: what fails while painting fails all the
time."""
_PLACES = 100


class ExceptionHook:
    """Takes exceptions that left a slot or a thread. ``show`` is called in the GUI thread."""

    def __init__(self, show: Callable[[BaseException], None]) -> None:
        self._show = show
        self._showing = False
        self._last: dict[tuple[str, int], float] = {}
        self._before = sys.excepthook, threading.excepthook
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def remove(self) -> None:
        sys.excepthook, threading.excepthook = self._before

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, traceback)
            return
        log.error("unexpected error", exc_info=(kind, error, traceback))
        repeated = self._is_repeated(traceback)
        if repeated or self._showing or threading.current_thread() is not threading.main_thread():
            return
        self._showing = True  # an error while this one is shown is only logged
        try:
            self._show(error)
        except Exception:
            log.exception("the error could not be shown")
        finally:
            self._showing = False

    def _is_repeated(self, traceback: TracebackType | None) -> bool:
        """Whether an error of the same place came a moment ago."""
        while traceback is not None and traceback.tb_next is not None:
            traceback = traceback.tb_next
        if traceback is None:
            return False
        place = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        before, now = self._last.pop(place, None), time.monotonic()
        self._last[place] = now
        if len(self._last) > _PLACES:
            del self._last[next(iter(self._last))]
        return before is not None and now - before < _AGAIN_AFTER

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_exception(args.exc_type, args.exc_value, args.exc_traceback)
