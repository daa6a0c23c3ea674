"""Kits put together from any layers, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kitops_desktop.kitfile.config_json import to_config_json
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.modelkit.layers import layer_entries, with_layer_digests
from kitops_desktop.modelkit.media_types import CONFIG_TYPE
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.oci.manifest import MANIFEST_TYPE, Manifest, manifest_bytes
from support.directory_storage import DirectoryStorage

CODE_TAR = "application/vnd.kitops.modelkit.code.v1.tar"


@dataclass(frozen=True)
class MadeLayer:
    """``content`` are the bytes of the blob, compressed if the type says so."""

    content: bytes
    media_type: str = CODE_TAR
    annotations: Mapping[str, str] = field(default_factory=dict)

    @property
    def descriptor(self) -> Descriptor:
        content = self.content
        return Descriptor(self.media_type, digest_of(content), len(content), tuple(self.annotations.items()))


def make_kit(
    storage: DirectoryStorage, kitfile: Kitfile, layers: Sequence[MadeLayer], *, with_digests: bool = True
) -> ModelKit:
    """Store a kit and load it. Without digests the config is that of `kit` before 1.0."""
    if with_digests:
        kitfile = with_layer_digests(
            kitfile,
            {
                entry.field: (layer.descriptor.digest, digest_of(layer.content))
                for entry, layer in zip(layer_entries(kitfile), layers, strict=False)
            },
        )
    return store_kit(storage, CONFIG_TYPE, to_config_json(kitfile), layers)


def store_kit(
    storage: DirectoryStorage,
    config_type: str,
    config: bytes,
    layers: Sequence[MadeLayer],
    *,
    annotations: Mapping[str, str] | None = None,
    artifact_type: str | None = None,
) -> ModelKit:
    """Store a manifest with this config and load it as a kit."""
    for content in (config, *(layer.content for layer in layers)):
        put(storage, content)
    manifest = Manifest(
        Descriptor(config_type, digest_of(config), len(config)),
        tuple(layer.descriptor for layer in layers),
        tuple((annotations or {}).items()),
        artifact_type=artifact_type,
    )
    content = manifest_bytes(manifest)
    put(storage, content)
    return load_kit(storage, Descriptor(MANIFEST_TYPE, digest_of(content), len(content)))


def put(storage: DirectoryStorage, content: bytes) -> Descriptor:
    """Store any bytes."""
    descriptor = Descriptor("application/octet-stream", digest_of(content), len(content))
    storage.push_bytes(descriptor, content)
    return descriptor


def tree(folder: Path) -> dict[str, bytes | None]:
    """All below a folder by their paths: the bytes of files, None for folders."""
    return {
        path.relative_to(folder).as_posix(): None if path.is_dir() else path.read_bytes()
        for path in folder.rglob("*")
    }
