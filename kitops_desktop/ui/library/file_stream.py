"""Files on their way from a background thread to the window."""

from __future__ import annotations

from collections import deque

from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.preview.files import KitFile, ListingCache, kit_files
from kitops_desktop.preview.index_artifact import AttachedIndex
from kitops_desktop.preview.reading_limits import ON_DISK, ReadingLimits
from kitops_desktop.progress import CancelToken, Progress

MAX_FILES = 250_000
"""More than anybody looks through; the rest is counted out loud rather than held in memory."""
_AHEAD = 20_000
_PAUSE = 0.02


class FileStream:
    """Filled by ``run`` in a background thread and emptied by ``take`` in the window's.

    ``unread`` has the layers that the limits kept from being listed to their end, with the bytes that would
    have to be read for that; ``without_ranges`` when it is because the registry gives no parts. With
    ``parallel`` layers read at a time, files come in no order. ``index`` is the file index by which it was
    listed, None for the layers alone.
    """

    def __init__(self, limits: ReadingLimits = ON_DISK, parallel: int = 1) -> None:
        self._limits, self._parallel = limits, parallel
        self._files: deque[KitFile] = deque()
        self.progress = Progress()
        self.truncated = False
        self.unread: dict[KitLayer, int] = {}
        self.without_ranges = False
        self.index: AttachedIndex | None = None

    def run(
        self,
        kit: ModelKit,
        fetcher: Fetcher,
        cache: ListingCache | None,
        token: CancelToken,
        index: AttachedIndex | None = None,
    ) -> FileStream:
        """List all files of ``kit``; stays at most some thousand files ahead of who takes them."""
        self.index = index
        listed = kit_files(
            kit,
            fetcher,
            cache=cache,
            index=None if index is None else index.index,
            limits=self._limits,
            parallel=self._parallel,
            in_order=self._parallel == 1,
            token=token,
            report=self._report,
        )
        for count, file in enumerate(listed):
            if count == MAX_FILES:
                self.truncated = True
                break
            while len(self._files) >= _AHEAD:
                token.wait(_PAUSE)
            if file.unread:
                self.unread[file.layer] = file.unread
                self.without_ranges |= file.without_ranges
            else:
                self._files.append(file)
        return self

    def take(self, limit: int) -> list[KitFile]:
        """Up to ``limit`` files in the order of the listing."""
        return [self._files.popleft() for _ in range(min(limit, len(self._files)))]

    def _report(self, progress: Progress) -> None:
        self.progress = progress
