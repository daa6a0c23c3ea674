"""One file of a kit by its path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.preview.file_index import FileIndex
from kitops_desktop.preview.files import KitFile, ListingCache, keep_listing, layer_files
from kitops_desktop.preview.layer_stream import Agree, LayerStream, opened_stream
from kitops_desktop.preview.reading_limits import BY_PARTS, ON_DISK, ReadingLimits
from kitops_desktop.progress import CancelToken


@dataclass(frozen=True, slots=True)
class Reached:
    """A file, and the stream that stands at its content when it was looked for in one."""

    entry: KitFile
    stream: LayerStream | None = None


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
    the later one counts. Layers that are in ``index`` are not listed. Raises what ``list_layer`` raises, and
    ``RegistryError``s.
    """
    search = _Search(fetcher, _cleaned(path), cache, index, limits, token or CancelToken())
    leading, others = search.in_order(kit.layers)
    return search.in_lists((*leading, *others), [])


@contextmanager
def reached_file(
    kit: ModelKit,
    fetcher: Fetcher,
    path: str,
    *,
    agree: Agree,
    cache: ListingCache | None = None,
    index: FileIndex | None = None,
    token: CancelToken | None = None,
) -> Iterator[Reached | None]:
    """As ``find_file``, of a kit that is far away. Layers that can only be read from their beginning come
    last; they are read once, to where the file is, and not listed before. The first counts then where a layer
    has it twice, which is never unpacked. Raises what ``agree`` raises too.
    """
    search = _Search(fetcher, _cleaned(path), cache, index, BY_PARTS, token or CancelToken())
    for layers in search.in_order(kit.layers):
        unlisted: list[KitLayer] = []
        entry = search.in_lists(layers, unlisted)
        if entry is not None:
            yield Reached(entry)
            return
        for layer in unlisted:
            with opened_stream(fetcher, layer, None, agree=agree, token=token) as stream:
                passed: list[LayerFile] = []
                file = stream.find(search.path, passed.append)
                if file is not None:
                    yield Reached(KitFile(layer, file), stream)
                    return
                keep_listing(cache, layer, passed)
    yield None


@dataclass(frozen=True, slots=True)
class _Search:
    fetcher: Fetcher
    path: str
    cache: ListingCache | None
    index: FileIndex | None
    limits: ReadingLimits
    token: CancelToken

    def in_order(self, layers: Sequence[KitLayer]) -> tuple[list[KitLayer], list[KitLayer]]:
        """Those whose own path leads there, and the others."""
        leading = [layer for layer in layers if _leads_to(layer, self.path)]
        return leading, [layer for layer in layers if not _leads_to(layer, self.path)]

    def in_lists(self, layers: Sequence[KitLayer], unlisted: list[KitLayer]) -> KitFile | None:
        """What is found in the lists of the layers; those that the limits keep from being listed are added
        to ``unlisted``."""
        for layer in layers:
            found: KitFile | None = None
            for row in layer_files(
                layer,
                self.fetcher,
                cache=self.cache,
                index=self.index,
                limits=self.limits,
                token=self.token,
            ):
                if row.unread:
                    unlisted.append(layer)
                elif row.file.path == self.path:
                    found = row
            if found is not None:
                return found
        return None


def _cleaned(path: str) -> str:
    return path.strip("/").removeprefix("./")


def _leads_to(layer: KitLayer, path: str) -> bool:
    own = (layer.path or "").strip("/").removeprefix("./")
    return bool(own) and (path == own or path.startswith(f"{own}/"))
