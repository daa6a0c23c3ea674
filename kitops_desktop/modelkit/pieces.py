"""Single files of a layer, fetched without the rest of it.

A layer is known by its digest only as a whole: what is fetched by range is what the registry gives, and
nothing vouches for it. So it is done only where it spares much, and told apart from what was verified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.media_types import Compression, Packaging
from kitops_desktop.modelkit.read_ahead import FAR_GAP
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.progress import CancelToken, Report

_WORTH = 1 << 20
"""Bytes: for less than this a layer is rather fetched as a whole, and verified."""

ListFiles = Callable[[KitLayer, Fetcher, CancelToken, Report], Iterable[LayerFile] | None]
"""Gives the files of a layer, or None when it is not to be looked into."""


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes of a blob from ``start`` to before ``end``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SingleFiles:
    """How single files are had of layers that are far. ``is_near`` says of which all costs nothing to read:
    those are verified.
    """

    list_files: ListFiles
    is_near: Callable[[Descriptor], bool]


@dataclass(frozen=True, slots=True)
class Pieces:
    """What is fetched of a layer: ``files`` of its ``entries``, ``size`` bytes over the network."""

    layer: KitLayer
    entries: tuple[LayerFile, ...]
    files: int
    size: int


def pieces_of(layer: KitLayer, entries: Iterable[LayerFile], matches: Callable[[str], bool]) -> Pieces | None:
    """The pieces of a layer that hold what is wanted; None when the whole is hardly more, or when it cannot
    be had in pieces.
    """
    if not can_be_pieced(layer):
        return None
    listed = tuple(entries)
    wanted = [file for file in listed if not file.is_dir and matches(file.path)]
    if not wanted or not _makes_sense(listed, layer.descriptor.size):
        return None
    spans = spans_of(wanted)
    size = sum(span.end - span.start for span in spans)
    cost = size + FAR_GAP * len(spans)
    if 2 * cost > layer.descriptor.size or layer.descriptor.size - cost < _WORTH:
        return None
    return Pieces(layer, listed, len(wanted), size)


def check_ranges(pieces: Pieces, fetcher: Fetcher) -> None:
    """Whether parts of the layer are given at all, which its list may not have needed: one byte is read.

    Raises ``RangesUnsupported`` when they are not, and what fetching raises.
    """
    with fetcher.fetch(pieces.layer.descriptor, 0, 1) as reader:
        reader.read(1)


def can_be_pieced(layer: KitLayer) -> bool:
    """Whether its files stand in it as they are."""
    if layer.format is None:
        return False
    return layer.format.compression is Compression.NONE and layer.format.packaging is Packaging.TAR


def spans_of(files: Iterable[LayerFile]) -> list[Span]:
    """The spans that hold these files, in the order of the layer; what lies close together is one."""
    spans: list[Span] = []
    for file in files:
        if not file.size:
            continue
        end = file.offset + file.size
        if spans and file.offset - spans[-1].end <= FAR_GAP:
            spans[-1] = Span(spans[-1].start, end)
        else:
            spans.append(Span(file.offset, end))
    return spans


def _makes_sense(entries: Sequence[LayerFile], size: int) -> bool:
    """Whether one comes after the other, inside the layer."""
    at = 0
    for file in entries:
        if file.offset < at or file.size < 0:
            return False
        at = file.offset + file.size
    return at <= size
