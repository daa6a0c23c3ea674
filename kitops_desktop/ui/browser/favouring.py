"""Favourites among repositories and kits of registries: added, taken off, and shown where they are of use."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)


class Favouring(QObject):
    """``known`` are the references, in the order in which they were added; ``changed`` tells of others."""

    changed = Signal()

    def __init__(self, workspace: Workspace, navigator: Navigator, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._navigator = workspace, navigator
        self._reader = Reader(workspace.background, self, latest_only=False)
        self._changing = threading.Lock()
        self._changes = self._shown = 0
        self.known: tuple[str, ...] = ()

    def read(self) -> None:
        """Read what is remembered."""
        self._do(lambda: None)

    def of(self, host: str) -> tuple[str, ...]:
        """Those of one registry."""
        return tuple(one for one in self.known if one.partition("/")[0] == host)

    def toggle(self, reference: str) -> None:
        """Make a favourite of it, or none."""
        (self.remove if reference in self.known else self.add)(reference)

    def add(self, reference: str) -> None:
        self._add(reference)
        self._navigator.notify(f"{reference} is a favourite now.", "Undo", partial(self._remove, reference))

    @Slot(str)
    def remove(self, reference: str) -> None:
        self._remove(reference)
        undo = partial(self._add, reference)
        self._navigator.notify(f"{reference} is no favourite any more.", "Undo", undo)

    def _add(self, reference: str) -> None:
        self._do(lambda: self._workspace.favourites.add(reference))

    def _remove(self, reference: str) -> None:
        self._do(lambda: self._workspace.favourites.remove(reference))

    def _do(self, change: Callable[[], None]) -> None:
        favourites = self._workspace.favourites

        def work(_: CancelToken) -> tuple[int, tuple[str, ...]]:
            with self._changing:
                change()
                self._changes += 1
                return self._changes, favourites.all()

        self._reader.read(work, self._on_read, _log_error)

    def _on_read(self, read: tuple[int, tuple[str, ...]]) -> None:
        number, known = read
        if number < self._shown:  # what was read later came first
            return
        self._shown = number
        if known != self.known:
            self.known = known
            self.changed.emit()


def _log_error(error: Exception) -> None:
    log.info("favourites: %s", error)
