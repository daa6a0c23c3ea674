"""Keeps an eye on the store: other programs write to it as well."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kitops_desktop.jobs.background import Background
from kitops_desktop.progress import CancelToken
from kitops_desktop.store.local_store import Listing, LocalStore
from kitops_desktop.ui.background_signals import Reader

POLL_MILLISECONDS = 2000


class StoreWatch(QObject):
    """``listed`` comes when the store is not what it was, ``failed`` when it cannot be read."""

    listed = Signal(object)  # Listing
    failed = Signal(object)  # Exception

    def __init__(
        self, background: Background, open_store: Callable[[], LocalStore], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._open_store = open_store
        self._reader = Reader(background, self)
        self._seen: object = None
        self._again = False
        self._timer = QTimer(self, interval=POLL_MILLISECONDS)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        """Look now, and again every two seconds."""
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Look no more while nobody sees it."""
        self._timer.stop()

    def look(self) -> None:
        """Read the listing again if the store has changed since."""
        if self._reader.busy:
            self._again = True  # what is being read may have been before the change
        else:
            self._read(self._seen)

    def refresh(self) -> None:
        """Read the listing again in any case."""
        self._read(None)

    @Slot()
    def _on_tick(self) -> None:
        if not self._reader.busy:
            self._read(self._seen)

    def _read(self, seen: object) -> None:
        self._again = False

        def read(_: CancelToken) -> tuple[object, Listing | None]:
            store = self._open_store()
            stamp = (store.home, store.stamp())
            return stamp, None if stamp == seen else store.listing()

        self._reader.read(read, self._on_read, self._on_failed)

    def _on_read(self, found: tuple[object, Listing | None]) -> None:
        stamp, listing = found
        self._seen = stamp
        if listing is not None:
            self.listed.emit(listing)
        self._look_again()

    def _on_failed(self, error: Exception) -> None:
        known, self._seen = self._seen, error.args
        if known != error.args:
            self.failed.emit(error)
        self._look_again()

    def _look_again(self) -> None:
        if self._again:
            self.look()
