"""What the unpack sheet has to know of a kit that is not on this computer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.preview.files import ListingCache, layer_files
from kitops_desktop.preview.reading_limits import OVER_NETWORK
from kitops_desktop.progress import CancelToken, Report


@dataclass(frozen=True, slots=True)
class RemoteParts:
    """``cache`` remembers what is in layers; ``here`` are the digests that need not be fetched."""

    cache: ListingCache | None
    here: frozenset[str]

    def has(self, blob: Descriptor) -> bool:
        return blob.digest in self.here

    def list_files(
        self, layer: KitLayer, fetcher: Fetcher, token: CancelToken, report: Report
    ) -> Iterable[LayerFile] | None:
        """The files of a layer, None when too much would have to be read to know them."""
        listed = []
        for row in layer_files(
            layer, fetcher, cache=self.cache, limits=OVER_NETWORK, token=token, report=report
        ):
            if row.unread:
                return None
            listed.append(row.file)
        return listed
