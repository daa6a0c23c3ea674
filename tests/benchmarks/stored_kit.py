"""The files that a kit of our store consists of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StoredKit:
    """Blobs, named by their digests in hex as in every OCI layout."""

    manifest: Path
    config: Path
    layers: tuple[Path, ...]

    @property
    def blobs(self) -> tuple[Path, ...]:
        return (*self.layers, self.config)


def stored_kit(storage: Path, tag: str) -> StoredKit:
    """The kit with this tag in the only repository of a store."""
    tags = json.loads(next(storage.glob("*-tags.json")).read_bytes())
    return kit_of_manifest(_blob(storage / "blobs" / "sha256", tags[tag]["digest"]))


def kit_of_manifest(manifest: Path) -> StoredKit:
    """The kit whose other blobs are in the folder of its manifest."""
    content = json.loads(manifest.read_bytes())
    folder = manifest.parent
    layers = tuple(_blob(folder, layer["digest"]) for layer in content["layers"])
    return StoredKit(manifest, _blob(folder, content["config"]["digest"]), layers)


def _blob(folder: Path, digest: str) -> Path:
    return folder / digest.removeprefix("sha256:")
