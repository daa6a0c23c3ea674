"""Where uploads are remembered that a registry has begun to take, and what of it belongs to one upload."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, runtime_checkable

from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.records.uploads import UploadRecord
from kitops_desktop.registry.endpoint import Endpoint
from kitops_desktop.registry.locations import same_origin


class UploadMemory(Protocol):
    """Uploads by origin, repository and digest, one of each. From any thread."""

    def claim(self, origin: str, repository: str, digest: str) -> AbstractContextManager[bool]:
        """Within this context the upload is ours alone; False when it is somebody else's, also in another
        process.
        """
        ...

    def recall(self, origin: str, repository: str, digest: str) -> UploadRecord | None: ...
    def of(self, origin: str, repository: str) -> tuple[UploadRecord, ...]: ...
    def note(self, record: UploadRecord) -> None: ...
    def forget(self, origin: str, repository: str, digest: str) -> None: ...


@runtime_checkable
class Identified(Protocol):
    """A source that is no store of blobs: what it reads may become something else."""

    def identity(self, descriptor: Descriptor) -> str:
        """A text that is another when the bytes of the blob are (of files: path, size, time of change). An
        upload that was begun goes on only while it is the same. Raises ``SourceChanged`` when it has changed
        since ``descriptor`` was made.
        """
        ...


class UploadPlace:
    """What is remembered of one upload. Without a ``memory`` nothing is."""

    def __init__(
        self, memory: UploadMemory | None, endpoint: Endpoint, blob: Descriptor, source: Fetcher
    ) -> None:
        self._memory = memory
        self._origin, self._path = endpoint.transport.origin, endpoint.path
        self._blob = blob
        self._source = source
        self._known_as = ""
        self._identity = ""

    @property
    def remembers(self) -> bool:
        return bool(self._known_as)

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Within this context the upload is remembered, unless another process is at it: then it is one of
        our own of which nobody will know.
        """
        self._identity = self._source.identity(self._blob) if isinstance(self._source, Identified) else ""
        known_as = self._blob.digest or _name_of(self._identity)
        if self._memory is None or not known_as:
            yield
            return
        with self._memory.claim(self._origin, self._path, known_as) as ours:
            self._known_as = known_as if ours else ""
            try:
                yield
            finally:
                self._known_as = ""

    def check_source(self) -> None:
        """Raises ``SourceChanged``."""
        if isinstance(self._source, Identified):
            self._source.identity(self._blob)

    def recall(self) -> UploadRecord | None:
        if self._memory is None or not self._known_as:
            return None
        return self._memory.recall(self._origin, self._path, self._known_as)

    def is_of_this(self, record: UploadRecord) -> bool:
        """Whether what was begun then are the bytes that are to be sent now."""
        return (record.size, record.source) == (self._blob.size, self._identity)

    def note(self, location: str, offset: int, chunk: int) -> bool:
        """Remember how far it is; ``chunk`` bytes may be on their way, 0 when it rests. False when it cannot
        be remembered: only addresses of the registry itself are.
        """
        if self._memory is None or not self._known_as:
            return False
        if not same_origin(location, self._origin):
            self.forget()
            return False
        self._memory.note(
            UploadRecord(
                self._origin,
                self._path,
                self._known_as,
                location,
                offset,
                self._blob.size,
                chunk,
                self._identity,
            )
        )
        return True

    def forget(self) -> None:
        if self._memory is not None and self._known_as:
            self._memory.forget(self._origin, self._path, self._known_as)


def _name_of(identity: str) -> str:
    """For a blob that has no digest yet; "" when nothing tells it from others."""
    return f"unnamed:{hashlib.sha256(identity.encode()).hexdigest()}" if identity else ""
