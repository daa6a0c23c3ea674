"""The README of a kit, if it has one."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice

from kitops_desktop.errors import ArtifactError, UnpackError
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.modelkit.media_types import Compression, LayerKind
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.storage import BlobReader, Fetcher
from kitops_desktop.oci.wrapped_reader import WrappedReader
from kitops_desktop.preview.contents import read_beginning
from kitops_desktop.preview.file_index import FileIndex
from kitops_desktop.preview.files import ListingCache, layer_files
from kitops_desktop.preview.reading_limits import ON_DISK, ReadingLimits

log = logging.getLogger(__name__)

MAX_README = 256 << 10
"""Bytes shown of a README; what follows is left out."""
_MAX_FILES = 5_000
"""Entries of a layer looked at: a README stands near the beginning, or in a layer of its own."""
_ON_DISK = replace(ON_DISK, compressed=64 << 20)
_MAX_UNCOMPRESSED = 256 << 20
_SUFFIXES = (".md", ".markdown", ".txt", ".rst", "")
_HARMFUL = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What controls a terminal, or turns the direction of writing."""
_KINDS = (LayerKind.DOCS, LayerKind.CODE, LayerKind.MODEL)


def find_readme(
    kit: ModelKit,
    fetcher: Fetcher,
    *,
    cache: ListingCache | None = None,
    index: FileIndex | None = None,
    limits: ReadingLimits = _ON_DISK,
) -> str | None:
    """The text of the kit's README, at most ``MAX_README`` bytes of it; None when there is none.

    Looked for in docs, then code, then model layers; the one in the fewest folders is taken, Markdown first.
    A layer that cannot be read has none, nor has one beyond ``limits``. Layers that are in ``index`` are not
    listed; of large compressed ones among them only the beginning counts. The text is not checked against any
    digest. Raises ``RegistryError``s.
    """
    for kind in _KINDS:
        layers = [layer for layer in kit.layers if layer.kind is kind]
        # A layer that is a README needs no looking for.
        for layer in sorted(layers, key=lambda layer: _rank(layer.path) is None):
            text = _readme_of(layer, fetcher, cache, index, limits)
            if text is not None:
                return text
    return None


def _readme_of(
    layer: KitLayer,
    fetcher: Fetcher,
    cache: ListingCache | None,
    index: FileIndex | None,
    limits: ReadingLimits,
) -> str | None:
    try:
        files = _listed(layer, fetcher, cache, index, limits)
        ranked = [(rank, file) for file in files if (rank := _rank(file.path)) is not None]
        if not ranked:
            return None
        _, best = min(ranked, key=lambda found: found[0])
        content = read_beginning(_WithinLimits(fetcher, limits), layer, best, MAX_README)
    except (ArtifactError, UnpackError, OSError) as error:
        log.info("No README from layer %s: %s", layer.descriptor.digest, error)
        return None
    return readme_text(content)


def readme_text(content: bytes) -> str | None:
    """The beginning of a README as text, without what would do harm in it; None when it is no text."""
    if b"\0" in content:
        return None
    return _HARMFUL.sub("\N{REPLACEMENT CHARACTER}", content.decode("utf-8-sig", "replace"))


def _listed(
    layer: KitLayer,
    fetcher: Fetcher,
    cache: ListingCache | None,
    index: FileIndex | None,
    limits: ReadingLimits,
) -> Iterator[LayerFile]:
    if layer.format is None:
        return
    is_compressed = layer.format.compression is not Compression.NONE
    with closing(layer_files(layer, fetcher, cache=cache, index=index, limits=limits)) as files:
        for found in islice(files, _MAX_FILES):
            file = found.file
            is_near = not _is_large(layer, limits) or file.offset + MAX_README <= (limits.compressed or 0)
            if not file.is_dir and not file.unsafe and not found.unread and is_near:
                yield file
            if is_compressed and file.offset + file.size > _MAX_UNCOMPRESSED:
                return


def _is_large(layer: KitLayer, limits: ReadingLimits) -> bool:
    """Whether it is not read from its beginning to its end."""
    is_compressed = layer.format is not None and layer.format.compression is not Compression.NONE
    return is_compressed and limits.compressed is not None and layer.descriptor.size > limits.compressed


class _WithinLimits:
    """Gives no more of a blob at a time than is read of a compressed layer: an index may promise a README
    near the beginning of what takes gigabytes to get there. What follows seems to be cut off."""

    def __init__(self, fetcher: Fetcher, limits: ReadingLimits) -> None:
        self._fetcher, self._most = fetcher, limits.compressed

    def exists(self, descriptor: Descriptor) -> bool:
        return self._fetcher.exists(descriptor)

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BlobReader:
        reader = self._fetcher.fetch(descriptor, start, length)
        return reader if self._most is None else _CutOff(reader, self._most)


class _CutOff(WrappedReader):
    def __init__(self, reader: BlobReader, most: int) -> None:
        super().__init__(reader)
        self._left = most

    def read(self, size: int = -1, /) -> bytes:
        block = self._reader.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(block)
        return block


def _rank(path: str) -> tuple[int, int, str] | None:
    """The lower the better; None for what is no README."""
    folders, name = path.count("/"), path.rpartition("/")[2].casefold()
    if not name.startswith("readme"):
        return None
    suffix = name.removeprefix("readme")
    return (folders, _SUFFIXES.index(suffix), path) if suffix in _SUFFIXES else None
