"""Bytes in memory as something to send from."""

from __future__ import annotations

import io

from kitops_desktop.oci.descriptor import Descriptor


class MemorySource:
    """``oci.storage.Fetcher`` of one blob."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def exists(self, descriptor: Descriptor) -> bool:
        return descriptor.size == len(self._content)

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> io.BytesIO:
        end = None if length is None else start + length
        return io.BytesIO(self._content[start:end])
