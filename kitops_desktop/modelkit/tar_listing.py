"""What is inside a layer, without unpacking it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kitops_desktop.errors import InvalidManifest
from kitops_desktop.modelkit.decompress import decompressed
from kitops_desktop.modelkit.entry_names import clean_name, decode_name, why_unsafe
from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.media_types import FILEPATH_ANNOTATION, Compression, LayerFormat, Packaging
from kitops_desktop.modelkit.model_pack import raw_metadata
from kitops_desktop.modelkit.read_ahead import NEAR_GAP
from kitops_desktop.modelkit.tar_reader import EntryKind, TarEntry, TarSource, read_entries
from kitops_desktop.modelkit.tar_sources import CountingReader, RangeSource, StreamSource
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.progress import CancelToken, Progress, Report, ignore_progress

_REPORT_EVERY = 256
_RAW_MODE = 0o644
_KIND_WORDS = {
    EntryKind.HARD_LINK: "it is a link",
    EntryKind.SYMBOLIC_LINK: "it is a symbolic link",
    EntryKind.SPECIAL: "it is a device or of an unknown type",
}


@dataclass(frozen=True, slots=True)
class LayerFile:
    """A file or folder inside a layer.

    ``path`` is relative to the folder a kit is unpacked into, cleaned when it is safe and raw otherwise, with
    undecodable bytes as surrogates. ``size`` is in bytes; ``mode`` are the 12 permission bits. ``offset`` is
    where the content begins in the uncompressed layer. ``unsafe`` says why it is never unpacked, "" when it
    may be.
    """

    path: str
    size: int
    mode: int
    is_dir: bool = False
    offset: int = 0
    unsafe: str = ""


def list_layer(
    fetcher: Fetcher,
    layer: KitLayer,
    *,
    gap: int = NEAR_GAP,
    whole: bool = False,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
) -> Iterator[LayerFile]:
    """The entries of a layer in their order; progress is in bytes of the blob.

    Of an uncompressed layer only the headers are fetched, and contents of up to ``gap`` bytes between them;
    others are read once from front to end, as it is with ``whole`` too, where parts cannot be had. Nothing is
    checked against the layer's digest: what is listed is what the storage claims, until the whole layer is
    pulled. Raises ``ArchiveDamaged``, ``ArchiveTooLarge``, ``InvalidManifest`` for a layer of unknown type,
    ``BlobNotFound`` and ``Cancelled``.
    """
    token = token or CancelToken()
    format = known_format(layer)
    if format.packaging is Packaging.RAW:
        yield raw_file(layer)
        return
    if format.compression is Compression.NONE and not whole:
        source = RangeSource(fetcher, layer.descriptor, gap)
        yield from _listed(source, layer, token, report, lambda: source.position)
        return
    with (
        CountingReader(fetcher.fetch(layer.descriptor)) as blob,
        decompressed(blob, format.compression) as stream,
    ):
        yield from _listed(StreamSource(stream, token), layer, token, report, lambda: blob.count)


def layer_file(entry: TarEntry, layer: KitLayer) -> LayerFile | None:
    """An entry as a file of the layer; None for the folder itself (``./``), which archives may begin with."""
    name = decode_name(entry.name)
    is_dir = entry.kind is EntryKind.FOLDER
    unsafe = _KIND_WORDS.get(entry.kind) or why_unsafe(name, is_dir=is_dir)
    path = name if unsafe else clean_name(name)
    if not path and is_dir:
        return None
    if layer.folder and not unsafe:
        unsafe = why_unsafe(layer.folder, is_dir=True)
        path = f"{layer.folder}/{path}"
    return LayerFile(path, entry.size, entry.mode, is_dir, entry.offset, unsafe)


def raw_file(layer: KitLayer) -> LayerFile:
    """The only file of a layer that is stored verbatim. Its size is 0 when compressed and not stated, see
    ``has_stated_size``.
    """
    format = known_format(layer)
    metadata = raw_metadata(layer.descriptor)
    name = layer.path or layer.descriptor.annotation(FILEPATH_ANNOTATION) or str(metadata.get("name") or "")
    unsafe = why_unsafe(name, is_dir=False)
    stated = _whole_number(metadata.get("size"))
    size = layer.descriptor.size if format.compression is Compression.NONE else stated or 0
    mode = _whole_number(metadata.get("mode"))
    return LayerFile(
        name if unsafe else clean_name(name),
        size,
        _RAW_MODE if mode is None else mode & 0o7777,
        unsafe=unsafe,
    )


def has_stated_size(layer: KitLayer, file: LayerFile) -> bool:
    """Whether it is known how long a file is that was listed; of a single one that is stored compressed,
    nobody needs to say so.
    """
    format = layer.format
    if file.size or format is None:
        return True
    return format.packaging is Packaging.TAR or format.compression is Compression.NONE


def known_format(layer: KitLayer) -> LayerFormat:
    """The layer's format; raises ``InvalidManifest`` when its media type is unknown."""
    if layer.format is None:
        raise InvalidManifest(f"a layer has the unknown type {layer.descriptor.media_type}")
    return layer.format


def _listed(
    source: TarSource, layer: KitLayer, token: CancelToken, report: Report, position: Callable[[], int]
) -> Iterator[LayerFile]:
    total = layer.descriptor.size
    for count, entry in enumerate(read_entries(source)):
        token.check()
        if count % _REPORT_EVERY == 0:
            report(Progress(position(), total, layer.label))
        file = layer_file(entry, layer)
        if file is not None:
            yield file
    report(Progress(total, total, layer.label))


def _whole_number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
