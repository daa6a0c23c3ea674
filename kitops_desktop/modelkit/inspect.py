"""Reading a kit: its manifest, its Kitfile, and which layer is which entry of the Kitfile.

Read are ModelKits of all versions of `kit` and CNCF ModelPack artifacts. No layer is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kitops_desktop.errors import ContentTooLarge, InvalidManifest, NotAModelKit
from kitops_desktop.kitfile.config_json import MAX_CONFIG, from_config_json
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.paths import clean
from kitops_desktop.modelkit.layers import LayerEntry, layer_entries
from kitops_desktop.modelkit.media_types import (
    CONFIG_TYPE,
    FILEPATH_ANNOTATION,
    KITFILE_ANNOTATION,
    MODELKIT_ARTIFACT_TYPE,
    MODELPACK_ARTIFACT_TYPE,
    MODELPACK_CONFIG_TYPE,
    PROMPT_SUBTYPE,
    SUBTYPE_ANNOTATION,
    Compression,
    LayerFormat,
    LayerKind,
    parse_media_type,
)
from kitops_desktop.modelkit.model_pack import derived_kitfile, diff_ids
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.manifest import INDEX_TYPE, MAX_MANIFEST_BYTES, Manifest, parse_manifest
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.oci.verify import read_verified


@dataclass(frozen=True, slots=True)
class KitLayer:
    """A layer of a kit with what the Kitfile says about it.

    ``format`` and ``kind`` are None when the media type is unknown. ``path`` is the text of the Kitfile and
    ``field`` its place there (``code[0]``); both are empty, as is ``name``, when the Kitfile has no entry for
    the layer. ``diff_id`` is the digest of the uncompressed layer, "" when unknown. ``folder`` is where in
    the target the names of the archive begin: "" but for kits of the earliest versions of `kit`.
    """

    index: int
    descriptor: Descriptor
    format: LayerFormat | None
    kind: LayerKind | None
    name: str = ""
    path: str = ""
    field: str = ""
    diff_id: str = ""
    folder: str = ""

    @property
    def label(self) -> str:
        """What to call the layer in messages."""
        return self.path or self.name or self.descriptor.digest


@dataclass(frozen=True, slots=True)
class ModelKit:
    """A kit as it is stored. The two bytes fields are what their digests stand for."""

    descriptor: Descriptor
    manifest: Manifest
    manifest_bytes: bytes
    config_bytes: bytes
    kitfile: Kitfile
    layers: tuple[KitLayer, ...]

    @property
    def digests(self) -> tuple[Digest, ...]:
        """All that it consists of: manifest, config and layers."""
        layers = (layer.descriptor.digest for layer in self.layers)
        return (self.descriptor.digest, self.manifest.config.digest, *layers)


def load_kit(fetcher: Fetcher, manifest: Descriptor, reference: str = "") -> ModelKit:
    """Read the kit whose manifest is ``manifest``; ``reference`` only names it in errors.

    Raises ``NotAModelKit``, ``InvalidManifest``, ``ContentTooLarge``, ``BlobNotFound``, ``DigestMismatch``.
    """
    name = reference or manifest.digest
    if manifest.media_type == INDEX_TYPE:
        raise NotAModelKit(name, manifest.media_type)
    manifest_bytes = read_verified(fetcher, manifest, MAX_MANIFEST_BYTES)
    parsed = parse_manifest(manifest_bytes)
    is_model_pack = _is_model_pack(parsed, name)
    config_bytes = read_verified(fetcher, parsed.config, MAX_CONFIG)
    if is_model_pack:
        kitfile = _model_pack_kitfile(parsed, config_bytes)
        layers = _layers(parsed, kitfile, diff_ids(config_bytes), has_folders=False)
    else:
        kitfile = from_config_json(config_bytes)
        layers = _layers(parsed, kitfile, (), has_folders=True)
    return ModelKit(manifest, parsed, manifest_bytes, config_bytes, kitfile, tuple(layers))


def _is_model_pack(manifest: Manifest, name: str) -> bool:
    types = (manifest.config.media_type, manifest.artifact_type)
    if CONFIG_TYPE in types or MODELKIT_ARTIFACT_TYPE in types:
        return False
    if MODELPACK_CONFIG_TYPE in types or MODELPACK_ARTIFACT_TYPE in types:
        return True
    raise NotAModelKit(name, manifest.artifact_type or manifest.config.media_type)


def _model_pack_kitfile(manifest: Manifest, config: bytes) -> Kitfile:
    text = manifest.annotation(KITFILE_ANNOTATION)
    if text is None:
        return derived_kitfile(manifest, config)
    content = text.encode("utf-8", "replace")
    if len(content) > MAX_CONFIG:
        raise ContentTooLarge("the Kitfile of the manifest", len(content), MAX_CONFIG)
    return from_config_json(content)


def _layers(
    manifest: Manifest, kitfile: Kitfile, known: tuple[str, ...], *, has_folders: bool
) -> Iterator[KitLayer]:
    """The layers with their entries: the first layer of a kind goes with its first entry, and so on."""
    entries = _Entries(kitfile)
    for index, descriptor in enumerate(manifest.layers):
        layer = KitLayer(
            index,
            descriptor,
            format := parse_media_type(descriptor.media_type),
            _kind(format, descriptor),
            path=descriptor.annotation(FILEPATH_ANNOTATION) or "",
            diff_id=known[index] if index < len(known) else "",
        )
        yield _completed(layer, entries, has_folders)


def _kind(format: LayerFormat | None, descriptor: Descriptor) -> LayerKind | None:
    if format is None:
        return None
    if format.kind is LayerKind.CODE and descriptor.annotation(SUBTYPE_ANNOTATION) == PROMPT_SUBTYPE:
        return LayerKind.PROMPT
    return format.kind


def _completed(layer: KitLayer, entries: _Entries, has_folders: bool) -> KitLayer:
    plain = layer.format is not None and layer.format.compression is Compression.NONE
    diff_id = layer.diff_id or (layer.descriptor.digest if plain else "")
    entry = entries.next(layer.kind)
    if entry is None:
        return replace(layer, diff_id=diff_id)
    digest, entry_diff_id = entries.digests(entry)
    if digest and digest != layer.descriptor.digest:
        raise InvalidManifest(f"digest in config and manifest do not match in {entry.kind}")
    return replace(
        layer,
        kind=entry.kind,
        name=entry.name,
        path=entry.path,
        field=entry.field,
        diff_id=entry_diff_id or diff_id,
        folder="" if digest or not has_folders else _folder_of(entry),
    )


def _folder_of(entry: LayerEntry) -> str:
    """`kit` before 1.0 wrote no digests into the config, and named files from the entry's folder on."""
    folder = clean(entry.path).rpartition("/")[0]
    return "" if folder == "." else folder


class _Entries:
    """The entries of a Kitfile, handed out in their order kind by kind."""

    def __init__(self, kitfile: Kitfile) -> None:
        self._kitfile = kitfile
        self._waiting: dict[LayerKind, list[LayerEntry]] = {}
        for entry in layer_entries(kitfile):
            self._waiting.setdefault(entry.kind, []).append(entry)
        model = kitfile.model
        if model is not None and LayerKind.MODEL not in self._waiting:
            # A model path that reads as a reference, in a kit that has a layer for it all the same.
            self._waiting[LayerKind.MODEL] = [LayerEntry(LayerKind.MODEL, model.path, "model", model.name)]
        for waiting in self._waiting.values():
            waiting.reverse()

    def next(self, kind: LayerKind | None) -> LayerEntry | None:
        """The next entry for a layer of this kind. A further model layer is a part: ModelPack artifacts of
        other tools have many weights."""
        if kind is None:
            return None
        waiting = self._waiting.get(kind)
        if not waiting and kind is LayerKind.MODEL:
            waiting = self._waiting.get(LayerKind.MODEL_PART)
        return waiting.pop() if waiting else None

    def digests(self, entry: LayerEntry) -> tuple[str, str]:
        """What the config says about digest and diffId of the entry's layer."""
        found = self._found(entry)
        return found.digest, found.diff_id

    def _found(self, entry: LayerEntry) -> Any:  # noqa: ANN401
        if entry.kind is LayerKind.MODEL:
            return self._kitfile.model
        index = int(entry.field.rpartition("[")[2].rstrip("]"))
        sections: Mapping[LayerKind, tuple[Any, ...]] = {
            LayerKind.MODEL_PART: self._kitfile.model.parts if self._kitfile.model else (),
            LayerKind.CODE: self._kitfile.code,
            LayerKind.DATASET: self._kitfile.datasets,
            LayerKind.DOCS: self._kitfile.docs,
            LayerKind.PROMPT: self._kitfile.prompts,
            LayerKind.MCP_SERVER: self._kitfile.mcp_servers,
        }
        return sections[entry.kind][index]
