"""Writing to the journal in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

log = logging.getLogger(__name__)


class JournalWriter:
    """A journal that another process holds for seconds must not stop the window."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._lock = threading.Lock()  # between looking whether it is closed and writing it is not closed
        self._closed = False

    def write(self, function: Callable[..., None], *arguments: object) -> Future[None]:
        """Call ``function``, in the order of the calls. What fails there is logged and hurts no job; after
        ``close`` nothing is written.
        """

        def write() -> None:
            try:
                function(*arguments)
            except Exception:
                log.exception("the journal could not be written")

        with self._lock:
            return Future() if self._closed else self._thread.submit(write)

    def close(self) -> None:
        """Returns when all is written."""
        with self._lock:
            self._closed = True
        self._thread.shutdown()
