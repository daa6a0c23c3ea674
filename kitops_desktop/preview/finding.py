"""One file of a kit by its path."""

from __future__ import annotations

from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.preview.file_index import FileIndex
from kitops_desktop.preview.files import KitFile, ListingCache, layer_files
from kitops_desktop.preview.reading_limits import ON_DISK, ReadingLimits
from kitops_desktop.progress import CancelToken


def find_file(
    kit: ModelKit,
    fetcher: Fetcher,
    path: str,
    *,
    cache: ListingCache | None = None,
    index: FileIndex | None = None,
    limits: ReadingLimits = ON_DISK,
    token: CancelToken | None = None,
) -> KitFile | None:
    """The file or folder of that path, None when there is none.

    Layers are listed until one has it, those first whose own path leads there; where a layer has it twice,
    the later one counts, as for unpacking. Layers that are in ``index`` are not listed. Raises what
    ``list_layer`` raises, and ``RegistryError``s.
    """
    path = path.strip("/").removeprefix("./")
    for layer in sorted(kit.layers, key=lambda layer: not _leads_to(layer, path)):
        found: KitFile | None = None
        for row in layer_files(layer, fetcher, cache=cache, index=index, limits=limits, token=token):
            if row.file.path == path and not row.unread:
                found = row
        if found is not None:
            return found
    return None


def _leads_to(layer: KitLayer, path: str) -> bool:
    own = (layer.path or "").strip("/").removeprefix("./")
    return bool(own) and (path == own or path.startswith(f"{own}/"))
