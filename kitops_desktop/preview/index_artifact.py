"""A file index as an artifact that refers to a kit: a manifest with one layer (docs/file-index.md)."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass

from kitops_desktop.errors import ContentTooLarge, FormatError
from kitops_desktop.modelkit.decompress import decompressed
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.oci.manifest import MANIFEST_TYPE, Manifest, manifest_bytes, parse_manifest
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.oci.verify import read_verified
from kitops_desktop.preview.file_index import FORMAT, MOST_JSON, FileIndex, index_to_json, parse_index

INDEX_ARTIFACT = "application/vnd.kitops-desktop.file-index.v1+json"
"""The artifact type, and the type of the layer when it is not compressed."""
MOST_BLOB = 32 << 20
"""Bytes of the layer as it is stored."""
_MOST_MANIFEST = 64 << 10
_LAYER_TYPES = {
    INDEX_ARTIFACT: Compression.NONE,
    f"{INDEX_ARTIFACT}+gzip": Compression.GZIP,
    f"{INDEX_ARTIFACT}+zstd": Compression.ZSTD,
}
_EMPTY = b"{}"
_EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
_VENDOR = "org.opencontainers.image.vendor"
_MOST_VENDOR = 60
US = "KitOps Desktop"


@dataclass(frozen=True, slots=True)
class IndexArtifact:
    """All there is to be pushed: ``blobs``, then the manifest."""

    manifest: Descriptor
    manifest_bytes: bytes
    blobs: tuple[tuple[Descriptor, bytes], ...]


@dataclass(frozen=True, slots=True)
class AttachedIndex:
    """An index that was found beside a kit. ``digest`` is that of its manifest; ``maker`` is what that says
    of who made it, "" for nothing, and not to be believed. ``others`` counts further ones.
    """

    index: FileIndex
    digest: Digest
    maker: str = ""
    others: int = 0


def index_artifact(index: FileIndex, kit: ModelKit) -> IndexArtifact:
    """The artifact for an index of ``kit``; the same one each time. Raises ``ContentTooLarge``."""
    content = index_to_json(index, kit)
    packed = gzip.compress(content, 6, mtime=0)
    if len(content) > MOST_JSON or len(packed) > MOST_BLOB:
        raise ContentTooLarge("the file index", len(content), MOST_JSON)
    config = Descriptor(_EMPTY_TYPE, digest_of(_EMPTY), len(_EMPTY))
    layer = Descriptor(f"{INDEX_ARTIFACT}+gzip", digest_of(packed), len(packed))
    subject = Descriptor(kit.descriptor.media_type, kit.descriptor.digest, kit.descriptor.size)
    manifest = manifest_bytes(
        Manifest(
            config,
            (layer,),
            ((_VENDOR, US),),
            media_type=MANIFEST_TYPE,
            artifact_type=INDEX_ARTIFACT,
            subject=subject,
        )
    )
    described = Descriptor(MANIFEST_TYPE, digest_of(manifest), len(manifest), artifact_type=INDEX_ARTIFACT)
    return IndexArtifact(described, manifest, ((config, _EMPTY), (layer, packed)))


def read_index(fetcher: Fetcher, kit: ModelKit, manifest: Descriptor) -> AttachedIndex:
    """The index behind a manifest that is said to refer to ``kit``.

    Raises ``FormatError`` for what is none of that kit, ``InvalidManifest``, ``ContentTooLarge``,
    ``DigestMismatch``, ``BlobNotFound``.
    """
    parsed = parse_manifest(read_verified(fetcher, manifest, _MOST_MANIFEST))
    if parsed.artifact_type != INDEX_ARTIFACT or len(parsed.layers) != 1:
        raise FormatError(FORMAT, "its manifest is not one of a file index")
    if parsed.subject is None or parsed.subject.digest != kit.descriptor.digest:
        raise FormatError(FORMAT, "its manifest is of another kit")
    compression = _LAYER_TYPES.get(parsed.layers[0].media_type)
    if compression is None:
        raise FormatError(FORMAT, "its layer is of a type that is not known")
    packed = read_verified(fetcher, parsed.layers[0], MOST_BLOB)
    index = parse_index(_unpacked(packed, compression), kit)
    maker = parsed.annotation(_VENDOR) or ""
    return AttachedIndex(index, manifest.digest, maker[:_MOST_VENDOR] if maker.isprintable() else "")


def _unpacked(packed: bytes, compression: Compression) -> bytes:
    """Raises ``ArchiveDamaged``, and ``ContentTooLarge`` as soon as it is."""
    pieces, size = [], 0
    with decompressed(io.BytesIO(packed), compression) as stream:
        while block := stream.read(1 << 20):
            size += len(block)
            if size > MOST_JSON:
                raise ContentTooLarge("the file index", size, MOST_JSON)
            pieces.append(block)
    return b"".join(pieces)
