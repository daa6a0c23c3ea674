"""What all readers have in common that read from another one."""

from __future__ import annotations

from kitops_desktop.oci.closing import Closing
from kitops_desktop.oci.storage import BlobReader


class WrappedReader(Closing):
    """Ends together with ``reader``; ``read`` is its own matter."""

    def __init__(self, reader: BlobReader) -> None:
        self._reader = reader

    def close(self) -> None:
        self._reader.close()
