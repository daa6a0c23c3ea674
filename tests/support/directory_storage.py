"""A storage made of one folder: a third one beside the local store and a registry, and simpler than both.

It is real, but has none of the store's speed, so a test that passes with it rests on the protocols alone.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from kitops_desktop.errors import BlobNotFound, DigestMismatch, SourceChanged
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest

_CHUNK = 1 << 18


class DirectoryStorage:
    """Blobs are files of ``folder`` named by their digest; half-written ones lie in ``folder``/partial."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.partial = folder / "partial"
        self.partial.mkdir(parents=True)

    @property
    def digests(self) -> set[str]:
        return {path.name for path in self.folder.iterdir() if path.is_file()}

    def path(self, digest: str) -> Path:
        return self.folder / digest

    def exists(self, descriptor: Descriptor) -> bool:
        path = self.path(descriptor.digest)
        return path.is_file() and path.stat().st_size == descriptor.size

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> io.BytesIO:
        try:
            with self.path(descriptor.digest).open("rb") as file:
                file.seek(start)
                return io.BytesIO(file.read(-1 if length is None else length))
        except FileNotFoundError as error:
            raise BlobNotFound(descriptor.digest) from error

    def read(self, digest: str) -> bytes:
        return self.path(digest).read_bytes()

    def ingest(self, descriptor: Descriptor | None = None) -> DirectoryIngest:
        return DirectoryIngest(self)

    def push_bytes(self, descriptor: Descriptor, content: bytes) -> None:
        with self.ingest(descriptor) as ingest:
            ingest.write(content)
            ingest.commit(descriptor.digest)


class DirectoryIngest:
    """A blob being written to a file of its own."""

    def __init__(self, storage: DirectoryStorage) -> None:
        self._storage = storage
        descriptor, name = tempfile.mkstemp(dir=storage.partial)
        self._path = Path(name)
        self._file = os.fdopen(descriptor, "wb")
        self._hash = hashlib.sha256()
        self._offset = 0

    @property
    def offset(self) -> int:
        return self._offset

    def write(self, content: bytes | memoryview) -> None:
        self._file.write(content)
        self._hash.update(content)
        self._offset += len(content)

    def write_from_file(
        self, source: BinaryIO, start: int, length: int, advance: Callable[[int], None]
    ) -> None:
        source.seek(start)
        while length:
            content = source.read(min(length, _CHUNK))
            if not content:
                raise SourceChanged(Path(str(source.name)), "changed size")
            self.write(content)
            length -= len(content)
            advance(len(content))

    def commit(self, expected: Digest | None = None) -> Digest:
        self._file.close()
        digest = Digest(f"sha256:{self._hash.hexdigest()}")
        if expected is not None and expected != digest:
            self.abort()
            raise DigestMismatch(expected, digest)
        self._path.replace(self._storage.path(digest))
        return digest

    def abort(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()
