"""Storage protocols: what packing, pushing, pulling and copying ask of a place that holds blobs.

The local store, a repository in a registry and a test's memory all satisfy them. Each protocol is as narrow
as possible, so
that a function can ask for no more than it uses.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import BinaryIO, Protocol, Self, runtime_checkable

from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.progress import CancelToken


class BlobReader(Protocol):
    """A stream over a range of a blob. ``read(n)`` returns at most ``n`` bytes, ``b""`` at the end."""

    def read(self, size: int = -1, /) -> bytes: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Fetcher(Protocol):
    """A place blobs can be read from."""

    def exists(self, descriptor: Descriptor) -> bool:
        """Whether the blob is there with the size the descriptor gives (its content is not read)."""
        ...

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BlobReader:
        """Open ``length`` bytes of the blob from offset ``start`` (to its end when None).

        Raises ``BlobNotFound``. The bytes are not checked against the digest: a reader of a whole blob wraps
        the stream
        in ``oci.verify.VerifyingReader``.
        """
        ...


class Ingest(Protocol):
    """A blob being written. Invisible under its digest until ``commit``.

    Use it as a context manager: leaving it without ``commit`` aborts (what may be resumed is kept by storages
    that can).
    """

    @property
    def offset(self) -> int:
        """Bytes already written; the writer goes on from here."""
        ...

    def write(self, content: bytes | memoryview) -> None:
        """Append ``content``. Raises ``DiskFull`` when there is no room."""
        ...

    def write_from_file(
        self, source: BinaryIO, start: int, length: int, advance: Callable[[int], None]
    ) -> None:
        """Append ``length`` bytes of an open file from offset ``start``, copied in the kernel where the
        system can.

        ``advance(n)`` is called after every ``n`` bytes copied and may raise to stop (``Cancelled``). Raises
        ``SourceChanged`` when the file ends early.
        """
        ...

    def commit(self, expected: Digest | None = None) -> Digest:
        """Publish the blob under its digest and return it; raises ``DigestMismatch`` and publishes nothing
        when
        ``expected`` is given and differs."""
        ...

    def abort(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@runtime_checkable
class MendingIngest(Protocol):
    """An ``Ingest`` of a blob whose digest is known, that can put right what arrived wrong."""

    def is_right(self, check: Callable[[], None]) -> bool:
        """Whether all of the blob is there and has its digest. ``check`` is called while that is found out,
        and may raise to stop.
        """
        ...

    def mend(self, read: Callable[[int], BlobReader], advance: Callable[[int], None]) -> None:
        """Compare what was written with the blob as it is read once more, and replace what differs.

        ``read(offset)`` gives a stream from there on, over as much as is to be read in one piece.
        ``advance(n)`` is called after every ``n`` bytes compared.
        """
        ...


class Storage(Fetcher, Protocol):
    """A place blobs can be written to as well."""

    def ingest(self, descriptor: Descriptor | None = None) -> Ingest:
        """Begin to write a blob. ``descriptor`` when its digest and size are known beforehand (pull), else
        None (pack).
        """
        ...

    def push_bytes(self, descriptor: Descriptor, content: bytes) -> None:
        """Store a small blob whose bytes are in memory (config, manifest); does nothing when it exists."""
        ...


@runtime_checkable
class TellsSkipped(Protocol):
    """An ``advance`` that tells bytes that were there already from those that are on their way."""

    def skip(self, count: int, /) -> None: ...


def tell_skipped(advance: Callable[[int], None], count: int) -> None:
    """Tell ``advance`` of bytes that cost nothing, in its own way if it has one."""
    if count:
        (advance.skip if isinstance(advance, TellsSkipped) else advance)(count)


@runtime_checkable
class Receiver(Protocol):
    """A place that is given whole blobs, which it reads from another place itself."""

    def holds(self, descriptor: Descriptor) -> bool:
        """Whether the blob need not be sent."""
        ...

    def receive(
        self, descriptor: Descriptor, source: Fetcher, *, advance: Callable[[int], None], token: CancelToken
    ) -> None:
        """Take over a blob from ``source``. Visible only when it is complete and has its digest.

        ``advance(n)`` is called after every ``n`` bytes, with a negative number when some were lost. Raises
        ``DigestMismatch``, ``Cancelled``, and what reading and writing raise.
        """
        ...

    def push_bytes(self, descriptor: Descriptor, content: bytes) -> None:
        """Store a small blob, or a manifest, whose bytes are in memory."""
        ...


class Tagger(Protocol):
    """A repository of manifests with tags."""

    def resolve(self, reference: str) -> Descriptor:
        """The manifest a tag or digest stands for; raises ``ReferenceNotFound``."""
        ...

    def add_manifest(self, descriptor: Descriptor, tags: tuple[str, ...] = ()) -> None:
        """List a manifest whose blobs are all present, and point ``tags`` at it (moving them)."""
        ...
