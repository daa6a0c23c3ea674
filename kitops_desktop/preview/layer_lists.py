"""What is in a layer, for those who unpack only some of it: all of the list, or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kitops_desktop.errors import RangesUnsupported
from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.preview.files import ListingCache, layer_files
from kitops_desktop.preview.reading_limits import OVER_NETWORK, ReadingLimits
from kitops_desktop.progress import CancelToken, Report


@dataclass(frozen=True, slots=True)
class LayerLists:
    """``cache`` remembers what is in layers; ``limits`` are on what is read to find it out."""

    cache: ListingCache | None = None
    limits: ReadingLimits = OVER_NETWORK

    def list_files(
        self, layer: KitLayer, fetcher: Fetcher, token: CancelToken, report: Report
    ) -> Iterable[LayerFile] | None:
        """The files of a layer, None when too much would have to be read to know them. A
        ``modelkit.pieces.ListFiles``; raises what ``layer_files`` raises, and ``RangesUnsupported`` where a
        large layer can be had as a whole only.
        """
        listed = []
        for row in layer_files(
            layer, fetcher, cache=self.cache, limits=self.limits, token=token, report=report
        ):
            if row.without_ranges:
                raise RangesUnsupported("the registry")
            if row.unread:
                return None
            listed.append(row.file)
        return listed
