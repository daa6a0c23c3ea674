"""What the operations of a store work with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.errors import BlobNotFound
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.store.failures import writing
from kitops_desktop.store.index_files import add_entries, remove_entries, remove_tags, set_tags
from kitops_desktop.store.layout import Layout
from kitops_desktop.store.leases import Leases
from kitops_desktop.store.manifests import BlobFiles, Manifests, blobs_of
from kitops_desktop.store.memory import StoredMemory
from kitops_desktop.store.trash import Trash


@dataclass(frozen=True, slots=True)
class StoreParts:
    """The pieces of one store, and the changes all operations are made of, under the store's lock."""

    layout: Layout
    memory: StoredMemory
    blobs: BlobFiles
    manifests: Manifests
    trash: Trash
    leases: Leases

    @property
    def home(self) -> Path:
        return self.layout.home

    def list_manifest(
        self, repository: str, manifest: Descriptor, tags: Sequence[str] = (), *, move: bool = True
    ) -> None:
        """List a manifest and point tags at it (without ``move`` only those that are free), all remembered.

        What a removal put into the trash meanwhile comes back. Raises ``BlobNotFound`` when not all of the
        kit is there.
        """
        with writing(self.home, self.layout.storage):
            self.layout.prepare()
        digests = [blob.digest for blob in self.complete(manifest)]
        self.memory.record(self.home, repository, manifest, tuple(tags), digests)
        add_entries(self.home, self.layout.shared_index, [manifest], shared=True)
        add_entries(self.home, self.layout.repository_index(repository), [manifest])
        if tags:
            wanted = dict.fromkeys(tags, manifest)
            set_tags(self.home, self.layout.repository_tags(repository), wanted, move=move)

    def unlist_manifest(self, repository: str, manifest: Descriptor, *, everywhere: bool) -> None:
        """Take a manifest out of a repository; ``everywhere``: out of ``index.json`` too."""
        remove_entries(self.home, self.layout.repository_index(repository), [manifest.digest])
        if everywhere:
            remove_entries(self.home, self.layout.shared_index, [manifest.digest], shared=True)

    def untag(self, repository: str, manifest: Descriptor, tags: Sequence[str]) -> None:
        if tags:
            wanted = dict.fromkeys(tags, str(manifest.digest))
            remove_tags(self.home, self.layout.repository_tags(repository), wanted)

    def complete(self, manifest: Descriptor) -> tuple[Descriptor, ...]:
        """All blobs of a kit, its manifest last, brought back from the trash where they are there.

        Raises ``BlobNotFound`` for the first that is nowhere, and errors of a manifest that cannot be used.
        """
        self._ensure(manifest)
        needed = blobs_of(self.manifests.manifest(manifest))
        for blob in needed:
            self._ensure(blob)
        return (*needed, manifest)

    def _ensure(self, blob: Descriptor) -> None:
        if not self.blobs.exists(blob) and not (self.trash.put_back(blob.digest) and self.blobs.exists(blob)):
            raise BlobNotFound(blob.digest)
