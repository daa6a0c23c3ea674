"""Finds out what tags stand for, those on view first and a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from kitops_desktop.jobs.background import Background
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.remedies import is_of_host
from kitops_desktop.ui.browser.tag_rows import TagRow, Version

PARALLEL = 6
"""Reads at a time: less than there are threads, so that something else can be read meanwhile."""

ReadVersion = Callable[[str, CancelToken], Version]
ReadReferrers = Callable[[str, CancelToken], tuple[TagRow, ...]]
"""What refers to the version of a digest."""


class TagResolver(QObject):
    """``resolved`` and ``failed`` carry the tag, or the digest when it is what refers to a version that is
    read; ``stopped`` is for errors that all would have. The ``reader`` does the reading.
    """

    resolved = Signal(str, object)  # Version, or tuple[TagRow, ...]
    failed = Signal(str, object)  # Exception
    stopped = Signal(object)  # Exception

    def __init__(
        self, background: Background, parent: QObject | None = None, *, parallel: int = PARALLEL
    ) -> None:
        super().__init__(parent)
        self.reader = Reader(background, self, latest_only=False)
        self._parallel = parallel
        self._read: ReadVersion | ReadReferrers | None = None
        self._wanted: list[str] = []
        self._asked: set[str] = set()
        self._running = 0

    def begin(self, read: ReadVersion | ReadReferrers | None) -> None:
        """Another repository, or the same anew: what is under way is not wanted any more."""
        self.reader.cancel()
        self._read, self._wanted, self._asked, self._running = read, [], set(), 0

    def want(self, tags: Iterable[str]) -> None:
        """These are on view now; others that were not begun are not wanted any more."""
        self._wanted = [tag for tag in tags if tag not in self._asked]
        self._go_on()

    @property
    def busy(self) -> bool:
        return self._running > 0

    def _go_on(self) -> None:
        while self._read is not None and self._wanted and self._running < self._parallel:
            tag = self._wanted.pop(0)
            self._asked.add(tag)
            self._running += 1
            self.reader.read(
                partial(self._read, tag), partial(self._on_resolved, tag), partial(self._on_failed, tag)
            )

    def _on_resolved(self, tag: str, version: Any) -> None:  # noqa: ANN401 - what was read
        self._running -= 1
        self.resolved.emit(tag, version)
        self._go_on()

    def _on_failed(self, tag: str, error: Exception) -> None:
        self._running -= 1
        if is_of_host(error):
            self.begin(None)
            self.stopped.emit(error)
            return
        self.failed.emit(tag, error)
        self._go_on()
