"""Manifests and the few words of a config that a listing shows, read once per process."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from typing import Any

from kitops_desktop.errors import BlobNotFound, DigestMismatch, InvalidManifest, StoreUnavailable
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.manifest import MAX_MANIFEST_BYTES, Manifest, parse_manifest
from kitops_desktop.oci.verify import read_verified
from kitops_desktop.store.blob_range import BlobRange
from kitops_desktop.store.layout import Layout

_MAX_CONFIG_BYTES = 16 << 20
_MODELKIT_TYPE = re.compile(r"application/vnd\.kitops\.modelkit\.([a-z]+)\.")
_MODELPACK_TYPE = re.compile(r"application/vnd\.cncf\.model\.([a-z]+)(?:\.config)?\.")
_MODELPACK_KINDS = {"weight": "model", "doc": "docs"}
_MODELKIT_KINDS = {"mcpb": "mcpserver"}
_SUBTYPE = "ml.kitops.modelkit.layer-subtype"
_FileKey = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Package:
    """What a config says of the kit as a whole; empty when it says nothing."""

    name: str = ""
    author: str = ""


class BlobFiles:
    """``oci.storage.Fetcher`` over the blobs of a store."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def exists(self, descriptor: Descriptor) -> bool:
        try:
            return self._layout.blob(descriptor.digest).stat().st_size == descriptor.size
        except OSError:
            return False

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BlobRange:
        try:
            return BlobRange(self._layout.blob(descriptor.digest), start, length)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise BlobNotFound(descriptor.digest) from error
        except OSError as error:
            raise StoreUnavailable(self._layout.home, error.strerror or type(error).__name__) from error


class Manifests:
    """Reads manifests and packages, and keeps them for as long as their files stay the same."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._blobs = BlobFiles(layout)
        self._guard = threading.Lock()
        self._manifests: dict[Digest, tuple[_FileKey, Manifest]] = {}
        self._packages: dict[Digest, tuple[_FileKey, Package]] = {}

    def manifest(self, descriptor: Descriptor) -> Manifest:
        """Raises ``BlobNotFound``, ``DigestMismatch``, ``InvalidManifest``, ``ContentTooLarge``."""
        key = self._key(descriptor)
        with self._guard:
            known = self._manifests.get(descriptor.digest)
        if known is not None and known[0] == key:
            return known[1]
        manifest = parse_manifest(read_verified(self._blobs, descriptor, MAX_MANIFEST_BYTES))
        with self._guard:
            self._manifests[descriptor.digest] = (key, manifest)
        return manifest

    def package(self, config: Descriptor) -> Package:
        """Raises ``BlobNotFound``, ``DigestMismatch``, ``InvalidManifest``, ``ContentTooLarge``."""
        key = self._key(config)
        with self._guard:
            known = self._packages.get(config.digest)
        if known is not None and known[0] == key:
            return known[1]
        package = _package(read_verified(self._blobs, config, _MAX_CONFIG_BYTES))
        with self._guard:
            self._packages[config.digest] = (key, package)
        return package

    def _key(self, descriptor: Descriptor) -> _FileKey:
        try:
            stat = self._layout.blob(descriptor.digest).stat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise BlobNotFound(descriptor.digest) from error
        except OSError as error:
            raise StoreUnavailable(self._layout.home, error.strerror or type(error).__name__) from error
        if stat.st_size != descriptor.size:
            raise DigestMismatch(descriptor.digest, "of another size", descriptor.size, stat.st_size)
        return stat.st_mtime_ns, stat.st_size, stat.st_ino


def kinds_of(manifest: Manifest) -> tuple[str, ...]:
    """The kinds of layers a kit has (model, modelpart, code, dataset, docs, …), each once, in their order."""
    return tuple(dict.fromkeys(kind for layer in manifest.layers if (kind := _kind(layer))))


def blobs_of(manifest: Manifest) -> tuple[Descriptor, ...]:
    """What a manifest needs: its layers and its config, each once."""
    return tuple({blob.digest: blob for blob in (*manifest.layers, manifest.config)}.values())


def _kind(layer: Descriptor) -> str:
    subtype = layer.annotation(_SUBTYPE)
    if subtype:
        return subtype
    ours = _MODELKIT_TYPE.match(layer.media_type)
    if ours:
        return _MODELKIT_KINDS.get(ours[1], ours[1])
    theirs = _MODELPACK_TYPE.match(layer.media_type)
    return _MODELPACK_KINDS.get(theirs[1], theirs[1]) if theirs else ""


def _package(content: bytes) -> Package:
    """Of a Kitfile as JSON, or of a ModelPack config, which has it under ``descriptor``."""
    try:
        config = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidManifest("its config is not JSON") from error
    if not isinstance(config, dict):
        raise InvalidManifest("its config is not a JSON object")
    package: Any = config.get("package") or config.get("descriptor")
    if not isinstance(package, dict):
        return Package()
    authors = package.get("authors")
    author = authors[0] if isinstance(authors, list) and authors else ""
    name = package.get("name")
    return Package(name if isinstance(name, str) else "", author if isinstance(author, str) else "")
