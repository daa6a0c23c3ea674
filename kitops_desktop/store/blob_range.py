"""Reading part of a blob."""

from __future__ import annotations

from pathlib import Path

from kitops_desktop.oci.closing import Closing


class BlobRange(Closing):
    """A stream over ``length`` bytes of a file from offset ``start``; up to its end when None.

    Raises ``OSError`` when the file cannot be opened. A file that is shorter just ends earlier.
    """

    def __init__(self, path: Path, start: int = 0, length: int | None = None) -> None:
        self._file = path.open("rb", buffering=0)
        self._file.seek(start)
        self._left = length

    def read(self, size: int = -1, /) -> bytes:
        if size < 0 and self._left is None:
            return self._file.read()
        if size < 0 or (self._left is not None and self._left < size):
            size = self._left or 0
        content = self._read_fully(size)
        if self._left is not None:
            self._left -= len(content)
        return content

    def _read_fully(self, size: int) -> bytes:
        content = self._file.read(size) or b""
        if len(content) == size or not content:
            return content
        pieces, missing = [content], size - len(content)
        while missing and (piece := self._file.read(missing)):
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def close(self) -> None:
        self._file.close()
