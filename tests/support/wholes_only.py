"""A registry that ignores ranges: whoever asks for a part of a layer is sent all of it."""

from __future__ import annotations

from collections.abc import Sequence

from support.http_server import Rule
from support.made_kits import MadeLayer
from support.odd_registry import OddRegistry
from support.synthetic_layer import SyntheticLayer, kit_of_layers

Layer = MadeLayer | SyntheticLayer


class WholesOnly(OddRegistry):
    """Has a kit of these layers as team/churn:v1; they are its code at c0, c1 and so on."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        super().__init__([Rule("GET", "/blobs/", times=None, ignore_range=True)])
        self.reference = f"{self.host}/team/churn:v1"
        manifest, config = kit_of_layers(layers)
        self.add_blob(config)
        self.add_manifest("team/churn", "v1", manifest)
        for layer in layers:
            content = layer.content if isinstance(layer, MadeLayer) else layer[:]
            self.blobs[layer.descriptor.digest] = content

    def sent(self, layer: Layer) -> int:
        """Bytes of the layer that were sent by now, in as many answers as there were."""
        return sum(one.bytes for one in self.asked("GET", layer.descriptor.digest))
