"""Planned layers on their way to a registry, read from the files themselves: nothing is written for it.

What a layer is called is known when it has been read. So one that was never read is hashed while it is sent,
and has its name at the end of that; a small one is read first, and not sent when it is there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from kitops_desktop.errors import DigestMismatch
from kitops_desktop.jobs.push_forecast import known_blob
from kitops_desktop.modelkit.layer_plan import LayerPlan
from kitops_desktop.modelkit.layer_pool import PackedBlob
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.memory import LayerMemory, RememberedLayer, may_be_remembered
from kitops_desktop.modelkit.pack_plan import PlannedLayer
from kitops_desktop.modelkit.plan_source import PlanReader, PlanSource, digest_of_plan
from kitops_desktop.oci.copy import Copied
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.progress import Cancelled, CancelToken, Paused, Tally, all_done, first_failed

_IN_MEMORY = 8 << 20
"""Up to this size a layer is read once, and sent from memory if it must be."""
_OCTETS = "application/octet-stream"


class Target(Protocol):
    """Where layers go: a ``jobs.mounting.MountingTarget``."""

    @property
    def digest_first(self) -> bool:
        """Whether nothing is taken whose digest is not known beforehand."""
        ...

    def holds(self, descriptor: Descriptor) -> bool: ...
    def take_over(self, descriptor: Descriptor, source: Fetcher) -> bool: ...
    def push_bytes(self, descriptor: Descriptor, content: bytes) -> None: ...
    def receive(
        self, descriptor: Descriptor, source: Fetcher, *, advance: Callable[[int], None], token: CancelToken
    ) -> None: ...
    def receive_unnamed(
        self, size: int, source: Fetcher, *, advance: Callable[[int], None], token: CancelToken
    ) -> Digest: ...


class PlanSending:
    """Sends each different layer once, ``parallel`` at a time. ``tally`` counts the bytes of all layers.

    Methods raise ``SourceChanged``, ``SourceUnreadable``, ``RegistryError``s and ``Cancelled``. What has
    arrived by then is remembered, and not sent again.
    """

    def __init__(
        self,
        layers: Sequence[PlannedLayer],
        memory: LayerMemory | None,
        *,
        rehash: bool,
        parallel: int,
        token: CancelToken,
        tally: Tally,
    ) -> None:
        self._layers = layers
        self._keys = [layer.plan.fingerprint() for layer in layers]
        self._plans = {key: layer.plan for key, layer in zip(self._keys, layers, strict=True)}
        self._labels = {key: layer.path or "." for key, layer in zip(self._keys, layers, strict=True)}
        self._memory = memory
        self._recalls = not rehash
        self._parallel = parallel
        self._token = token
        self._tally = tally
        self._lock = threading.Lock()
        self._blobs: dict[str, PackedBlob] = {}
        self._sent: list[Descriptor] = []
        self._skipped: list[Descriptor] = []
        self._mounted = 0

    @property
    def copied(self) -> Copied:
        return Copied(
            len(self._sent),
            sum(blob.size for blob in self._sent),
            len(self._skipped),
            sum(blob.size for blob in self._skipped),
            self._mounted,
        )

    @property
    def blobs(self) -> tuple[PackedBlob, ...]:
        """What the layers became, in their order; to be asked when all have been sent."""
        return tuple(self._blobs[key] for key in self._keys)

    def recalled(self) -> tuple[PackedBlob, ...] | None:
        """What the layers are as far as anybody remembers; None when some of them have to be read."""
        found = [self._recall(self._plans[key]) for key in self._keys]
        known = [blob for blob in found if blob is not None]
        if len(known) < len(found):
            return None
        return tuple(PackedBlob(blob.digest, blob.size, blob.digest, reused=True) for blob in known)

    def read_all(self) -> tuple[PackedBlob, ...]:
        """What the layers are, for which those nobody remembers are read. Nothing is sent."""
        for key, plan in self._plans.items():
            if self._recall(plan) is None:
                self._name(key, plan)
        return tuple(
            PackedBlob(blob.digest, blob.size, blob.digest)
            for key in self._keys
            if (blob := self._known(key)) is not None
        )

    def skip_all(self, blobs: Sequence[PackedBlob]) -> None:
        """All of them are there."""
        self._blobs.update(zip(self._keys, blobs, strict=True))
        for key, plan in self._plans.items():
            self._skip(Descriptor(_OCTETS, self._blobs[key].digest, plan.size), self._labels[key])
        self._count_twins()

    def send(self, target: Callable[[CancelToken], Target]) -> None:
        """Send what the target lacks; it is made for a token by which all of it is stopped."""
        self._count_twins()
        keys = sorted(self._plans, key=lambda key: -self._plans[key].size)
        if not keys:
            return
        with self._token.child() as own:
            bound = target(own)
            with ThreadPoolExecutor(min(self._parallel, len(keys)), "send-layer") as pool:
                futures = [pool.submit(self._send, key, bound, own) for key in keys]
                _await(futures, own)
        _raise_first(futures)

    def _send(self, key: str, target: Target, token: CancelToken) -> None:
        token.check()
        plan = self._plans[key]
        started_ns = time.time_ns()
        known = self._known(key)
        recalled = known is not None
        if known is None and target.digest_first and plan.size > _IN_MEMORY:
            known = self._name(key, plan)
        if known is not None:
            known = self._send_known(key, known, target, token)
        if known is None:
            known = self._send_unread(key, target, token)
        with self._lock:
            reused = recalled and known not in self._sent
            self._blobs[key] = PackedBlob(known.digest, known.size, known.digest, reused)
        self._remember(plan, known, started_ns)

    def _send_known(
        self, key: str, blob: Descriptor, target: Target, token: CancelToken
    ) -> Descriptor | None:
        """None when it is not what it was remembered as."""
        source, label = PlanSource(self._plans[key]), self._labels[key]
        if target.holds(blob):
            self._skip(blob, label)
        elif target.take_over(blob, source):
            self._mount(blob, label)
        else:
            try:
                self._receive(blob, source, label, target, token)
            except DigestMismatch:
                return None
        return blob

    def _receive(
        self, blob: Descriptor, source: PlanSource, label: str, target: Target, token: CancelToken
    ) -> None:
        counter = _Counter(self._tally, label)
        try:
            target.receive(blob, source, advance=counter.add, token=token)
        except DigestMismatch:
            counter.take_back()
            raise
        self._note_sent(blob)

    def _send_unread(self, key: str, target: Target, token: CancelToken) -> Descriptor:
        plan, label = self._plans[key], self._labels[key]
        if plan.size <= _IN_MEMORY:
            return self._send_small(plan, label, target)
        counter = _Counter(self._tally, label)
        digest = target.receive_unnamed(plan.size, PlanSource(plan), advance=counter.add, token=token)
        blob = Descriptor(_OCTETS, digest, plan.size)
        self._note_sent(blob)
        return blob

    def _send_small(self, plan: LayerPlan, label: str, target: Target) -> Descriptor:
        with PlanReader(plan) as reader:
            content = reader.read()
        blob = Descriptor(_OCTETS, digest_of(content), len(content))
        if target.holds(blob):
            self._skip(blob, label)
        elif target.take_over(blob, PlanSource(plan)):
            self._mount(blob, label)
        else:
            target.push_bytes(blob, content)
            self._tally.add(blob.size, label)
            self._note_sent(blob)
        return blob

    def _name(self, key: str, plan: LayerPlan) -> Descriptor:
        """Read a layer for its digest alone; that shows as progress, which is then taken back."""
        started_ns = time.time_ns()
        counter = _Counter(self._tally, f"reading {self._labels[key]}")
        blob = Descriptor(_OCTETS, digest_of_plan(plan, self._token, counter.add), plan.size)
        counter.take_back()
        with self._lock:
            self._blobs[key] = PackedBlob(blob.digest, blob.size, blob.digest)
        self._remember(plan, blob, started_ns)
        return blob

    def _known(self, key: str) -> Descriptor | None:
        with self._lock:
            read = self._blobs.get(key)
        if read is not None:
            return Descriptor(_OCTETS, read.digest, read.size)
        return self._recall(self._plans[key])

    def _recall(self, plan: LayerPlan) -> Descriptor | None:
        found = known_blob(plan, self._memory) if self._recalls else None
        return found if found is not None and found.size == plan.size else None

    def _remember(self, plan: LayerPlan, blob: Descriptor, started_ns: int) -> None:
        if self._memory is not None and may_be_remembered(plan, started_ns):
            layer = RememberedLayer(blob.digest, blob.size, blob.digest)
            self._memory.remember(plan.fingerprint(), Compression.NONE, layer)

    def _count_twins(self) -> None:
        """Layers of the same files as others cost nothing."""
        seen: set[str] = set()
        for key, layer in zip(self._keys, self._layers, strict=True):
            if key in seen:
                self._tally.skip(layer.plan.size, layer.path or ".")
            seen.add(key)

    def _skip(self, blob: Descriptor, label: str) -> None:
        with self._lock:
            self._skipped.append(blob)
        self._tally.skip(blob.size, label)

    def _mount(self, blob: Descriptor, label: str) -> None:
        with self._lock:
            self._mounted += 1
        self._tally.skip(blob.size, label)

    def _note_sent(self, blob: Descriptor) -> None:
        with self._lock:
            self._sent.append(blob)


class _Counter:
    """Counts the bytes of one layer, so that they can be taken back."""

    def __init__(self, tally: Tally, label: str) -> None:
        self._tally, self._label = tally, label
        self._count = 0

    def add(self, count: int) -> None:
        self._count += count
        self._tally.add(count, self._label)

    def take_back(self) -> None:
        self.add(-self._count)


def _await(futures: Sequence[Future[None]], token: CancelToken) -> None:
    """Wait for all. When one fails the others are given up, unless it was paused: then they come to a good
    end of their own.
    """
    unfinished = set(futures)
    try:
        unfinished = first_failed(futures)
        failed = (future for future in futures if future.done() and future.exception() is not None)
        if unfinished and all(map(_is_paused, failed)):
            all_done(unfinished)
            unfinished = set()
    finally:
        if unfinished:
            token.cancel(keep=True)  # what they have begun goes on with the next attempt


def _is_paused(future: Future[None]) -> bool:
    return isinstance(future.exception(), Paused)


def _raise_first(futures: Sequence[Future[None]]) -> None:
    """The first error that is no consequence of another."""
    errors = [error for future in futures if (error := future.exception()) is not None]
    for error in sorted(errors, key=lambda error: isinstance(error, Cancelled)):
        raise error
