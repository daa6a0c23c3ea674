"""Packing: the planned layers become blobs, several at a time, then the config and last the manifest.

So a storage never shows half a kit, and packing again after a failure makes only what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from kitops_desktop.errors import BlobNotFound
from kitops_desktop.kitfile.config_json import to_config_json
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.paths import effective_path
from kitops_desktop.kitfile.validation import check_valid
from kitops_desktop.modelkit.layer_plan import PlannedFile
from kitops_desktop.modelkit.layer_pool import LayerPool, PackedBlob
from kitops_desktop.modelkit.layers import with_layer_digests
from kitops_desktop.modelkit.media_types import (
    CLI_VERSION,
    CLI_VERSION_ANNOTATION,
    CONFIG_TYPE,
    FILE_METADATA_ANNOTATION,
    FILEPATH_ANNOTATION,
    PROMPT_SUBTYPE,
    SUBTYPE_ANNOTATION,
    Compression,
    LayerKind,
    layer_media_type,
)
from kitops_desktop.modelkit.memory import LayerMemory
from kitops_desktop.modelkit.pack_plan import PackPlan, PlannedLayer
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.oci.manifest import MANIFEST_TYPE, Manifest, go_json, manifest_bytes
from kitops_desktop.oci.storage import Storage
from kitops_desktop.progress import CancelToken, Report, Tally, ignore_progress


@runtime_checkable
class Leasing(Protocol):
    """A storage that can keep blobs from being removed while somebody needs them."""

    def lease(self, digests: Iterable[Digest]) -> AbstractContextManager[object]: ...


@dataclass(frozen=True, slots=True)
class PackedLayer:
    """A layer of the finished kit. ``reused`` when it was in the storage and no file was read for it."""

    descriptor: Descriptor
    diff_id: Digest
    kind: LayerKind
    path: str
    reused: bool


@dataclass(frozen=True, slots=True)
class Packed:
    """A finished kit in a storage, with no tag yet."""

    manifest: Descriptor
    config: Descriptor
    layers: tuple[PackedLayer, ...]
    manifest_bytes: bytes


def pack(
    plan: PackPlan,
    kitfile: Kitfile,
    storage: Storage,
    *,
    compression: Compression = Compression.NONE,
    memory: LayerMemory | None = None,
    rehash: bool = False,
    parallel: int = 0,
    publish: Callable[[Packed], None] | None = None,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
) -> Packed:
    """Make the ModelKit of ``kitfile``, from which ``plan`` was made, in ``storage``.

    Layers that ``memory`` knows and the storage has are not read again, unless ``rehash``. ``parallel``
    layers are made at a time (0: as many as suit the machine). ``publish`` lists the finished kit (adds it to
    an index, tags it); it is called while its blobs are still kept from removal. Progress counts the bytes of
    uncompressed layers.

    Raises ``KitfileInvalid`` before anything is read, ``SourceChanged``, ``SourceUnreadable``, ``DiskFull``,
    ``Cancelled``, and errors of the storage; no manifest is written then, and what is complete is found again
    by the next attempt.
    """
    check_valid(kitfile)
    token = token or CancelToken()
    pool = LayerPool(
        storage, compression, memory, parallel=parallel, token=token, tally=Tally(report, plan.size)
    )
    blobs = pool.make(plan.layers, recall=not rehash)
    with _lease(storage, blobs):
        blobs = _present(plan, blobs, storage, pool)
        token.check()
        made = assemble(plan, kitfile, compression, blobs)
        packed = made.packed
        storage.push_bytes(packed.config, made.config_bytes)
        storage.push_bytes(packed.manifest, packed.manifest_bytes)
        if publish is not None:
            publish(packed)
        return packed


def _lease(storage: Storage, blobs: Iterable[PackedBlob]) -> AbstractContextManager[object]:
    if isinstance(storage, Leasing):
        return storage.lease([blob.digest for blob in blobs])
    return nullcontext()


def _present(
    plan: PackPlan, blobs: tuple[PackedBlob, ...], storage: Storage, pool: LayerPool
) -> tuple[PackedBlob, ...]:
    """The blobs, made once more where somebody removed one while the others were made."""
    gone = [layer for layer, blob in zip(plan.layers, blobs, strict=True) if not _exists(storage, blob)]
    if not gone:
        return blobs
    pool.take_back(gone)
    remade = dict(zip((layer.field for layer in gone), pool.make(gone, recall=False), strict=True))
    blobs = tuple(remade.get(layer.field, blob) for layer, blob in zip(plan.layers, blobs, strict=True))
    for blob in blobs:
        if not _exists(storage, blob):
            raise BlobNotFound(blob.digest)
    return blobs


def _exists(storage: Storage, blob: PackedBlob) -> bool:
    return storage.exists(Descriptor("application/octet-stream", blob.digest, blob.size))


@dataclass(frozen=True, slots=True)
class Assembled:
    """What a kit is besides its layers."""

    packed: Packed
    config_bytes: bytes


def assemble(
    plan: PackPlan, kitfile: Kitfile, compression: Compression, blobs: Sequence[PackedBlob]
) -> Assembled:
    """The config and manifest of a kit whose layers became ``blobs``; nothing is stored."""
    pairs = list(zip(plan.layers, blobs, strict=True))
    layers = tuple(
        PackedLayer(_descriptor(layer, blob, compression), blob.diff_id, layer.kind, layer.path, blob.reused)
        for layer, blob in pairs
    )
    digests = {layer.field: (str(blob.digest), str(blob.diff_id)) for layer, blob in pairs}
    config_bytes = to_config_json(with_layer_digests(kitfile, digests))
    config = Descriptor(CONFIG_TYPE, digest_of(config_bytes), len(config_bytes))
    content = manifest_bytes(
        Manifest(
            config,
            tuple(layer.descriptor for layer in layers),
            ((CLI_VERSION_ANNOTATION, CLI_VERSION),),
        )
    )
    manifest = Descriptor(MANIFEST_TYPE, digest_of(content), len(content))
    return Assembled(Packed(manifest, config, layers, content), config_bytes)


def _descriptor(layer: PlannedLayer, blob: PackedBlob, compression: Compression) -> Descriptor:
    media_type = layer_media_type(layer.kind, compression)
    return Descriptor(media_type, blob.digest, blob.size, tuple(_annotations(layer)))


def _annotations(layer: PlannedLayer) -> Iterable[tuple[str, str]]:
    """None on the layers that `kit` 1.7 knows; on the others what newer `kit` needs to tell them apart."""
    if layer.kind is LayerKind.PROMPT:
        yield SUBTYPE_ANNOTATION, PROMPT_SUBTYPE
        yield FILEPATH_ANNOTATION, effective_path(layer.path)
    if layer.kind is LayerKind.MCP_SERVER:
        yield FILE_METADATA_ANNOTATION, _file_metadata(layer)
        yield FILEPATH_ANNOTATION, effective_path(layer.path)


def _file_metadata(layer: PlannedLayer) -> str:
    """The fields of ModelPack's FileMetadata; the time is left at zero, as in tar layers, so that equal files
    give equal manifests."""
    file = next(entry for entry in layer.plan.entries() if isinstance(entry, PlannedFile))
    value = {
        "name": file.source.name,
        "mode": file.mode & 0o777,
        "uid": 0,
        "gid": 0,
        "size": file.identity.size,
        "mtime": "1970-01-01T00:00:00Z",
        "typeflag": 0,
    }
    return go_json(value).decode()
