"""The index and tags files, read and written as `kit` does.

``index.json`` lists every manifest (`kit` uses it for garbage collection only), ``<b64>-index.json`` those
of a repository in the order of addition, ``<b64>-tags.json`` maps its tags to descriptors. Entries are kept
as they were found: what another program put into one stays in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kitops_desktop.errors import InvalidManifest
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.manifest import INDEX_TYPE, go_json
from kitops_desktop.store.changing import FileFormat, change_file, read_settled

Entries = list[dict[str, Any]]
Tags = dict[str, dict[str, Any]]


def read_index(home: Path, path: Path) -> Entries:
    """The entries of an index file, none when there is no file. Raises ``StoreDamaged``."""
    return read_settled(home, path, parse_index)[1] or []


def read_tags(home: Path, path: Path) -> Tags:
    """The tags of a tags file, none when there is no file. Raises ``StoreDamaged``."""
    return read_settled(home, path, parse_tags)[1] or {}


def add_entries(home: Path, path: Path, entries: Iterable[Descriptor], *, shared: bool = False) -> bool:
    """List manifests that are not listed yet, at the end. ``shared``: the file is ``index.json``."""
    wanted = {descriptor.digest: descriptor.to_json() for descriptor in entries}

    def change(found: Entries) -> Entries:
        known = {entry.get("digest") for entry in found}
        return found + [entry for digest, entry in wanted.items() if digest not in known]

    return change_file(home, path, _SHARED_INDEX if shared else _INDEX, change)


def remove_entries(home: Path, path: Path, digests: Iterable[str], *, shared: bool = False) -> bool:
    """List manifests no more. An empty file is removed, but for ``index.json``."""
    unwanted = frozenset(digests)

    def change(found: Entries) -> Entries:
        return [entry for entry in found if entry.get("digest") not in unwanted]

    return change_file(home, path, _SHARED_INDEX if shared else _INDEX, change)


def set_tags(home: Path, path: Path, tags: Mapping[str, Descriptor], *, move: bool = True) -> bool:
    """Point tags at manifests; without ``move`` those that point anywhere already stay."""

    def change(found: Tags) -> Tags:
        known = dict(found)
        for tag, descriptor in tags.items():
            if tag not in known or (move and known[tag].get("digest") != descriptor.digest):
                known[tag] = descriptor.to_json()
        return known

    return change_file(home, path, _TAGS, change)


def remove_tags(home: Path, path: Path, tags: Mapping[str, str]) -> bool:
    """Take tags away that still point at the digests the caller thinks. An empty file is removed."""

    def change(found: Tags) -> Tags:
        return {tag: entry for tag, entry in found.items() if tags.get(tag) != entry.get("digest")}

    return change_file(home, path, _TAGS, change)


def parse_index(content: bytes) -> Entries:
    """Raises ``ValueError``. Entries are not checked one by one."""
    value = _parse(content)
    manifests = value.get("manifests")
    if manifests is None:
        return []
    if not isinstance(manifests, list) or not all(isinstance(entry, dict) for entry in manifests):
        raise ValueError("its manifests are no list of objects")
    return manifests


def parse_tags(content: bytes) -> Tags:
    """Raises ``ValueError``. Entries are not checked one by one."""
    value = _parse(content)
    if not all(isinstance(entry, dict) for entry in value.values()):
        raise ValueError("a tag has no descriptor")
    return value


def descriptor_of(entry: object) -> Descriptor | None:
    """The descriptor of an entry, None when it is none."""
    try:
        return Descriptor.from_json(entry)
    except InvalidManifest:
        return None


def _shared_content(entries: Entries) -> bytes:
    return go_json({"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": entries or None})


def _index_content(entries: Entries) -> bytes | None:
    return go_json({"schemaVersion": 2, "manifests": entries}) if entries else None


def _tags_content(tags: Tags) -> bytes | None:
    return go_json(dict(sorted(tags.items()))) if tags else None


def _parse(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is no complete JSON") from error
    if not isinstance(value, dict):
        raise ValueError("it is no JSON object")
    return value


_SHARED_INDEX: FileFormat[Entries] = FileFormat(parse_index, _shared_content, list)
_INDEX: FileFormat[Entries] = FileFormat(parse_index, _index_content, list)
_TAGS: FileFormat[Tags] = FileFormat(parse_tags, _tags_content, dict)
