"""The trash: what removals took out of the store, to be put back or deleted for good.

Each removal is a folder ``trash/<id>/`` with the blobs it moved and a file that says which entries of index
files it removed. The file is written before anything is changed, so a removal that was cut off can be
undone as well.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, algorithm_of, hex_of, is_digest
from kitops_desktop.store.changing import write_synced
from kitops_desktop.store.failures import writing
from kitops_desktop.store.index_files import descriptor_of
from kitops_desktop.store.ingest import move_file
from kitops_desktop.store.layout import TEMPORARY_PREFIX, Layout

log = logging.getLogger(__name__)

_RECORD = "removal.json"
_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class TrashEntry:
    """A removal that can be undone. ``removed_at`` is in seconds since the epoch, ``size`` in bytes."""

    id: str
    removed_at: float
    size: int
    description: str


@dataclass(frozen=True, slots=True)
class RemovedEntry:
    """A manifest that was in ``repository`` with these ``tags``; ``listed`` False when only the tags went."""

    repository: str
    descriptor: Descriptor
    tags: tuple[str, ...]
    listed: bool = True

    def to_json(self) -> dict[str, Any]:
        return {
            "repository": self.repository,
            "descriptor": self.descriptor.to_json(),
            "tags": list(self.tags),
            "listed": self.listed,
        }


class Trash:
    """The trash of one store. Changes are made under the store's lock."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._folder = layout.trash

    def begin(self, description: str, entries: Sequence[RemovedEntry]) -> str:
        """Write down what is going to be removed; gives the removal's id."""
        now = time.time()
        made = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(now))}-{os.urandom(4).hex()}"
        record = {
            "removedAt": now,
            "description": description,
            "entries": [entry.to_json() for entry in entries],
        }
        folder = self._temporary(made)
        with writing(self._layout.home, folder):
            folder.mkdir(parents=True)
            write_synced(folder / _RECORD, json.dumps(record).encode(), 0o644)
            folder.rename(self._folder / made)
        return made

    def take(self, removal: str, digests: Iterable[Digest]) -> int:
        """Move blobs out of the store; gives their bytes. One that is not there is passed over."""
        freed = 0
        for digest in digests:
            path = self._layout.blob(digest)
            with writing(self._layout.home, path):
                try:
                    size = path.stat().st_size
                    move_file(path, self._path(removal, digest))
                except FileNotFoundError:
                    continue
                freed += size
        return freed

    def keep_aside(self, removal: str, path: Path) -> None:
        """Move a damaged index file here, for people to look at."""
        with writing(self._layout.home, path):
            move_file(path, self._folder / removal / f"file-{path.name}")

    def put_back(self, digest: Digest, removals: Sequence[str] = ()) -> bool:
        """Move a blob back into the store if the trash has it, looking at ``removals`` first."""
        paths = (self._path(removal, digest) for removal in (*removals, *self._ids()))
        path = next((path for path in paths if path.exists()), None)
        if path is None:
            return False
        target = self._layout.blob(digest)
        with writing(self._layout.home, target):
            target.parent.mkdir(parents=True, exist_ok=True)
            move_file(path, target)
        return True

    def blobs(self, removal: str) -> tuple[Digest, ...]:
        return tuple(digest for path in self._files(removal) if (digest := _digest_at(path)) is not None)

    def find(self, digest: Digest) -> Path | None:
        """The file of a blob in the trash."""
        paths = (self._path(removal, digest) for removal in self._ids())
        return next((path for path in paths if path.exists()), None)

    def removed(self, removal: str) -> tuple[RemovedEntry, ...]:
        """What the removal took out of index files; raises ``InvalidArgument`` when there is no such
        removal.
        """
        if removal not in self._ids():
            raise InvalidArgument(f"there is no removal {removal!r} in the trash")
        return tuple(_entries(self._record(removal)))

    def removed_from(self) -> frozenset[tuple[str, str]]:
        """Repository and digest of every manifest that was removed and can be put back."""
        return frozenset(
            (entry.repository, str(entry.descriptor.digest))
            for removal in self._ids()
            for entry in _entries(self._record(removal))
            if entry.listed
        )

    def entries(self) -> tuple[TrashEntry, ...]:
        """All removals, the oldest first."""
        found = [self._entry(removal) for removal in self._ids()]
        return tuple(sorted(found, key=lambda entry: (entry.removed_at, entry.id)))

    def size(self) -> int:
        return sum(entry.size for entry in self.entries())

    def drop(self, removal: str) -> int:
        """Delete a removal for good; gives the bytes that were freed."""
        freed = sum(_size(path) for path in self._files(removal) if path.name != _RECORD)
        folder = self._temporary(removal)
        with writing(self._layout.home, folder):
            (self._folder / removal).rename(folder)  # gone at once, even if we are killed while deleting
            shutil.rmtree(folder)
        return freed

    def empty(self, older_than: float | None) -> int:
        """Delete what was removed more than ``older_than`` seconds ago (None: everything)."""
        limit = None if older_than is None else time.time() - older_than
        chosen = [entry for entry in self.entries() if limit is None or entry.removed_at < limit]
        return sum(self.drop(entry.id) for entry in chosen)

    def remove_leftovers(self) -> None:
        """Remove folders of removals that were begun or deleted by a process that was killed."""
        for folder in self._folder.glob(f"{TEMPORARY_PREFIX}*"):
            shutil.rmtree(folder, ignore_errors=True)

    def _temporary(self, removal: str) -> Path:
        return self._folder / f"{TEMPORARY_PREFIX}{removal}.tmp"

    def _entry(self, removal: str) -> TrashEntry:
        record = self._record(removal)
        size = sum(_size(path) for path in self._files(removal) if path.name != _RECORD)
        removed_at = record.get("removedAt")
        if not isinstance(removed_at, int | float):
            removed_at = (self._folder / removal).stat().st_mtime
        return TrashEntry(removal, float(removed_at), size, str(record.get("description", "")))

    def _record(self, removal: str) -> dict[str, Any]:
        try:
            value = json.loads((self._folder / removal / _RECORD).read_bytes())
        except (OSError, ValueError) as error:
            log.warning("the record of removal %s cannot be read: %s", removal, error)
            return {}
        return value if isinstance(value, dict) else {}

    def _ids(self) -> list[str]:
        try:
            return sorted(path.name for path in self._folder.iterdir() if _ID.fullmatch(path.name))
        except OSError:
            return []

    def _files(self, removal: str) -> list[Path]:
        try:
            return list((self._folder / removal).iterdir())
        except OSError:
            return []

    def _path(self, removal: str, digest: Digest) -> Path:
        return self._folder / removal / f"{algorithm_of(digest)}-{hex_of(digest)}"


def _digest_at(path: Path) -> Digest | None:
    text = path.name.replace("-", ":", 1)
    return Digest(text) if is_digest(text) else None


def _entries(record: dict[str, Any]) -> Iterator[RemovedEntry]:
    found = record.get("entries")
    for value in found if isinstance(found, list) else []:
        descriptor = descriptor_of(value.get("descriptor"))
        if descriptor is not None:
            yield RemovedEntry(
                str(value["repository"]), descriptor, tuple(value["tags"]), bool(value["listed"])
            )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
