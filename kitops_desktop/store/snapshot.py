"""All index files of a store as they are at one moment."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kitops_desktop.errors import StoreDamaged
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.reference import DEFAULT_REGISTRY, Reference
from kitops_desktop.store.damage import Damage, DamageKind
from kitops_desktop.store.failures import reading
from kitops_desktop.store.index_files import descriptor_of, read_index, read_tags
from kitops_desktop.store.layout import INDEX_SUFFIX, TAGS_SUFFIX, Layout, repository_of

_NOT_OLD_LAYOUT = frozenset({"blobs", "ingest"})


@dataclass(frozen=True, slots=True)
class Repository:
    """``manifests`` in the order of the index file; ``tags`` sorted by name."""

    name: str
    manifests: Mapping[Digest, Descriptor] = field(default_factory=dict)
    tags: Mapping[str, Descriptor] = field(default_factory=dict)

    def tags_of(self, digest: str) -> tuple[str, ...]:
        return tuple(tag for tag, descriptor in self.tags.items() if descriptor.digest == digest)

    def affected(self, digest: str) -> tuple[str, ...]:
        """The kit as people write it: by its tags, or by its digest when it has none."""
        tags = self.tags_of(digest)
        named = reference_in(self.name)
        if not tags:
            return (named.with_digest(digest).short,)
        return tuple(named.with_tag(tag).short for tag in tags)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``repositories`` by name, sorted; ``shared`` is ``index.json``.

    ``damage`` has what could not be read: whoever decides what nobody needs must know that it is all there
    is.
    """

    repositories: Mapping[str, Repository]
    shared: Mapping[Digest, Descriptor]
    damage: tuple[Damage, ...]

    @property
    def unreadable(self) -> Damage | None:
        """An index file of a repository that hides manifests from us."""
        hiding = (DamageKind.INDEX_UNREADABLE, DamageKind.ENTRY_INVALID)
        return next((damage for damage in self.damage if damage.kind in hiding), None)

    def listed(self) -> dict[Digest, Descriptor]:
        """Every manifest of every repository."""
        return {
            digest: descriptor
            for repository in self.repositories.values()
            for digest, descriptor in repository.manifests.items()
        }

    def affected(self, digest: str) -> tuple[str, ...]:
        """The names of a manifest in all repositories."""
        return tuple(
            name
            for repository in self.repositories.values()
            if digest in repository.manifests
            for name in repository.affected(digest)
        )


def read_snapshot(layout: Layout) -> Snapshot:
    """Read everything; a file that cannot be read becomes damage and hides nothing else.

    A store that does not exist is empty. Raises ``StoreUnavailable``.
    """
    reader = _Reader(layout)
    names = sorted(name for name in _file_names(layout))
    repositories: dict[str, Repository] = {}
    for name in sorted({name for file in names if (name := _repository(file)) is not None}):
        repositories[name] = reader.repository(name)
    shared = reader.entries(layout.shared_index, "")
    return Snapshot(repositories, shared, (*reader.damage, *_old_layouts(layout)))


def read_repository(layout: Layout, name: str) -> Repository:
    """One repository, empty when there is none of that name. Raises ``StoreDamaged`` and
    ``StoreUnavailable``.
    """
    manifests = _descriptors(read_index(layout.home, layout.repository_index(name)))
    tags = read_tags(layout.home, layout.repository_tags(name))
    known = {tag: found for tag in sorted(tags) if (found := descriptor_of(tags[tag])) is not None}
    return Repository(name, manifests, known)


def stamp(layout: Layout) -> tuple[tuple[str, int, int, int], ...]:
    """A value that differs after any change of an index file."""
    found = []
    try:
        with os.scandir(layout.storage) as entries:
            for entry in entries:
                if entry.name.endswith(".json"):
                    stat = entry.stat()
                    found.append((entry.name, stat.st_mtime_ns, stat.st_size, stat.st_ino))
    except OSError:
        return ()
    return tuple(sorted(found))


def reference_in(repository: str) -> Reference:
    """A reference to a repository by its stored name, without tag and digest."""
    registry, slash, rest = repository.partition("/")
    return Reference(registry, rest) if slash else Reference(DEFAULT_REGISTRY, repository)


class _Reader:
    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.damage: list[Damage] = []

    def repository(self, name: str) -> Repository:
        path = self._layout.repository_index(name)
        return Repository(name, self.entries(path, name), self._tags(name))

    def entries(self, path: Path, name: str) -> dict[Digest, Descriptor]:
        affects = (f"{reference_in(name).short or name}",) if name else ()
        try:
            entries = read_index(self._layout.home, path)
        except StoreDamaged as error:
            self._add(DamageKind.INDEX_UNREADABLE, path, affects, error.reason)
            return {}
        found = _descriptors(entries)
        if any(descriptor_of(entry) is None for entry in entries):
            self._add(DamageKind.ENTRY_INVALID, path, affects, "it has an entry that is no descriptor")
        return found

    def _tags(self, name: str) -> dict[str, Descriptor]:
        path = self._layout.repository_tags(name)
        affects = (f"{reference_in(name).short or name}",)
        try:
            tags = read_tags(self._layout.home, path)
        except StoreDamaged as error:
            self._add(DamageKind.TAGS_UNREADABLE, path, affects, error.reason)
            return {}
        known = {}
        for tag in sorted(tags):
            descriptor = descriptor_of(tags[tag])
            if descriptor is None:
                self._add(
                    DamageKind.TAG_DANGLING, path, (f"{affects[0]}:{tag}",), "the tag names no manifest"
                )
            else:
                known[tag] = descriptor
        return known

    def _add(self, kind: DamageKind, path: Path, affects: tuple[str, ...], reason: str) -> None:
        self.damage.append(Damage(kind, "", path, affects, reason))


def _descriptors(entries: list[dict[str, object]]) -> dict[Digest, Descriptor]:
    found = (descriptor_of(entry) for entry in entries)
    return {descriptor.digest: descriptor for descriptor in found if descriptor is not None}


def _repository(file_name: str) -> str | None:
    return repository_of(file_name, INDEX_SUFFIX) or repository_of(file_name, TAGS_SUFFIX)


def _file_names(layout: Layout) -> list[str]:
    with reading(layout.home):
        try:
            return [path.name for path in layout.storage.iterdir()]
        except FileNotFoundError:
            return []


def _old_layouts(layout: Layout) -> Iterator[Damage]:
    """Layouts of `kit` before 2024: nested ones. They are neither read nor touched, since any command of
    `kit` moves their kits into the store by itself.
    """
    try:
        with os.scandir(layout.storage) as entries:
            folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for folder in sorted(folders, key=lambda entry: entry.name):
        if folder.name in _NOT_OLD_LAYOUT:
            continue
        for place, _, files in os.walk(folder.path):
            if "index.json" in files:
                reason = (
                    "kits in the layout of an old kit; any command of kit, as `kit list`, takes them over"
                )
                yield Damage(DamageKind.OLD_LAYOUT, "", Path(place) / "index.json", (), reason)
