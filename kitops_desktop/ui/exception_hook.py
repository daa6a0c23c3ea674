"""The one place where errors end that nobody expected: logged, and shown once."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType

log = logging.getLogger(__name__)


class ExceptionHook:
    """Takes exceptions that left a slot or a thread. ``show`` is called in the GUI thread."""

    def __init__(self, show: Callable[[BaseException], None]) -> None:
        self._show = show
        self._showing = False
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
        if self._showing or threading.current_thread() is not threading.main_thread():
            return
        self._showing = True  # an error while this one is shown is only logged
        try:
            self._show(error)
        except Exception:
            log.exception("the error could not be shown")
        finally:
            self._showing = False

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_exception(args.exc_type, args.exc_value, args.exc_traceback)
