"""Several layers at a time: what a storage already has is not made again, and one failure stops the
others."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.errors import DiskFull
from kitops_desktop.modelkit.layer_plan import LayerPlan
from kitops_desktop.modelkit.layer_writing import write_layer
from kitops_desktop.modelkit.media_types import Compression, Packaging
from kitops_desktop.modelkit.memory import LayerMemory, RememberedLayer, may_be_remembered
from kitops_desktop.modelkit.pack_plan import PlannedLayer
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, is_digest
from kitops_desktop.oci.storage import Storage
from kitops_desktop.progress import Cancelled, CancelToken, Tally

_MOST_THREADS = 4
_NICE = 5
"""How far threads with smaller layers step back (nice(2))."""
_OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class PackedBlob:
    """What a layer became. ``size`` is that of the blob, in bytes; ``reused`` when no file had to be read for
    it."""

    digest: Digest
    size: int
    diff_id: Digest
    reused: bool = False


@dataclass(frozen=True, slots=True)
class _Work:
    """One blob to be made, whichever layers share it."""

    fingerprint: str
    plan: LayerPlan
    compression: Compression
    label: str


@dataclass(frozen=True, slots=True)
class _Outcome:
    work: _Work
    blob: PackedBlob
    to_remember: bool


class LayerPool:
    """Makes blobs in ``storage`` by threads of its own: ``parallel`` of them, or as many as suit the machine
    for 0."""

    def __init__(
        self,
        storage: Storage,
        compression: Compression,
        memory: LayerMemory | None,
        *,
        parallel: int,
        token: CancelToken,
        tally: Tally,
    ) -> None:
        self._storage = storage
        self._compression = compression
        self._memory = memory
        self._threads = parallel or min(_MOST_THREADS, max(2, os.cpu_count() or 1))
        self._token = token
        self._tally = tally

    def make(self, layers: Sequence[PlannedLayer], *, recall: bool) -> tuple[PackedBlob, ...]:
        """The blobs of ``layers``, in their order; with ``recall`` those remembered and present are not made
        again.

        Layers planned from the same files are made once. Raises what ``layer_writing.write_layer`` raises,
        ``DiskFull`` before anything is written when it is clear that there is no room, and ``Cancelled``.
        """
        works = [self._work(layer) for layer in layers]
        unique = {work.fingerprint: work for work in works}
        blobs = {key: blob for key, work in unique.items() if recall and (blob := self._recall(work))}
        for work in works:
            if work.fingerprint in blobs or work is not unique[work.fingerprint]:
                self._tally.add(work.plan.size, work.label)
        self._write_all([work for key, work in unique.items() if key not in blobs], blobs)
        return tuple(blobs[work.fingerprint] for work in works)

    def take_back(self, layers: Iterable[PlannedLayer]) -> None:
        """Count the bytes of ``layers`` as not yet done, as they have to be made again."""
        self._tally.add(-sum(layer.plan.size for layer in layers))

    def _work(self, layer: PlannedLayer) -> _Work:
        raw = layer.plan.packaging is Packaging.RAW
        compression = Compression.NONE if raw else self._compression
        return _Work(layer.plan.fingerprint(), layer.plan, compression, layer.path or ".")

    def _recall(self, work: _Work) -> PackedBlob | None:
        found = self._memory and self._memory.recall(work.fingerprint, work.compression)
        if not found or not is_digest(found.digest) or not is_digest(found.diff_id):
            return None
        digest = Digest(found.digest)
        if not self._storage.exists(Descriptor(_OCTETS, digest, found.size)):
            return None
        return PackedBlob(digest, found.size, Digest(found.diff_id), reused=True)

    def _write_all(self, works: list[_Work], blobs: dict[str, PackedBlob]) -> None:
        """Write every one, the largest first, and put the results into ``blobs``."""
        if not works:
            return
        self._check_room(works)
        group = CancelToken()
        forget = self._token.on_cancel(group.cancel)
        try:
            with ThreadPoolExecutor(min(self._threads, len(works)), "pack-layer") as threads:
                works.sort(key=lambda work: -work.plan.size)
                started = [
                    threads.submit(self._write, work, group, number == 0) for number, work in enumerate(works)
                ]
                failures = self._collect(started, blobs, group)
        finally:
            forget()
        self._token.check()
        if failures:
            # the others only stopped because of the first real one
            raise next((error for error in failures if not isinstance(error, Cancelled)), failures[0])

    def _write(self, work: _Work, group: CancelToken, is_largest: bool) -> _Outcome:
        def advance(amount: int) -> None:
            self._tally.add(amount, work.label)

        group.check()
        if not is_largest:
            _step_back()
        started_ns = time.time_ns()
        written = write_layer(work.plan, self._storage, work.compression, token=group, advance=advance)
        blob = PackedBlob(written.digest, written.size, written.diff_id)
        return _Outcome(work, blob, may_be_remembered(work.plan, started_ns))

    def _collect(
        self, started: list[Future[_Outcome]], blobs: dict[str, PackedBlob], group: CancelToken
    ) -> list[BaseException]:
        """Wait for all; the first failure, or an interrupt of the one who waits, stops the rest."""
        failures: list[BaseException] = []
        try:
            for future in as_completed(started):
                error = future.exception()
                if error is None:
                    self._keep(future.result(), blobs)
                else:
                    failures.append(error)
                    group.cancel()
        except BaseException:
            group.cancel()
            raise
        return failures

    def _keep(self, outcome: _Outcome, blobs: dict[str, PackedBlob]) -> None:
        work, blob = outcome.work, outcome.blob
        blobs[work.fingerprint] = blob
        if self._memory is not None and outcome.to_remember:
            remembered = RememberedLayer(blob.digest, blob.size, blob.diff_id)
            self._memory.remember(work.fingerprint, work.compression, remembered)

    def _check_room(self, works: Iterable[_Work]) -> None:
        """Uncompressed layers need exactly their size; what compressed ones will need nobody knows."""
        free_space = getattr(self._storage, "free_space", None)
        if free_space is None:
            return
        needed = sum(work.plan.size for work in works if work.compression is Compression.NONE)
        free = free_space()
        if needed > free:
            raise DiskFull(Path(getattr(self._storage, "home", ".")), needed, free)


def _step_back() -> None:
    """Let this thread, and those it starts, give way to the one with the largest layer.

    That one decides when all is done: where all processors are busy, the others may as well take what it
    leaves.
    Measured on two processors: 10 to 15 % less time for a large layer beside smaller ones.
    """
    if sys.platform == "linux":  # elsewhere priorities belong to processes
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
