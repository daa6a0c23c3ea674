"""The records as packing wants to see them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kitops_desktop.modelkit.memory import RememberedLayer
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.records.layers import LayerRecords
from kitops_desktop.records.stored import StoredManifests
from kitops_desktop.records.tag_history import DELETED, STORED, TagHistory
from kitops_desktop.store.memory import StoredRecord


class PackMemory:
    """``modelkit.memory.LayerMemory`` over the records."""

    def __init__(self, layers: LayerRecords) -> None:
        self._layers = layers

    def recall(self, fingerprint: str, compression: str) -> RememberedLayer | None:
        found = self._layers.find(fingerprint, compression)
        return None if found is None else RememberedLayer(*found)

    def remember(self, fingerprint: str, compression: str, layer: RememberedLayer) -> None:
        self._layers.add(fingerprint, compression, layer.digest, layer.size, layer.diff_id)


class StoreMemory:
    """``store.memory.StoredMemory`` over the records."""

    def __init__(self, manifests: StoredManifests, history: TagHistory | None = None) -> None:
        self._manifests = manifests
        self._history = history

    def record(
        self, home: Path, repository: str, descriptor: Descriptor, tags: Sequence[str], blobs: Sequence[str]
    ) -> None:
        self._manifests.add(home, repository, descriptor.to_json(), tags, blobs)
        if self._history is not None:
            self._history.note(repository, tags, descriptor.digest, STORED, home)

    def forget(self, home: Path, repository: str, descriptor: Descriptor, tags: Sequence[str] | None) -> None:
        self._manifests.forget(home, repository, descriptor.digest, tags)

    def removed(self, home: Path, repository: str, descriptor: Descriptor, tags: Sequence[str]) -> None:
        if self._history is not None:
            self._history.note(repository, tags, descriptor.digest, DELETED, home)

    def stored(self, home: Path) -> tuple[StoredRecord, ...]:
        return tuple(
            StoredRecord(
                entry.repository,
                Descriptor.from_json(entry.descriptor),
                entry.tags,
                entry.blobs,
            )
            for entry in self._manifests.find(home)
        )
