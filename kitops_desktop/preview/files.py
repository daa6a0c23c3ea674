"""All files of a kit, layer by layer."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import astuple, dataclass
from typing import Protocol

from kitops_desktop.errors import (
    KitOpsError,
    RangesUnsupported,
    RegistryError,
    RegistryRefused,
    TransferInterrupted,
)
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.modelkit.media_types import Compression, Packaging
from kitops_desktop.modelkit.tar_listing import LayerFile, has_stated_size, known_format, list_layer
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.storage import BlobReader, Fetcher
from kitops_desktop.preview.counting import CountingFetcher
from kitops_desktop.preview.file_index import FileIndex, TensorSummary
from kitops_desktop.preview.gathering import Emit, Ended, Producer, gathered
from kitops_desktop.preview.reading_limits import ON_DISK, ReadingLimits
from kitops_desktop.progress import CancelToken, Progress, Report, ignore_progress

MAX_CACHED_FILES = 250_000
"""Longer listings are read anew each time rather than held in memory to be kept."""
_VERSION = 1
"""To be raised whenever a listing of the same layer would come out differently."""

_MOST_OF_LISTING = 4 << 20  # bytes

_OF_ONE_BLOB = (RegistryRefused, TransferInterrupted)
"""Errors of a registry that say nothing about its other blobs."""


class ListingCache(Protocol):
    """Listings by the digest of their layer. What it gives back is checked before it is used."""

    def get(self, digest: str, /) -> bytes | None: ...
    def put(self, digest: str, content: bytes, /) -> None: ...


@dataclass(frozen=True, slots=True)
class KitFile:
    """A file or folder of a kit and the layer it is in.

    ``unread`` is 0; or else this is no file but stands for what the limits kept from being listed, and about
    so many bytes would have to be read for that: ``layer_files`` with ``limits.lifted`` does. ``digest`` and
    ``tensors`` are what a file index says of its content, None where none does. ``without_ranges``: it is
    unread because the registry gives the layer as a whole only.
    """

    layer: KitLayer
    file: LayerFile
    unread: int = 0
    digest: Digest | None = None
    tensors: TensorSummary | None = None
    without_ranges: bool = False

    @property
    def size(self) -> int | None:
        """In bytes; None for a file that is stored compressed by itself, where nobody has stated it."""
        return self.file.size if has_stated_size(self.layer, self.file) else None


def kit_files(
    kit: ModelKit,
    fetcher: Fetcher,
    *,
    cache: ListingCache | None = None,
    index: FileIndex | None = None,
    limits: ReadingLimits = ON_DISK,
    parallel: int = 1,
    in_order: bool = True,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
) -> Generator[KitFile, None, None]:
    """The files of all layers; progress is in bytes of all layers. Of layers that are in ``index`` nothing is
    read.

    In the order of the manifest, or as they come when not ``in_order``; ``parallel`` layers are read at once,
    which is worth it where each read has to wait for a network. A layer of unknown type counts as one file
    that cannot be unpacked. A layer that cannot be read does not hide the others: the first such error, one
    of those of ``list_layer``, is raised at the end. When a registry does not serve us at all, that is raised
    at once. Names and sizes are not checked against any digest, see ``list_layer``.
    """
    limited = _Limited(fetcher, limits.kit)
    reading = _Reading(kit, limited, cache, index, limits, token or CancelToken(), report)
    if parallel > 1 and len(kit.layers) > 1:
        listing = reading.side_by_side(parallel, in_order=in_order)
    else:
        listing = reading.one_by_one()
    failure: KitOpsError | None = None
    with closing(listing):
        for found in listing:
            if isinstance(found, KitFile):
                yield found
            else:
                failure = failure or found
    if failure is not None:
        raise failure


def layer_files(
    layer: KitLayer,
    fetcher: Fetcher,
    *,
    cache: ListingCache | None = None,
    index: FileIndex | None = None,
    limits: ReadingLimits = ON_DISK,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
) -> Generator[KitFile, None, None]:
    """As ``list_layer``, from ``index`` or the cache where they have the layer. A row with ``unread`` ends
    what is not all."""
    indexed = None if index is None else index.of(layer)
    if indexed is not None:
        yield from (KitFile(layer, one.file, 0, one.digest, one.tensors) for one in indexed)
        return
    if layer.format is None:
        file = LayerFile(layer.label, layer.descriptor.size, 0, unsafe="its layer is of unknown type")
        yield KitFile(layer, file)
        return
    usable = cache if _is_known_by_digest(layer) else None
    known = None if usable is None else _recall(usable, layer)
    if known is not None:
        yield from (KitFile(layer, file) for file in known)
        return
    if _is_too_much(layer, limits):
        yield _rest(layer, layer.descriptor.size)
        return
    kept: list[LayerFile] = []
    listing, end = _listing(layer, _Limited(fetcher, limits.layer), limits, token, report), 0
    try:
        for file in listing:
            if usable is not None and len(kept) <= MAX_CACHED_FILES:
                kept.append(file)
            end = file.offset + file.size
            yield KitFile(layer, file)
    except _LimitReached:
        yield _rest(layer, layer.descriptor.size - end)
        return
    except RangesUnsupported:
        yield _rest(layer, layer.descriptor.size, without_ranges=True)
        return
    keep_listing(cache, layer, kept)


def keep_listing(cache: ListingCache | None, layer: KitLayer, files: list[LayerFile]) -> None:
    """Remember all the files of a layer, unless there are too many."""
    if cache is not None and _is_known_by_digest(layer) and len(files) <= MAX_CACHED_FILES:
        cache.put(layer.descriptor.digest, _to_bytes(layer, files))


def _is_known_by_digest(layer: KitLayer) -> bool:
    """Whether its listing depends on nothing but the layer's bytes."""
    return layer.format is not None and layer.format.packaging is Packaging.TAR and not layer.folder


def _listing(
    layer: KitLayer, fetcher: Fetcher, limits: ReadingLimits, token: CancelToken | None, report: Report
) -> Iterator[LayerFile]:
    """By parts, or as a whole where a registry gives no parts and the layer is not too large for that. Raises
    ``RangesUnsupported`` when it is.
    """
    try:
        yield from list_layer(fetcher, layer, gap=limits.gap, token=token, report=report)
    except RangesUnsupported:  # at the first read: nothing was listed
        if limits.compressed is not None and layer.descriptor.size > limits.compressed:
            raise
        yield from list_layer(fetcher, layer, whole=True, token=token, report=report)


class _LimitReached(Exception):
    """Nothing more is fetched."""


class _Limited(CountingFetcher):
    """Gives no more once the limit has been reached; what was fetched by then can be used."""

    def __init__(self, fetcher: Fetcher, limit: int | None) -> None:
        super().__init__(fetcher)
        self._limit = limit

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BlobReader:
        if self._limit is not None and self.bytes_read >= self._limit:
            raise _LimitReached
        return super().fetch(descriptor, start, length)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Gives files, and of a layer that cannot be read the error."""

    kit: ModelKit
    fetcher: Fetcher
    cache: ListingCache | None
    index: FileIndex | None
    limits: ReadingLimits
    token: CancelToken
    report: Report

    def one_by_one(self) -> Generator[KitFile | KitOpsError, None, None]:
        done, total = 0, self.kit.manifest.layers_size
        for layer in self.kit.layers:
            before = done

            def report_layer(progress: Progress, before: int = before) -> None:
                self.report(Progress(before + progress.done, total, progress.detail))

            try:
                yield from self._layer(layer, self.token, report_layer)
            except KitOpsError as error:
                yield _of_one_layer(error)
            done += layer.descriptor.size
            self.report(Progress(done, total, layer.label))

    def side_by_side(self, parallel: int, *, in_order: bool) -> Generator[KitFile | KitOpsError, None, None]:
        """Progress is reported by the thread that asks for the files, as ever."""
        done, total = [0] * len(self.kit.layers), self.kit.manifest.layers_size
        listers = [self._lister(layer) for layer in self.kit.layers]
        with closing(gathered(listers, parallel=parallel, in_order=in_order, token=self.token)) as all_found:
            for index, found in all_found:
                self.token.check()  # all may have been found before anybody was told to stop
                layer = self.kit.layers[index]
                if isinstance(found, KitFile):
                    yield found
                    continue
                if isinstance(found, Ended) and found.error is not None:
                    yield _of_one_layer(found.error)
                done[index] = found.done if isinstance(found, Progress) else layer.descriptor.size
                self.report(Progress(sum(done), total, layer.label))

    def _lister(self, layer: KitLayer) -> Producer[KitFile | Progress]:
        def emit_files(emit: Emit[KitFile | Progress], stop: CancelToken) -> None:
            with closing(self._layer(layer, stop, emit)) as files:
                for file in files:
                    emit(file)

        return emit_files

    def _layer(self, layer: KitLayer, token: CancelToken, report: Report) -> Generator[KitFile, None, None]:
        return layer_files(
            layer,
            self.fetcher,
            cache=self.cache,
            index=self.index,
            limits=self.limits,
            token=token,
            report=report,
        )


def _of_one_layer(error: Exception) -> KitOpsError:
    """The error, if the other layers may be better off; else it is raised."""
    is_registry = isinstance(error, RegistryError) and not isinstance(error, _OF_ONE_BLOB)
    if is_registry or not isinstance(error, KitOpsError):
        raise error
    return error


def _is_too_much(layer: KitLayer, limits: ReadingLimits) -> bool:
    """A layer that is read from its beginning, and is large. What is stored raw is known without reading."""
    format = known_format(layer)
    if format.compression is Compression.NONE or format.packaging is Packaging.RAW:
        return False
    return limits.compressed is not None and layer.descriptor.size > limits.compressed


def _rest(layer: KitLayer, size: int, *, without_ranges: bool = False) -> KitFile:
    file = LayerFile(layer.label, layer.descriptor.size, 0)
    return KitFile(layer, file, size, without_ranges=without_ranges)


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


def listed_paths(content: bytes) -> Iterator[str]:
    """The paths in what a ``ListingCache`` keeps of a layer, as far as it can be read; of a very long one the
    first. Row by row, so that other threads get their turn.
    """
    text, decode = content[:_MOST_OF_LISTING].decode("utf-8", "ignore"), json.JSONDecoder().raw_decode
    try:
        _, place = decode(text, 1)  # as ``_to_bytes`` writes it: [version,"media type",[[path, …],…]]
        _, place = decode(text, place + 1)
        place += 2
        while text[place] == "[":
            row, place = decode(text, place)
            yield str(row[0])
            place += 1
    except (ValueError, LookupError, RecursionError):
        return
