"""Reading blobs that are just being pulled, each as soon as it is there."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import Future, wait
from pathlib import Path

from kitops_desktop.errors import BlobNotFound
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.storage import BlobReader, Fetcher
from kitops_desktop.progress import CancelToken, Progress, Report
from kitops_desktop.store.local_store import LocalStore

_LOOK_SECONDS = 0.05


class Arriving:
    """A ``Fetcher`` of the blobs that ``pulling`` brings into the store.

    Who wants a whole blob waits for it; parts are read from ``far`` as long as the blob is not there. Raises
    what the pulling raised, for blobs that it did not bring.
    """

    def __init__(
        self,
        store: LocalStore,
        far: Fetcher,
        blobs: Iterable[Descriptor],
        pulling: Future[object],
        token: CancelToken,
    ) -> None:
        self._store, self._far = store, far
        self._blobs = {blob.digest: blob for blob in blobs}
        self._pulling, self._token = pulling, token

    def exists(self, descriptor: Descriptor) -> bool:
        return self._store.exists(descriptor) or self._far.exists(descriptor)

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BlobReader:
        if length is not None and not self._store.exists(descriptor):
            return self._far.fetch(descriptor, start, length)
        self._wait(descriptor)
        return self._store.fetch(descriptor, start, length)

    def blob_path(self, digest: Digest) -> Path:
        """The file of a blob, once it is there."""
        self._wait(self._blobs[digest])
        return self._store.blob_path(digest)

    def _wait(self, blob: Descriptor) -> None:
        while not self._store.exists(blob):
            self._token.check()
            if self._pulling.done():
                self._pulling.result()
                if not self._store.exists(blob):
                    raise BlobNotFound(blob.digest)
            wait((self._pulling,), _LOOK_SECONDS)


class TwoReports:
    """One progress out of two that go on side by side, with the bytes of both."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._lock = threading.Lock()
        self._last = [Progress(), Progress()]

    def first(self, progress: Progress) -> None:
        self._tell(0, progress)

    def second(self, progress: Progress) -> None:
        self._tell(1, progress)

    def _tell(self, index: int, progress: Progress) -> None:
        with self._lock:
            self._last[index] = progress
            first, second = self._last
            known = first.total is not None and second.total is not None
            total = (first.total or 0) + (second.total or 0) if known else None
            both = Progress(first.done + second.done, total, progress.detail)
        self._report(both)
