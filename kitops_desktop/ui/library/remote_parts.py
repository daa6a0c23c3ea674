"""What the unpack sheet has to know of a kit that is not on this computer."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.modelkit.pieces import SingleFiles
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.preview.files import ListingCache
from kitops_desktop.preview.layer_lists import LayerLists


@dataclass(frozen=True, slots=True)
class RemoteParts:
    """``cache`` remembers what is in layers; ``here`` are the digests that need not be fetched."""

    cache: ListingCache | None
    here: frozenset[str]

    def has(self, blob: Descriptor) -> bool:
        return blob.digest in self.here

    @property
    def lists(self) -> LayerLists:
        return LayerLists(self.cache)

    @property
    def single(self) -> SingleFiles:
        """How single files are had."""
        return SingleFiles(self.lists.list_files, self.has)
