"""A file index as an artifact that refers to a kit: a manifest with one layer (docs/file-index.md)."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from kitops_desktop.errors import ContentTooLarge, FormatError, InvalidManifest
from kitops_desktop.formats.json_text import parse_object
from kitops_desktop.modelkit.decompress import decompressed
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.oci.manifest import MANIFEST_TYPE, Manifest, go_json, manifest_bytes, parse_manifest
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.oci.verify import read_verified
from kitops_desktop.preview.file_index import FORMAT, MOST_JSON, FileIndex, index_to_json, parse_index

INDEX_ARTIFACT = "application/vnd.kitops-desktop.file-index.v1+json"
"""The artifact type, and the type of the layer when it is not compressed."""
MOST_BLOB = 32 << 20
"""Bytes of the layer as it is stored."""
LAYER_ANNOTATION = "vnd.kitops-desktop.file-index.layer"
"""In the manifest of an index, and so in lists of referrers: the descriptor of its layer as JSON."""
_MOST_MANIFEST = 64 << 10
_MOST_ANNOTATION = 1 << 10
_LAYER_TYPES = {
    INDEX_ARTIFACT: Compression.NONE,
    f"{INDEX_ARTIFACT}+gzip": Compression.GZIP,
    f"{INDEX_ARTIFACT}+zstd": Compression.ZSTD,
}
_EMPTY = b"{}"
_CONFIG = Descriptor("application/vnd.oci.empty.v1+json", digest_of(_EMPTY), len(_EMPTY))
_VENDOR = "org.opencontainers.image.vendor"
_CREATED = "org.opencontainers.image.created"
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
    """An index that was found beside a kit. ``digest`` is that of its manifest; ``maker`` and ``created`` are
    what that says of who made it and when, "" for nothing, and not to be believed. ``others`` counts further
    ones.
    """

    index: FileIndex
    digest: Digest
    maker: str = ""
    created: str = ""
    others: int = 0

    @property
    def claim(self) -> str:
        """Its own word on where it comes from, and that it is no more than that; "" when it says nothing."""
        by = f" by {self.maker}" if self.maker else ""
        on = f" on {self.created}" if self.created else ""
        return f"made{by}{on} as it says" if by or on else ""


def index_artifact(index: FileIndex, kit: ModelKit) -> IndexArtifact:
    """The artifact for an index of ``kit``; the same one each time. Raises ``ContentTooLarge``."""
    content = index_to_json(index, kit)
    packed = gzip.compress(content, 6, mtime=0)
    if len(content) > MOST_JSON or len(packed) > MOST_BLOB:
        raise ContentTooLarge("the file index", len(content), MOST_JSON)
    layer = Descriptor(f"{INDEX_ARTIFACT}+gzip", digest_of(packed), len(packed))
    named = go_json(layer.to_json()).decode()
    manifest = manifest_bytes(_manifest(kit, layer, ((_VENDOR, US), (LAYER_ANNOTATION, named))))
    described = Descriptor(MANIFEST_TYPE, digest_of(manifest), len(manifest), artifact_type=INDEX_ARTIFACT)
    return IndexArtifact(described, manifest, ((_CONFIG, _EMPTY), (layer, packed)))


def read_index(
    fetcher: Fetcher, kit: ModelKit, listed: Descriptor, *, most: int = MOST_BLOB
) -> AttachedIndex:
    """The index behind a manifest that is said to refer to ``kit``; ``listed`` is how a list of referrers has
    it, or its plain descriptor. The manifest itself is fetched only where the list does not tell all of it.
    An index of more than ``most`` bytes is not fetched.

    Raises ``FormatError`` for what is none of that kit, ``InvalidManifest``, ``ContentTooLarge``,
    ``DigestMismatch``, ``BlobNotFound``.
    """
    parsed = _made_anew(listed, kit) or parse_manifest(read_verified(fetcher, listed, _MOST_MANIFEST))
    if parsed.artifact_type != INDEX_ARTIFACT or len(parsed.layers) != 1:
        raise FormatError(FORMAT, "its manifest is not one of a file index")
    if parsed.subject is None or parsed.subject.digest != kit.descriptor.digest:
        raise FormatError(FORMAT, "its manifest is of another kit")
    compression = _LAYER_TYPES.get(parsed.layers[0].media_type)
    if compression is None:
        raise FormatError(FORMAT, "its layer is of a type that is not known")
    packed = read_verified(fetcher, parsed.layers[0], min(most, MOST_BLOB))
    index = parse_index(_unpacked(packed, compression), kit)
    stated = parsed.annotations
    return AttachedIndex(index, listed.digest, stated_maker(stated), stated_time(stated))


def stated_maker(annotations: Iterable[tuple[str, str]]) -> str:
    """Who made an artifact, as that says itself; "" when it does not, or says what cannot be shown."""
    maker = dict(annotations).get(_VENDOR, "")
    return maker[:_MOST_VENDOR] if maker.isprintable() else ""


def stated_time(annotations: Iterable[tuple[str, str]]) -> str:
    """When it was made, as it says itself, in UTC; "" when it does not."""
    text = dict(annotations).get(_CREATED, "")
    try:
        made = datetime.fromisoformat(text)
        return "" if made.tzinfo is None else f"{made.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError):
        return ""


def _manifest(kit: ModelKit, layer: Descriptor, annotations: tuple[tuple[str, str], ...]) -> Manifest:
    subject = Descriptor(kit.descriptor.media_type, kit.descriptor.digest, kit.descriptor.size)
    return Manifest(
        _CONFIG,
        (layer,),
        annotations,
        media_type=MANIFEST_TYPE,
        artifact_type=INDEX_ARTIFACT,
        subject=subject,
    )


def _made_anew(listed: Descriptor, kit: ModelKit) -> Manifest | None:
    """The manifest as it must be if a list of referrers tells all of it; None when it is another.

    Anybody who may push can write such a list, so nothing in it is believed: what was put together from it
    has the digest of the manifest, or the manifest is to be fetched.
    """
    text = listed.annotation(LAYER_ANNOTATION) or ""
    if not 0 < len(text) <= _MOST_ANNOTATION:
        return None
    try:
        layer = Descriptor.from_json(parse_object(text.encode("utf-8", "replace"), FORMAT))
    except (FormatError, InvalidManifest):
        return None
    made = _manifest(kit, layer, listed.annotations)
    return made if digest_of(manifest_bytes(made)) == listed.digest else None


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
