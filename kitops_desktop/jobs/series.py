"""Several pieces of work, one after the other, as one progress."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kitops_desktop.progress import Progress, Report


class Series:
    """``expect`` the total of all, in bytes, then do the pieces."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._total: int | None = None
        self._before = self._last = Progress()

    def expect(self, total: int) -> None:
        self._total = total

    @contextmanager
    def piece(self, size: int) -> Iterator[Report]:
        """What to report the next piece to. It counts as done afterwards, however it ended."""
        before = self._before
        try:
            yield self._on_progress
        finally:
            self._before = Progress(before.done + size, None, "", self._last.skipped)

    def _on_progress(self, progress: Progress) -> None:
        before = self._before
        self._last = Progress(
            before.done + progress.done, self._total, progress.detail, before.skipped + progress.skipped
        )
        self._report(self._last)
