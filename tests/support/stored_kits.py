"""Small kits put into a store byte by byte, and the rules every store keeps whatever happened to it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.oci.manifest import MANIFEST_TYPE, Manifest, go_json, manifest_bytes
from kitops_desktop.store.layout import INDEX_SUFFIX, TAGS_SUFFIX, repository_of
from kitops_desktop.store.local_store import LocalStore

CONFIG_TYPE = "application/vnd.kitops.modelkit.config.v1+json"
LAYER_TYPE = "application/vnd.kitops.modelkit.model.v1.tar"


def blob(content: bytes, media_type: str = LAYER_TYPE) -> Descriptor:
    return Descriptor(media_type, digest_of(content), len(content))


def write_blob(store: LocalStore, content: bytes) -> Descriptor:
    """Store a layer as packing does."""
    with store.ingest() as ingest:
        ingest.write(content)
        ingest.commit()
    return blob(content)


def write_kit(store: LocalStore, *layers: bytes, name: str = "kit") -> Descriptor:
    """Store a kit's blobs and give its manifest, which no index lists yet."""
    described = tuple(write_blob(store, layer) for layer in layers)
    config = go_json({"package": {"name": name, "authors": ["me"]}})
    content = manifest_bytes(Manifest(blob(config, CONFIG_TYPE), described))
    for text, media_type in ((config, CONFIG_TYPE), (content, MANIFEST_TYPE)):
        store.push_bytes(blob(text, media_type), text)
    return blob(content, MANIFEST_TYPE)


def add_kit(
    store: LocalStore, repository: str, tags: Sequence[str], *layers: bytes, name: str = "kit"
) -> Descriptor:
    manifest = write_kit(store, *layers, name=name)
    store.add_manifest(repository, manifest, tags)
    return manifest


def rows(store: LocalStore) -> set[tuple[str, str, str]]:
    """Repository, tag and digest of everything that is listed."""
    listing = store.listing()
    return {(kit.repository, tag, kit.descriptor.digest) for kit in listing.kits for tag in kit.tags or ("",)}


def broken_rules(home: Path) -> list[str]:
    """What `kit` would trip over in a store, read without any of our code for reading index files."""
    storage = home / "storage"
    if not storage.exists():
        return []
    broken = [f"index below the top: {path}" for path in storage.glob("*/**/index.json")]
    shared = {entry["digest"] for entry in _json(storage / "index.json")["manifests"] or []}
    for path in sorted(storage.iterdir()):
        if re.fullmatch(r"[-A-Za-z0-9_]*={0,3}-index\.json", path.name):
            if repository_of(path.name, INDEX_SUFFIX) is None:
                broken.append(f"name is no base64: {path.name}")
            broken += _broken_index(storage, path, shared)
        if path.name.endswith(TAGS_SUFFIX):
            broken += _broken_tags(storage, path)
    return broken


def _broken_index(storage: Path, path: Path, shared: set[str]) -> list[str]:
    broken = []
    for entry in _json(path)["manifests"]:
        digest = entry["digest"]
        if digest not in shared:
            broken.append(f"{digest} is not in index.json")
        manifest = _blob(storage, digest)
        if not manifest.exists():
            broken.append(f"{path.name} lists {digest}, which is missing")
            continue
        content = _json(manifest)
        for part in (content["config"], *(content["layers"] or [])):
            if not _blob(storage, part["digest"]).exists():
                broken.append(f"{digest} needs {part['digest']}, which is missing")
    return broken


def _broken_tags(storage: Path, path: Path) -> list[str]:
    index = path.with_name(path.name.removesuffix(TAGS_SUFFIX) + INDEX_SUFFIX)
    listed = {entry["digest"] for entry in _json(index)["manifests"]} if index.exists() else set()
    return [
        f"{path.name}: {tag} names what is not listed"
        for tag, entry in _json(path).items()
        if entry["digest"] not in listed
    ]


def _blob(storage: Path, digest: str) -> Path:
    return storage / "blobs" / Path(*digest.split(":"))


def _json(path: Path) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(path.read_bytes())
