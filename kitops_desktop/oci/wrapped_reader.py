"""What all readers have in common that read from another one."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from kitops_desktop.oci.storage import BlobReader


class WrappedReader:
    """Ends together with ``reader``; ``read`` is its own matter."""

    def __init__(self, reader: BlobReader) -> None:
        self._reader = reader

    def close(self) -> None:
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
