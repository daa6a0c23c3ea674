"""The records as packing wants to see them."""

from __future__ import annotations

from kitops_desktop.modelkit.memory import RememberedLayer
from kitops_desktop.records.layers import LayerRecords


class PackMemory:
    """``modelkit.memory.LayerMemory`` over the records."""

    def __init__(self, layers: LayerRecords) -> None:
        self._layers = layers

    def recall(self, fingerprint: str, compression: str) -> RememberedLayer | None:
        found = self._layers.find(fingerprint, compression)
        return None if found is None else RememberedLayer(*found)

    def remember(self, fingerprint: str, compression: str, layer: RememberedLayer) -> None:
        self._layers.add(fingerprint, compression, layer.digest, layer.size, layer.diff_id)
