"""The local store: ModelKits on this computer, shared with `kit`.

Every public method may be called from any thread and any process at any time. Whatever changes an index
file does so under the store's own lock (``lock``) and on top of what is in the file at that moment
(``changing``), since `kit` honours no lock. Blobs come first, then the manifest, ``index.json``, the
repository's index, and tags last; removal goes the other way. So a process that dies leaves a store in
which every kit that can be seen is whole.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from kitops_desktop.errors import (
    BlobNotFound,
    DigestMismatch,
    InvalidArgument,
    ReferenceNotFound,
)
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.oci.reference import Reference
from kitops_desktop.store.blob_range import BlobRange
from kitops_desktop.store.damage import Damage, DamageKind
from kitops_desktop.store.failures import free_space, writing
from kitops_desktop.store.index_files import add_entries, set_tags
from kitops_desktop.store.ingest import BlobIngest, write_small
from kitops_desktop.store.layout import Layout
from kitops_desktop.store.listing import Listing, ListingReader, StoredKit
from kitops_desktop.store.lock import DEFAULT_TIMEOUT, StoreLock
from kitops_desktop.store.manifests import BlobFiles, Manifests, blobs_of
from kitops_desktop.store.memory import NoMemory, StoredMemory
from kitops_desktop.store.snapshot import read_repository, read_snapshot, stamp

__all__ = ["Damage", "DamageKind", "Listing", "LocalStore", "StoredKit"]

log = logging.getLogger(__name__)


class LocalStore:
    """The store in the folder ``home``, which need not exist; ``oci.storage.Storage`` for its blobs.

    ``memory`` remembers what we stored, by which ``heal`` puts back what other programs dropped.
    ``lock_timeout`` is in seconds.
    """

    def __init__(
        self, home: Path, memory: StoredMemory | None = None, *, lock_timeout: float = DEFAULT_TIMEOUT
    ) -> None:
        self.home = home
        self._layout = Layout(home)
        self._memory = memory or NoMemory()
        self._lock = StoreLock(self._layout.lock, home, lock_timeout)
        self._blobs = BlobFiles(self._layout)
        self._manifests = Manifests(self._layout)
        self._listings = ListingReader(self._layout, self._manifests)

    # Blobs

    def exists(self, descriptor: Descriptor) -> bool:
        return self._blobs.exists(descriptor)

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BlobRange:
        """Raises ``BlobNotFound`` and ``StoreUnavailable``."""
        return self._blobs.fetch(descriptor, start, length)

    def ingest(self, descriptor: Descriptor | None = None) -> BlobIngest:
        """Begin, or go on with, a blob. Raises ``StoreReadOnly``, ``DiskFull``, ``StoreUnavailable``."""
        return BlobIngest(self._layout, descriptor, make_room=self.make_room)

    def push_bytes(self, descriptor: Descriptor, content: bytes) -> None:
        """Raises ``DigestMismatch`` when the content is not the descriptor's, and what ``ingest`` raises."""
        found = digest_of(content)
        if (found, len(content)) != (descriptor.digest, descriptor.size):
            raise DigestMismatch(descriptor.digest, found, descriptor.size, len(content))
        if not self.exists(descriptor):
            write_small(self._layout, descriptor.digest, content, self.make_room)

    def blob_path(self, digest: Digest) -> Path:
        """Where the blob is or would be."""
        return self._layout.blob(digest)

    def free_space(self) -> int:
        """The free bytes of the file system the store is on or would be on; 0 when it does not say."""
        return free_space(self.home)

    def make_room(self, needed: int) -> bool:
        return False

    # Kits

    def resolve(self, reference: Reference) -> Descriptor:
        """The manifest a reference stands for; raises ``ReferenceNotFound`` and ``StoreDamaged``."""
        repository = read_repository(self._layout, reference.repository_name)
        if reference.tag is not None:
            found = repository.tags.get(reference.tag)
        else:
            found = repository.manifests.get(Digest(reference.digest or ""))
        if found is None:
            raise ReferenceNotFound(reference.short)
        return found

    def listing(self) -> Listing:
        """All kits. Makes nothing where there is no store. Raises ``StoreUnavailable``."""
        return self._listings.listing(read_snapshot(self._layout))

    def stamp(self) -> object:
        """A value that differs once an index file has changed; cheap."""
        return stamp(self._layout)

    def add_manifest(self, repository: str, manifest: Descriptor, tags: Sequence[str] = ()) -> None:
        """List a manifest whose blobs are all in the store, and point ``tags`` at it, moving them.

        Raises ``BlobNotFound``, ``InvalidManifest``, ``InvalidReference`` for a name that is too long to be
        stored, ``StoreDamaged``, ``StoreBusy``, ``StoreReadOnly``, ``DiskFull``.
        """
        self._layout.repository_index(repository)
        with self._lock.held():
            self._publish(repository, manifest, tags)

    def tag(self, source: Reference, target: Reference) -> None:
        """Give the kit ``source`` the name ``target``, also in another repository; an existing tag is moved.

        Raises what ``resolve`` and ``add_manifest`` raise.
        """
        if target.tag is None:
            raise InvalidArgument(f"{target.short} needs a tag, not a digest")
        self._layout.repository_index(target.repository_name)
        with self._lock.held():
            self._publish(target.repository_name, self.resolve(source), (target.tag,))

    def _publish(self, repository: str, manifest: Descriptor, tags: Sequence[str]) -> None:
        with writing(self.home, self._layout.storage):
            self._layout.prepare()
        blobs = blobs_of(self._manifests.manifest(manifest))
        for blob in blobs:
            if not self.exists(blob):
                raise BlobNotFound(blob.digest)
        digests = [blob.digest for blob in (*blobs, manifest)]
        self._memory.record(self.home, repository, manifest, tuple(tags), digests)
        self._list(repository, manifest)
        if tags:
            set_tags(self.home, self._layout.repository_tags(repository), dict.fromkeys(tags, manifest))

    def _list(self, repository: str, manifest: Descriptor) -> None:
        add_entries(self.home, self._layout.shared_index, [manifest], shared=True)
        add_entries(self.home, self._layout.repository_index(repository), [manifest])
