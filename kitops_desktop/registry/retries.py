"""What is tried again, how often, and after which pause."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from kitops_desktop.errors import (
    ProxyRefused,
    RateLimited,
    RegistryError,
    RegistryFailed,
    RegistryUnreachable,
)
from kitops_desktop.progress import CancelToken, Wait
from kitops_desktop.registry.pauses import LONGEST_ASKED_FOR, pause_seconds

log = logging.getLogger(__name__)
_T = TypeVar("_T")
_PASSING_STATUSES = frozenset({408, 425, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we bear with a registry; times are in seconds.

    A request is tried ``tries`` times, but at most ``first_tries`` as long as the registry has not given a
    single sensible answer: somebody waits to hear that the name is misspelt. Pauses begin with
    ``first_pause`` and double up to ``longest_backoff``. An answer that brings fewer than ``least_rate``
    bytes a second during ``slow_seconds`` counts as broken.
    """

    tries: int = 8
    first_tries: int = 3
    first_pause: float = 0.5
    longest_backoff: float = 30.0
    least_rate: int = 1024
    slow_seconds: float = 60.0


def is_passing(error: RegistryError) -> bool:
    """Whether it may work a moment later: trouble of the network and of the server. What is wrong with
    certificates, rights, digests or the request itself stays wrong.
    """
    if isinstance(error, RateLimited):
        return True
    if isinstance(error, RegistryUnreachable):
        return not isinstance(error, ProxyRefused)
    return isinstance(error, RegistryFailed) and error.status in _PASSING_STATUSES


class Attempts:
    """The attempts of one request. ``proven`` says whether the registry has given a sensible answer by now;
    ``longest_pause`` is how many seconds it may ask us to wait.
    """

    def __init__(
        self,
        patience: Patience,
        token: CancelToken,
        proven: Callable[[], bool],
        longest_pause: float = LONGEST_ASKED_FOR,
    ) -> None:
        self._patience, self._token, self._proven = patience, token, proven
        self._longest_pause = longest_pause
        self._made = 0

    def run(self, attempt: Callable[[], _T]) -> _T:
        """Attempt until it works or must not be tried again; raises the last error, or ``Cancelled``."""
        while True:
            self._token.check()
            try:
                return attempt()
            except RegistryError as error:
                pause = self._pause(error)
                if pause is None:
                    raise
                log.info("trying again in %.1f s: %s", pause, error)
                now = time.time()
                wait = Wait(error.host, now, now + pause, error)
            self._token.count_try()
            with self._token.waiting(wait):
                self._token.wait(pause)

    def _pause(self, error: RegistryError) -> float | None:
        """Seconds until the next attempt, None when there is to be none."""
        self._made += 1
        allowed = self._patience.tries if self._proven() else self._patience.first_tries
        if not self._proven() and isinstance(error, RegistryUnreachable) and error.step == "timeout":
            return None  # somebody has waited long enough
        if not is_passing(error) or self._made >= allowed:
            return None
        return pause_seconds(
            error,
            self._made - 1,
            first=self._patience.first_pause,
            longest=self._patience.longest_backoff,
            longest_asked_for=self._longest_pause,
        )
