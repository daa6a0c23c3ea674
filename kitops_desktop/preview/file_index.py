"""The file index of a kit: what is in its layers, written down once so that nobody has to look for it.

docs/file-index.md says what it is as a format. Anybody who may push can attach one to a kit, so nothing in it
is believed: it is held against what must be true of any archive, and its names are treated as those in one.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NoReturn

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.json_text import parse_object
from kitops_desktop.modelkit.entry_names import MAX_PATH_BYTES
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.modelkit.media_types import Compression, LayerFormat, Packaging
from kitops_desktop.modelkit.tar_headers import BLOCK, padding
from kitops_desktop.modelkit.tar_listing import LayerFile, layer_file, raw_file
from kitops_desktop.modelkit.tar_reader import EntryKind, TarEntry
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.manifest import MAX_LAYERS, go_json

FORMAT = "file index"
VERSION = 1
MOST_FILES = 200_000
"""Entries of all layers together: more would make an index as large as what it is to spare."""
MOST_JSON = 64 << 20
"""Bytes of the JSON, uncompressed."""
MOST_DTYPES = 32
_MAX_SIZE = 2**63 - 1
_MOST_CONTAINERS = 3 * MOST_FILES
_MODE = re.compile(r"[0-7]{1,4}")
_SHA256 = re.compile(r"sha256:[0-9a-f]{64}")
_DTYPE = re.compile(r"[A-Za-z0-9_.+-]{1,32}")
_TYPES = {
    "file": EntryKind.FILE,
    "directory": EntryKind.FOLDER,
    "hardlink": EntryKind.HARD_LINK,
    "symlink": EntryKind.SYMBOLIC_LINK,
    "special": EntryKind.SPECIAL,
}
_WORDS = {kind: word for word, kind in _TYPES.items()}


@dataclass(frozen=True, slots=True)
class TensorSummary:
    """What a file of weights holds. ``dtypes`` are the numbers of parameters by type, as the format names
    it."""

    count: int
    parameters: int
    dtypes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class IndexedEntry:
    """An entry of a layer. ``digest`` is that of its content; None for what is no file."""

    entry: TarEntry
    digest: Digest | None = None
    tensors: TensorSummary | None = None


@dataclass(frozen=True, slots=True)
class IndexedFile:
    """A file as the listing of its layer would have it, and what the index adds."""

    file: LayerFile
    digest: Digest | None = None
    tensors: TensorSummary | None = None


@dataclass(frozen=True, slots=True)
class FileIndex:
    """``layers`` has the entries by the digest of their layer; not all layers need to be there."""

    subject: Digest
    layers: Mapping[Digest, tuple[IndexedEntry, ...]] = field(default_factory=dict)

    @property
    def files(self) -> int:
        """How many entries there are."""
        return sum(map(len, self.layers.values()))

    def without(self, layers: Set[Digest]) -> FileIndex:
        """The same with some layers left out."""
        return FileIndex(self.subject, {one: self.layers[one] for one in self.layers if one not in layers})

    def of(self, layer: KitLayer) -> Iterator[IndexedFile] | None:
        """The files of a layer, as unpacking would have them; None when the index does not have it."""
        entries = self.layers.get(layer.descriptor.digest)
        return None if entries is None or layer.format is None else _files(layer, entries)


def index_to_json(index: FileIndex, kit: ModelKit) -> bytes:
    """The index as JSON: the same bytes for the same kit, whoever makes them."""
    described = {layer.descriptor.digest: layer for layer in kit.layers}
    layers = [
        {
            "digest": digest,
            "mediaType": described[digest].descriptor.media_type,
            "files": [_to_json(entry) for entry in entries],
        }
        for digest, entries in index.layers.items()
    ]
    return go_json({"version": VERSION, "subject": index.subject, "layers": layers})


def parse_index(content: bytes, kit: ModelKit) -> FileIndex:
    """The index of ``kit`` in these bytes.

    Raises ``FormatError`` when it is of another kit, of a later version, or says what cannot be true: files
    that lie upon one another or outside their layer, sizes and names that no archive has.
    """
    if len(content) > MOST_JSON:
        _fail(f"it has more than {MOST_JSON >> 20} MiB")
    if content.count(b"{") + content.count(b"[") > _MOST_CONTAINERS:
        _fail(f"it has more than {MOST_FILES:,} files")
    value = parse_object(content, FORMAT)
    if value.get("version") != VERSION:
        _fail("it is of a version that is not known")
    if value.get("subject") != kit.descriptor.digest:
        _fail("it is of another kit")
    listed = value.get("layers")
    if not isinstance(listed, list) or len(listed) > MAX_LAYERS:
        _fail("its layers are no list")
    known: dict[str, KitLayer] = {layer.descriptor.digest: layer for layer in kit.layers}
    made: dict[Digest, tuple[IndexedEntry, ...]] = {}
    left = MOST_FILES
    for item in listed:
        layer = known.get(str(item.get("digest"))) if isinstance(item, dict) else None
        if layer is None or layer.descriptor.digest in made:
            _fail("it has a layer that the kit has not, or one twice")
        entries = _entries(item.get("files"), layer, left)
        made[layer.descriptor.digest] = entries
        left -= len(entries)
    return FileIndex(kit.descriptor.digest, made)


def _files(layer: KitLayer, entries: Sequence[IndexedEntry]) -> Iterator[IndexedFile]:
    if layer.format is not None and layer.format.packaging is Packaging.RAW:
        for one in entries:
            file = raw_file(layer)
            stated = LayerFile(file.path, one.entry.size, file.mode, unsafe=file.unsafe)
            yield IndexedFile(stated, one.digest, one.tensors)
        return
    for one in entries:
        listed = layer_file(one.entry, layer)
        if listed is not None:
            yield IndexedFile(listed, one.digest, one.tensors)


# -- writing


def _to_json(one: IndexedEntry) -> dict[str, object]:
    entry = one.entry
    made: dict[str, object] = {}
    try:
        made["name"] = entry.name.decode()
    except UnicodeDecodeError:
        made["nameBase64"] = base64.b64encode(entry.name).decode()
    if entry.kind is not EntryKind.FILE:
        made["type"] = _WORDS[entry.kind]
    made |= {"mode": f"{entry.mode:04o}", "size": entry.size, "offset": entry.offset}
    if one.digest is not None:
        made["digest"] = one.digest
    if one.tensors is not None:
        made["tensors"] = {
            "count": one.tensors.count,
            "parameters": one.tensors.parameters,
            "dtypes": dict(one.tensors.dtypes),
        }
    return made


# -- reading


def _entries(listed: object, layer: KitLayer, left: int) -> tuple[IndexedEntry, ...]:
    if not isinstance(listed, list) or len(listed) > left:
        _fail(f"the files of a layer are no list, or there are more than {MOST_FILES:,}")
    if layer.format is None:
        _fail("it has a layer of unknown type")
    entries = tuple(map(_entry, listed))
    if layer.format.packaging is Packaging.RAW:
        _check_raw(entries, layer, layer.format)
    else:
        _check_places(entries, layer, layer.format)
    return entries


def _entry(value: object) -> IndexedEntry:
    if not isinstance(value, dict):
        _fail("a file is not described")
    kind = _TYPES.get(str(value.get("type", "file")))
    mode = value.get("mode")
    if kind is None or not isinstance(mode, str) or not _MODE.fullmatch(mode):
        _fail("a file has no type or no mode that is known")
    size, offset = _size(value.get("size")), _size(value.get("offset"))
    digest = value.get("digest")
    if (digest is not None) != (kind is EntryKind.FILE) or (size and kind is not EntryKind.FILE):
        _fail("a file has no digest, or something else has one or has a content")
    if digest is not None and not (isinstance(digest, str) and _SHA256.fullmatch(digest)):
        _fail("a file has no digest that is one of sha256")
    entry = TarEntry(_name(value), kind, int(mode, 8), size, offset)
    return IndexedEntry(entry, Digest(digest) if digest else None, _tensors(value.get("tensors")))


def _name(value: Mapping[str, object]) -> bytes:
    plain, encoded = value.get("name"), value.get("nameBase64")
    name = b""
    if isinstance(plain, str) and encoded is None:
        name = plain.encode("utf-8", "surrogatepass")
    elif isinstance(encoded, str) and plain is None and len(encoded) <= 2 * MAX_PATH_BYTES:
        try:
            name = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            _fail("a file has a name that cannot be read")
    if not name or len(name) > MAX_PATH_BYTES or b"\0" in name:
        _fail("a file has no name, or one that no archive has")
    return name


def _tensors(value: object) -> TensorSummary | None:
    if value is None:
        return None
    dtypes = value.get("dtypes") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(dtypes, dict) or len(dtypes) > MOST_DTYPES:
        _fail("the tensors of a file are not described")
    if not all(_DTYPE.fullmatch(name) for name in dtypes):
        _fail("a type of tensors has no name that one has")
    counted = tuple((name, _size(count)) for name, count in dtypes.items())
    return TensorSummary(_size(value.get("count")), _size(value.get("parameters")), counted)


def _check_raw(entries: Sequence[IndexedEntry], layer: KitLayer, format: LayerFormat) -> None:
    if len(entries) != 1 or entries[0].entry.kind is not EntryKind.FILE or entries[0].entry.offset:
        _fail("a layer that is one file is something else")
    if format.compression is Compression.NONE and entries[0].entry.size != layer.descriptor.size:
        _fail("a file has not the size of its layer")


def _check_places(entries: Sequence[IndexedEntry], layer: KitLayer, format: LayerFormat) -> None:
    """Each entry has a header of its own before it, and the archive holds them all."""
    end = 0
    for one in entries:
        entry = one.entry
        if entry.offset < end + BLOCK or entry.offset % BLOCK:
            _fail("files lie upon one another, or where no archive has them")
        end = entry.offset + entry.size + padding(entry.size)
    if end > _MAX_SIZE or (format.compression is Compression.NONE and end > layer.descriptor.size):
        _fail("a file lies outside its layer")


def _size(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MAX_SIZE:
        _fail("a number is none, or out of range")
    return value


def _fail(reason: str) -> NoReturn:
    raise FormatError(FORMAT, reason)
