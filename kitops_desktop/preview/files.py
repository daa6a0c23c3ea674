"""All files of a kit, layer by layer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import Protocol

from kitops_desktop.errors import KitOpsError
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.modelkit.media_types import Packaging
from kitops_desktop.modelkit.tar_listing import LayerFile, list_layer
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.progress import CancelToken, Progress, Report, ignore_progress

MAX_CACHED_FILES = 250_000
"""Longer listings are read anew each time rather than held in memory to be kept."""
_VERSION = 1
"""To be raised whenever a listing of the same layer would come out differently."""


class ListingCache(Protocol):
    """Listings by the digest of their layer. What it gives back is checked before it is used."""

    def get(self, digest: str, /) -> bytes | None: ...
    def put(self, digest: str, content: bytes, /) -> None: ...


@dataclass(frozen=True, slots=True)
class KitFile:
    """A file or folder of a kit and the layer it is in."""

    layer: KitLayer
    file: LayerFile


def kit_files(
    kit: ModelKit,
    fetcher: Fetcher,
    *,
    cache: ListingCache | None = None,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
) -> Iterator[KitFile]:
    """The files of all layers in the order of the manifest; progress is in bytes of all layers.

    A layer of unknown type counts as one file that cannot be unpacked. A layer that cannot be read does not
    hide the others: the first such error, one of those of ``list_layer``, is raised at the end.
    """
    token = token or CancelToken()
    done, total = 0, kit.manifest.layers_size
    failure: KitOpsError | None = None
    for layer in kit.layers:
        before = done

        def report_layer(progress: Progress, before: int = before) -> None:
            report(Progress(before + progress.done, total, progress.detail))

        try:
            for file in layer_files(layer, fetcher, cache=cache, token=token, report=report_layer):
                yield KitFile(layer, file)
        except KitOpsError as error:
            failure = failure or error
        done += layer.descriptor.size
        report(Progress(done, total, layer.label))
    if failure is not None:
        raise failure


def layer_files(
    layer: KitLayer,
    fetcher: Fetcher,
    *,
    cache: ListingCache | None = None,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
) -> Iterator[LayerFile]:
    """As ``list_layer``, from the cache where it has the layer."""
    if layer.format is None:
        yield LayerFile(layer.label, layer.descriptor.size, 0, unsafe="its layer is of unknown type")
        return
    # Only what depends on nothing but the layer's bytes can be known by their digest.
    usable = cache if layer.format.packaging is Packaging.TAR and not layer.folder else None
    known = None if usable is None else _recall(usable, layer)
    if known is not None:
        yield from known
        return
    kept: list[LayerFile] = []
    for file in list_layer(fetcher, layer, token=token, report=report):
        if usable is not None and len(kept) <= MAX_CACHED_FILES:
            kept.append(file)
        yield file
    if usable is not None and len(kept) <= MAX_CACHED_FILES:
        usable.put(layer.descriptor.digest, _to_bytes(layer, kept))


def _to_bytes(layer: KitLayer, files: list[LayerFile]) -> bytes:
    rows = [astuple(file) for file in files]
    return json.dumps([_VERSION, layer.descriptor.media_type, rows], separators=(",", ":")).encode()


def _recall(cache: ListingCache, layer: KitLayer) -> list[LayerFile] | None:
    content = cache.get(layer.descriptor.digest)
    if content is None:
        return None
    try:
        version, media_type, rows = json.loads(content)
        if version != _VERSION or media_type != layer.descriptor.media_type:
            return None
        return [LayerFile(*row) for row in rows]
    except (ValueError, TypeError):
        return None
