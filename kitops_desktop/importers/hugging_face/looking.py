"""Looking into files on Hugging Face: a part here and there, and how much that was in all."""

from __future__ import annotations

import threading

from kitops_desktop.errors import RangesUnsupported
from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.content import HfBytes, HfContent
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository
from kitops_desktop.progress import CancelToken

ORIGIN = "Read by range from Hugging Face: not verified"
"""What is said of all that was looked into."""
_AT_ONCE = 64 << 10
"""Bytes of a file that is not worth more than one request."""
_MOST_WHOLE = 16 << 20
"""Bytes that are read of a file where parts cannot be had: what lies in git itself is smaller."""


class LookingBytes:
    """A ``formats.source.Bytes``, as ``HfBytes``; small files are read once, as a whole.

    Raises ``RangesUnsupported`` for a large file of which parts cannot be had.
    """

    def __init__(self, parts: HfBytes) -> None:
        self._parts = parts
        self._whole: bytes | None = None

    @property
    def size(self) -> int:
        return self._parts.size

    @property
    def bytes_read(self) -> int:
        return self._parts.bytes_read

    def read(self, start: int, length: int, /) -> bytes:
        if self._whole is None and self.size > _AT_ONCE:
            try:
                return self._parts.read(start, length)
            except RangesUnsupported:
                if self.size > _MOST_WHOLE:
                    raise
        if self._whole is None:
            self._whole = self._parts.read(0, self.size)
        return self._whole[start : start + length]


class HfLooking:
    """Opens files of ``repository`` at its commit. ``bytes_read`` of all of them, from any thread."""

    def __init__(self, client: HfClient, repository: HfRepository) -> None:
        self.client, self.repository = client, repository
        self._lock = threading.Lock()
        self._opened: list[HfBytes] = []

    @property
    def bytes_read(self) -> int:
        with self._lock:
            return sum(one.bytes_read for one in self._opened)

    def open(self, file: HfFile, token: CancelToken) -> LookingBytes:
        """Nothing is read yet."""
        parts = HfBytes(HfContent(self.client, self.repository, file), token)
        with self._lock:
            self._opened.append(parts)
        return LookingBytes(parts)
