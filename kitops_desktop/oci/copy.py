"""Copying a kit from one place to another: push, pull and copy are this one algorithm.

What the target has is passed over. Blobs go side by side, then the config, then the manifest; a tag is the
caller's to put, last. So whoever looks at the target in between sees nothing that is not whole.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeVar, runtime_checkable

from kitops_desktop.errors import DigestMismatch, InvalidManifest, RangesUnsupported
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.manifest import INDEX_TYPE, MAX_MANIFEST_BYTES, parse_manifest
from kitops_desktop.oci.storage import BlobReader, Fetcher, MendingIngest, Receiver, Storage, tell_skipped
from kitops_desktop.oci.verify import read_verified
from kitops_desktop.progress import (
    Cancelled,
    CancelToken,
    Paused,
    Report,
    Tally,
    all_done,
    first_failed,
    ignore_progress,
)

PARALLEL = 3
"""Blobs at a time: one alone seldom fills the line, more get in one another's way."""
_BLOCK = 1 << 20
_MENDED_AT_ONCE = 8 << 20
_SMALL = 4 << 20
"""A config up to this size is passed on from memory."""
_MAX_DEPTH = 4
_MAX_MANIFESTS = 1000
_DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Copied:
    """Blobs (layers and configs, each once) and bytes; ``mounted`` ones were neither sent nor skipped."""

    blobs_sent: int
    bytes_sent: int
    blobs_skipped: int
    bytes_skipped: int
    mounted: int


def copy_graph(
    source: Fetcher,
    target: Storage | Receiver,
    manifest: Descriptor,
    *,
    parallel: int = PARALLEL,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
    describe: Callable[[Descriptor], str] | None = None,
    graph: Graph | None = None,
) -> Copied:
    """Copy a manifest and all it needs (``graph``, when that was read before); ``parallel`` blobs at a time.

    The bytes of all blobs are the total that is reported, those the target has among them. ``describe``
    names a blob for people. No digest goes to one place twice at the same time in this process: the second
    waits, and then finds it there.

    Raises ``BlobNotFound``, ``DigestMismatch``, ``InvalidManifest``, ``ContentTooLarge``, ``Cancelled``, and
    what source and target raise. What was copied completely stays then.
    """
    with (token or CancelToken()).child() as own:
        bound = _bound(source, own)
        graph = graph or read_graph(bound, manifest, own)
        return _Copy(bound, _receiver(target, own), own, report, describe).run(graph, parallel)


@dataclass(frozen=True, slots=True)
class Graph:
    """A manifest and all it needs: ``manifests`` with those first that others need, so that the one all is
    about is the last; ``layers`` and ``configs`` each once.
    """

    manifests: tuple[tuple[Descriptor, bytes], ...]
    layers: tuple[Descriptor, ...]
    configs: tuple[Descriptor, ...]

    @property
    def blobs(self) -> tuple[Descriptor, ...]:
        return self.layers + self.configs


def read_graph(source: Fetcher, manifest: Descriptor, token: CancelToken | None = None) -> Graph:
    """What a manifest needs, of which only manifests are read.

    Raises ``InvalidManifest``, ``ContentTooLarge``, ``DigestMismatch``, ``Cancelled``, and what ``source``
    raises.
    """
    reader = _GraphReader(source, token or CancelToken())
    reader.add(manifest, 0)
    return reader.graph()


class _Copy:
    def __init__(
        self,
        source: Fetcher,
        target: Receiver,
        token: CancelToken,
        report: Report,
        describe: Callable[[Descriptor], str] | None,
    ) -> None:
        self._source, self._target, self._token = source, target, token
        self._place: Hashable = getattr(target, "name", None) or id(target)
        self._tally = Tally(report)
        self._describe = describe
        self._lock = threading.Lock()
        self._sent: list[Descriptor] = []
        self._skipped: list[Descriptor] = []
        self._mounted = 0

    def run(self, graph: Graph, parallel: int) -> Copied:
        self._tally.expect(sum(blob.size for blob in graph.blobs))
        self._all(graph.layers, parallel)
        self._all(graph.configs, parallel)
        for described, content in graph.manifests:
            self._token.check()
            if not self._target.holds(described):
                self._target.push_bytes(described, content)
        return Copied(
            len(self._sent),
            sum(blob.size for blob in self._sent),
            len(self._skipped),
            sum(blob.size for blob in self._skipped),
            self._mounted,
        )

    def _all(self, blobs: Sequence[Descriptor], parallel: int) -> None:
        """Several at a time; when one fails, the others are given up and its error is raised. One that paused
        leaves the others to come to a good end of their own.
        """
        threads = max(1, min(parallel, len(blobs)))
        with ThreadPoolExecutor(threads, thread_name_prefix="copy of a blob") as pool:
            futures = [pool.submit(self._blob, blob) for blob in blobs]
            unfinished = set(futures)
            try:
                unfinished = first_failed(futures)
                if any(map(_paused, futures)):
                    all_done(futures)
                    unfinished = set()
            finally:
                if unfinished:
                    self._token.cancel(keep=True)  # what failed may be tried again, and these go on then
        _raise_first(futures)

    def _blob(self, blob: Descriptor) -> None:
        self._token.check()
        with _TRANSFERS.alone((self._place, blob.digest), self._token):
            if self._target.holds(blob):
                with self._lock:
                    self._skipped.append(blob)
                self._tally.skip(blob.size, self._name(blob))
            elif isinstance(self._target, TakesOver) and self._target.take_over(blob, self._source):
                with self._lock:
                    self._mounted += 1
                self._tally.skip(blob.size, self._name(blob))
            else:
                self._transfer(blob)

    def _transfer(self, blob: Descriptor) -> None:
        if blob.media_type.endswith("json") and blob.size <= _SMALL:
            self._target.push_bytes(blob, _twice(lambda: read_verified(self._source, blob, _SMALL)))
            self._advance(blob, blob.size)
            with self._lock:
                self._sent.append(blob)
            return
        self._receive(blob)
        with self._lock:
            self._sent.append(blob)

    def _receive(self, blob: Descriptor) -> None:
        """Bytes that turn out wrong are nowhere, and are read once more."""
        counted = _Counted(self._tally, self._name(blob))
        try:
            self._target.receive(blob, self._source, advance=counted, token=self._token)
        except DigestMismatch:
            if isinstance(self._target, StorageReceiver):
                raise  # it has read everything twice
            counted.take_back()
            self._target.receive(blob, self._source, advance=counted, token=self._token)

    def _advance(self, blob: Descriptor, count: int) -> None:
        self._tally.add(count, self._name(blob))

    def _name(self, blob: Descriptor) -> str | None:
        return self._describe(blob) if self._describe else None


class _Counted:
    """``advance`` of one blob."""

    def __init__(self, tally: Tally, detail: str | None) -> None:
        self._tally, self._detail = tally, detail
        self._told = 0

    def __call__(self, count: int) -> None:
        self._told += count
        self._tally.add(count, self._detail)

    def skip(self, count: int) -> None:
        self._told += count
        self._tally.skip(count, self._detail)

    def take_back(self) -> None:
        self(-self._told)


class _GraphReader:
    def __init__(self, source: Fetcher, token: CancelToken) -> None:
        self._source, self._token = source, token
        self._manifests: list[tuple[Descriptor, bytes]] = []
        self._layers: dict[Digest, Descriptor] = {}
        self._configs: dict[Digest, Descriptor] = {}
        self._seen: set[Digest] = set()

    def graph(self) -> Graph:
        configs = (blob for digest, blob in self._configs.items() if digest not in self._layers)
        return Graph(tuple(self._manifests), tuple(self._layers.values()), tuple(configs))

    def add(self, manifest: Descriptor, depth: int) -> None:
        if manifest.digest in self._seen:
            return
        self._seen.add(manifest.digest)
        if depth > _MAX_DEPTH or len(self._seen) > _MAX_MANIFESTS:
            raise InvalidManifest("it leads to too many others")
        self._token.check()
        content = _twice(lambda: read_verified(self._source, manifest, MAX_MANIFEST_BYTES))
        if manifest.media_type in (INDEX_TYPE, _DOCKER_INDEX):
            for child in _children(content):
                self.add(child, depth + 1)
        else:
            parsed = parse_manifest(content)
            self._layers.update({layer.digest: layer for layer in parsed.layers})
            self._configs[parsed.config.digest] = parsed.config
        self._manifests.append((manifest, content))


class _Transfers:
    """What is being transferred where, in this process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running: set[Hashable] = set()

    @contextmanager
    def alone(self, transfer: Hashable, token: CancelToken) -> Iterator[None]:
        """Wait until nobody else does the same."""
        detach = token.on_cancel(self._wake)
        try:
            with self._changed:
                self._changed.wait_for(lambda: token.cancelled or transfer not in self._running)
                token.check()
                self._running.add(transfer)
        finally:
            detach()
        try:
            yield
        finally:
            with self._changed:
                self._running.discard(transfer)
                self._changed.notify_all()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


_TRANSFERS = _Transfers()


@runtime_checkable
class TakesOver(Protocol):
    """A target that may get a blob without anything being sent."""

    def take_over(self, descriptor: Descriptor, source: Fetcher) -> bool:
        """Whether it has the blob of ``source`` now; False when it has to be sent."""
        ...


@runtime_checkable
class Bindable(Protocol):
    """A place whose work can be cancelled."""

    def bound(self, token: CancelToken) -> Self: ...


class StorageReceiver:
    """A storage, such as the local store, that reads from another place what it is to write.

    What turns out wrong is read once more, in one piece after the other, and compared with what was written;
    the digest has the last word.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.name = id(storage)

    def holds(self, descriptor: Descriptor) -> bool:
        return self._storage.exists(descriptor)

    def push_bytes(self, descriptor: Descriptor, content: bytes) -> None:
        self._storage.push_bytes(descriptor, content)

    def receive(
        self, descriptor: Descriptor, source: Fetcher, *, advance: Callable[[int], None], token: CancelToken
    ) -> None:
        with self._storage.ingest(descriptor) as ingest:
            tell_skipped(advance, ingest.offset)
            with source.fetch(descriptor, ingest.offset) as reader:
                while ingest.offset < descriptor.size:
                    token.check()
                    block = reader.read(min(_BLOCK, descriptor.size - ingest.offset))
                    if not block:
                        break
                    ingest.write(block)
                    advance(len(block))
            if isinstance(ingest, MendingIngest) and not ingest.is_right(token.check):
                advance(-ingest.offset)
                ingest.mend(_reading_again(source, descriptor, token), advance)
            ingest.commit(descriptor.digest)


def _reading_again(
    source: Fetcher, descriptor: Descriptor, token: CancelToken
) -> Callable[[int], BlobReader]:
    def read(start: int) -> BlobReader:
        token.check()
        length = min(_MENDED_AT_ONCE, descriptor.size - start)
        try:
            return source.fetch(descriptor, start, length)
        except RangesUnsupported:
            return source.fetch(descriptor, start)

    return read


def _receiver(target: Storage | Receiver, token: CancelToken) -> Receiver:
    bound = _bound(target, token)
    return bound if isinstance(bound, Receiver) else StorageReceiver(bound)


def _bound(place: _T, token: CancelToken) -> _T:
    return place.bound(token) if isinstance(place, Bindable) else place


def _twice(read: Callable[[], bytes]) -> bytes:
    """What was damaged on the way once may come right the next time."""
    try:
        return read()
    except DigestMismatch:
        return read()


def _paused(future: Future[None]) -> bool:
    return future.done() and isinstance(future.exception(), Paused)


def _raise_first(futures: list[Future[None]]) -> None:
    """The first error that is no consequence of another."""
    errors = [error for future in futures if (error := future.exception()) is not None]
    for error in sorted(errors, key=lambda error: isinstance(error, Cancelled)):
        raise error


def _children(content: bytes) -> list[Descriptor]:
    try:
        value: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidManifest("it is not JSON") from error
    listed = value.get("manifests") if isinstance(value, dict) else None
    if not isinstance(listed, list):
        raise InvalidManifest("it is no index")
    return [Descriptor.from_json(item) for item in listed]
