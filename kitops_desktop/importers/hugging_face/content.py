"""The bytes of a file on Hugging Face: any range of it, or all of it however often the connection breaks."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.blob_stream import BlobStream
from kitops_desktop.registry.exchange import Response


@dataclass(frozen=True, slots=True)
class HfContent:
    """A ``registry.blob_stream.RangedContent``: one file of a repository at its commit."""

    client: HfClient
    repository: HfRepository
    file: HfFile

    @property
    def host(self) -> str:
        return self.client.host

    @property
    def label(self) -> str:
        return self.file.path

    def open_part(self, start: int, end: int, token: CancelToken) -> Response:
        return self.client.open_part(self.repository, self.file, start, end, token)

    def open_from(self, start: int, end: int, token: CancelToken) -> Response:
        return self.client.open_from(self.repository, self.file, start, end, token)

    def stream(self, start: int, token: CancelToken) -> BlobStream:
        """All from ``start`` on; goes on where it stopped when the connection breaks. Where parts cannot be
        had, what stands before is read and dropped.
        """
        return BlobStream(self, start, self.file.size, token, whole=True)


class HfBytes:
    """A ``formats.source.Bytes``: each read is a request. ``bytes_read`` may be asked from any thread."""

    def __init__(self, content: HfContent, token: CancelToken) -> None:
        self._content, self._token = content, token
        self.bytes_read = 0

    @property
    def size(self) -> int:
        return self._content.file.size

    def read(self, start: int, length: int, /) -> bytes:
        """Raises ``RangesUnsupported`` where only all of the file can be had, and what the client raises."""
        end = min(start + length, self.size)
        if end <= start:
            return b""
        with BlobStream(self._content, start, end, self._token) as stream:
            found = stream.read()
        self.bytes_read += len(found)
        return found
