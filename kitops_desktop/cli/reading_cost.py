"""Layers of a registry that are read from their beginning to get at one file: said before, and agreed to."""

from __future__ import annotations

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.console import Console
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.errors import ReadingNotAgreed
from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.preview.counting import CountingFetcher
from kitops_desktop.preview.layer_stream import Agree
from kitops_desktop.progress import Progress

MOST_UNASKED = 100 << 20
"""Bytes that one command reads so without being told to."""


class ReadingCost:
    """``agree`` is a ``preview.layer_stream.Agree``: with ``is_agreed`` to any number of bytes. Layers that
    the store has cost nothing.
    """

    def __init__(self, invocation: Invocation, *, is_agreed: bool) -> None:
        self._invocation, self._is_agreed = invocation, is_agreed
        self.agreed = 0
        """Bytes that were agreed to by now."""
        self._layers: set[KitLayer] = set()

    def agree(self, layer: KitLayer, size: int, without_ranges: bool) -> None:
        if self._invocation.workspace.tools.store.exists(layer.descriptor):
            return
        if not self._is_agreed and self.agreed + size > MOST_UNASKED:
            raise ReadingNotAgreed(layer.label, size, without_ranges)
        self.agreed += size
        self._layers.add(layer)
        why = "the registry gives no parts of layers" if without_ranges else "it is compressed"
        console = self._invocation.console
        console.note(f"Reads up to {kit_size(size)} of the layer {layer.label} from its beginning: {why}.")

    def covers(self, layer: KitLayer) -> bool:
        """Whether it was read from its beginning, or is about to be."""
        return layer in self._layers

    def agree_for(self, is_far: bool) -> Agree | None:
        """None for a layer of the store, which nobody has to agree to."""
        return self.agree if is_far else None


class ToldFetcher(CountingFetcher):
    """Shows how far it is while layers are read from their beginning."""

    def __init__(self, fetcher: Fetcher, cost: ReadingCost, console: Console) -> None:
        super().__init__(fetcher)
        self._cost, self._console = cost, console

    def add(self, count: int) -> None:
        super().add(count)
        if self._cost.agreed:
            self._console.progress(Progress(self.bytes_read, self._cost.agreed))
