"""Calls that may never come back, made in a thread that is left alone then."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from kitops_desktop.errors import CredentialError, KeyringFailed

T = TypeVar("T")


class PatientThread:
    """Makes calls one after another, each with ``timeout`` seconds.

    A call that does not end (the user does not answer the system's question) cannot be stopped; until it
    ends, further calls are refused at once instead of asking the user again.
    """

    def __init__(self, timeout: float, failed: Callable[[Exception], CredentialError]) -> None:
        self._timeout, self._failed = timeout, failed
        self._lock = threading.Lock()
        self._running: threading.Thread | None = None

    def call(self, work: Callable[[], T]) -> T:
        """What ``work`` returns. Raises what ``failed`` makes of its error, or ``KeyringFailed``.

        The error has neither traceback nor context of ``work``, whose frames hold secrets.
        """
        with self._lock:
            if self._running is not None and self._running.is_alive():
                raise KeyringFailed("it still waits for an answer to its last question", locked=True)
            outcome: list[Any] = []
            self._running = threading.Thread(
                target=self._work, args=(work, outcome), name="keyring", daemon=True
            )
            self._running.start()
            self._running.join(self._timeout)
            done = list(outcome)
        if not done:
            raise KeyringFailed(f"it gave no answer within {self._timeout:g} s", locked=True)
        value, failure = done[0]
        if failure is not None:
            raise failure
        result: T = value
        return result

    def _work(self, work: Callable[[], T], outcome: list[Any]) -> None:
        try:
            done: tuple[T | None, CredentialError | None] = (work(), None)
        except Exception as error:
            done = (None, self._failed(error).with_traceback(None))
        outcome.append(done)
