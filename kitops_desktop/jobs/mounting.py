"""Pushing without sending: what another repository of the registry has is taken over from there."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from kitops_desktop.errors import KitOpsError
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.manifest import MAX_MANIFEST_BYTES, parse_manifest
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.oci.verify import read_verified
from kitops_desktop.progress import CancelToken
from kitops_desktop.store.local_store import LocalStore

if TYPE_CHECKING:
    from kitops_desktop.registry.repository import Repository

log = logging.getLogger(__name__)

_ATTEMPTS = 2
"""So many repositories are asked for a blob before it is sent."""


class Neighbours:
    """Which repositories of a registry may have a blob: those under whose names the store has it too.

    A kit that was pulled and packed anew, or tagged with another name, is such a case. The store is looked
    through when this is first asked, from whatever thread.
    """

    def __init__(self, store: LocalStore, host: str, path: str) -> None:
        self._store, self._host, self._path = store, host, path
        self._lock = threading.Lock()
        self._found: dict[Digest, list[str]] | None = None

    def of(self, digest: Digest) -> tuple[str, ...]:
        """Paths of repositories, the most likely first."""
        with self._lock:
            if self._found is None:
                self._found = self._look()
            return tuple(self._found.get(digest, ())[:_ATTEMPTS])

    def _look(self) -> dict[Digest, list[str]]:
        found: dict[Digest, list[str]] = {}
        for kit in self._store.listing().kits:
            host, _, path = kit.repository.partition("/")
            if host != self._host or path == self._path:
                continue
            for blob in self._blobs(kit.descriptor):
                paths = found.setdefault(blob.digest, [])
                if path not in paths:
                    paths.append(path)
        return found

    def _blobs(self, manifest: Descriptor) -> tuple[Descriptor, ...]:
        try:
            return parse_manifest(read_verified(self._store, manifest, MAX_MANIFEST_BYTES)).layers
        except KitOpsError as error:
            log.info("%s is not looked into: %s", manifest.digest, error)
            return ()


class MountingTarget:
    """A repository that takes blobs over from its neighbours; for ``oci.copy.copy_graph``."""

    def __init__(self, repository: Repository, neighbours: Neighbours) -> None:
        self._repository, self._neighbours = repository, neighbours

    @property
    def name(self) -> str:
        return self._repository.name

    def bound(self, token: CancelToken) -> MountingTarget:
        return MountingTarget(self._repository.bound(token), self._neighbours)

    @property
    def digest_first(self) -> bool:
        return self._repository.digest_first

    def holds(self, descriptor: Descriptor) -> bool:
        return self._repository.holds(descriptor)

    def take_over(self, descriptor: Descriptor, source: Fetcher) -> bool:
        if self._repository.take_over(descriptor, source):
            return True
        paths = self._neighbours.of(descriptor.digest)
        return any(self._repository.mount(descriptor, path) for path in paths)

    def push_bytes(self, descriptor: Descriptor, content: bytes) -> None:
        self._repository.push_bytes(descriptor, content)

    def receive(
        self, descriptor: Descriptor, source: Fetcher, *, advance: Callable[[int], None], token: CancelToken
    ) -> None:
        self._repository.receive(descriptor, source, advance=advance, token=token)

    def receive_unnamed(
        self, size: int, source: Fetcher, *, advance: Callable[[int], None], token: CancelToken
    ) -> Digest:
        return self._repository.receive_unnamed(size, source, advance=advance, token=token)
