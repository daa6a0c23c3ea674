"""Making the file index of a kit: its layers are read once, front to end, and hashed on the way."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.gguf import read_gguf
from kitops_desktop.formats.safetensors import read_safetensors
from kitops_desktop.formats.source import Bytes
from kitops_desktop.formats.values import Tensor
from kitops_desktop.modelkit.decompress import decompressed
from kitops_desktop.modelkit.entry_names import MAX_PATH_BYTES, decode_name
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.modelkit.media_types import LayerFormat, Packaging
from kitops_desktop.modelkit.tar_listing import raw_file
from kitops_desktop.modelkit.tar_reader import EntryKind, TarEntry, TarSource, read_entries
from kitops_desktop.modelkit.tar_sources import CountingReader, StreamSource
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.oci.verify import VerifyingReader
from kitops_desktop.preview.file_index import MOST_DTYPES, MOST_FILES, FileIndex, IndexedEntry, TensorSummary
from kitops_desktop.progress import CancelToken, Progress, Report, ignore_progress

log = logging.getLogger(__name__)

_BLOCK = 1 << 20
_KEPT = 16 << 20
"""Bytes of the beginning of weights that are kept: their headers are smaller but for rare ones."""
_MOST_PARAMETERS = 2**63 - 1
_HEADERS: dict[str, Callable[[Bytes], tuple[Tensor, ...]]] = {
    ".safetensors": lambda source: read_safetensors(source).tensors,
    ".gguf": lambda source: read_gguf(source).tensors,
}


def make_index(
    kit: ModelKit,
    fetcher: Fetcher,
    *,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
) -> FileIndex:
    """The index of all layers that can be in one; progress is in bytes of all layers.

    Left out are layers of unknown types, those with names that are too long, and what would be more than
    ``MOST_FILES`` together. Raises ``DigestMismatch`` when a layer is not what the manifest says,
    ``ArchiveDamaged``, ``ArchiveTooLarge``, ``BlobNotFound``, ``RegistryError``s and ``Cancelled``.
    """
    making = _Making(fetcher, token or CancelToken(), report, kit.manifest.layers_size)
    made: dict[Digest, tuple[IndexedEntry, ...]] = {}
    left = MOST_FILES
    for layer in kit.layers:
        if layer.format is not None and layer.descriptor.digest not in made:
            entries = making.entries(layer, layer.format, left)
            if entries is not None:
                made[layer.descriptor.digest] = entries
                left -= len(entries)
        making.pass_by(layer)
    return FileIndex(kit.descriptor.digest, made)


class _Making:
    def __init__(self, fetcher: Fetcher, token: CancelToken, report: Report, total: int) -> None:
        self._fetcher = fetcher
        self._token = token
        self._report = report
        self._total = total
        self._done = 0

    def pass_by(self, layer: KitLayer) -> None:
        """It is dealt with."""
        self._done += layer.descriptor.size
        self._report(Progress(self._done, self._total, layer.label))

    def entries(self, layer: KitLayer, format: LayerFormat, left: int) -> tuple[IndexedEntry, ...] | None:
        """None for a layer that has more than ``left`` entries, or one with a name that no index has."""
        with CountingReader(VerifyingReader(self._fetcher.fetch(layer.descriptor), layer.descriptor)) as blob:
            with decompressed(blob, format.compression) as stream:
                source = StreamSource(stream)

                def advance() -> None:
                    self._token.check()
                    self._report(Progress(self._done + blob.count, self._total, layer.label))

                if format.packaging is Packaging.RAW:
                    made: tuple[IndexedEntry, ...] | None = (_raw(layer, source, advance),)
                else:
                    made = _listed(source, left, advance)
            while blob.read(_BLOCK):  # the end has the word on the digest
                advance()
        if made is None:
            log.info("layer %s is left out of the file index", layer.descriptor.digest)
        return made


def _raw(layer: KitLayer, source: TarSource, advance: Callable[[], None]) -> IndexedEntry:
    file = raw_file(layer)
    content = _Content(file.path)
    while block := source.read(_BLOCK):
        content.add(block)
        advance()
    name = file.path.encode("utf-8", "surrogateescape")[:MAX_PATH_BYTES] or b"file"
    entry = TarEntry(name, EntryKind.FILE, file.mode, content.size, 0)
    return IndexedEntry(entry, content.digest, content.tensors())


def _listed(source: TarSource, left: int, advance: Callable[[], None]) -> tuple[IndexedEntry, ...] | None:
    made: list[IndexedEntry] = []
    fits = True
    for entry in read_entries(source):
        advance()
        if len(made) >= left or not 0 < len(entry.name) <= MAX_PATH_BYTES or b"\0" in entry.name:
            fits = False
        if not fits:
            continue
        if entry.kind is not EntryKind.FILE:
            # what has no content says so, whatever its header has there
            made.append(IndexedEntry(TarEntry(entry.name, entry.kind, entry.mode, 0, entry.offset)))
            if entry.size:
                fits = False
            continue
        content = _Content(decode_name(entry.name))
        while content.size < entry.size and (block := source.read(min(entry.size - content.size, _BLOCK))):
            content.add(block)
            advance()
        made.append(IndexedEntry(entry, content.digest, content.tensors()))
    return tuple(made) if fits else None


class _Content:
    """A file while it streams by."""

    def __init__(self, name: str) -> None:
        self.size = 0
        self._hash = hashlib.sha256()
        suffix = next((suffix for suffix in _HEADERS if name.casefold().endswith(suffix)), None)
        self._read_header = None if suffix is None else _HEADERS[suffix]
        self._beginning = bytearray()

    def add(self, block: bytes) -> None:
        self._hash.update(block)
        self.size += len(block)
        if self._read_header is not None and len(self._beginning) < _KEPT:
            self._beginning += block[: _KEPT - len(self._beginning)]

    @property
    def digest(self) -> Digest:
        return Digest(f"sha256:{self._hash.hexdigest()}")

    def tensors(self) -> TensorSummary | None:
        """None for what has none, or whose header makes no sense."""
        if self._read_header is None:
            return None
        try:
            tensors = self._read_header(_Beginning(bytes(self._beginning), self.size))
        except FormatError:
            return None
        finally:
            self._beginning.clear()
        return _summary(tensors)


class _Beginning:
    """A file of which only the beginning is there."""

    def __init__(self, content: bytes, size: int) -> None:
        self._content = content
        self.size = size

    def read(self, start: int, length: int, /) -> bytes:
        if start + length > len(self._content) and start + length <= self.size:
            length = len(self._content) - start
            if length <= 0:
                raise FormatError("model", "its header is longer than what is read")
        return self._content[start : start + length]


def _summary(tensors: tuple[Tensor, ...]) -> TensorSummary | None:
    counted: Counter[str] = Counter()
    for tensor in tensors:
        counted[tensor.dtype] += tensor.elements
    parameters = counted.total()
    if parameters > _MOST_PARAMETERS or len(counted) > MOST_DTYPES or not all(map(_is_plain, counted)):
        return None
    return TensorSummary(len(tensors), parameters, tuple(sorted(counted.items())))


def _is_plain(dtype: str) -> bool:
    return 0 < len(dtype) <= 32 and dtype.isascii() and dtype.replace("_", "").replace(".", "").isalnum()
