"""The kits of a store, as `kit list` orders them, with what each of them alone takes up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kitops_desktop.errors import ArtifactError, BlobNotFound, KitOpsError
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.manifest import Manifest
from kitops_desktop.store.damage import Damage, DamageKind
from kitops_desktop.store.layout import Layout
from kitops_desktop.store.manifests import BlobFiles, Manifests, Package, blobs_of, kinds_of
from kitops_desktop.store.snapshot import Repository, Snapshot


@dataclass(frozen=True, slots=True)
class StoredKit:
    """A manifest in a repository.

    ``tags`` are sorted. ``size`` is the sum of the layers' sizes as `kit list` shows it; ``unique`` are the
    bytes of layers that no other kit of the store has, ``shared`` those of the others, each layer counted
    once. A kit that is in two repositories shares all its layers. ``stored_at`` is in seconds since the
    epoch, ``kinds`` are the kinds of its layers.
    """

    repository: str
    descriptor: Descriptor
    tags: tuple[str, ...]
    manifest: Manifest
    kitfile_name: str
    author: str
    size: int
    unique: int
    shared: int
    stored_at: float
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """``kits`` by stored repository name, then by digest. What cannot be read is in ``damage``."""

    kits: tuple[StoredKit, ...]
    damage: tuple[Damage, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    repository: Repository
    descriptor: Descriptor
    manifest: Manifest


class ListingReader:
    """Makes listings of one store; keeps what it has read."""

    def __init__(self, layout: Layout, manifests: Manifests) -> None:
        self._layout = layout
        self._manifests = manifests
        self._blobs = BlobFiles(layout)

    def listing(self, snapshot: Snapshot) -> Listing:
        damage = list(snapshot.damage)
        entries = [
            entry
            for repository in snapshot.repositories.values()
            for entry in self._entries(repository, damage)
        ]
        users = _users(entries)
        kits = tuple(self._kit(entry, users, damage) for entry in entries)
        damage += self._missing_blobs(entries)
        damage += dangling_tags(self._layout, snapshot)
        return Listing(kits, tuple(damage))

    def _entries(self, repository: Repository, damage: list[Damage]) -> Iterable[_Entry]:
        for digest in sorted(repository.manifests):
            descriptor = repository.manifests[digest]
            try:
                manifest = self._manifests.manifest(descriptor)
            except KitOpsError as error:
                damage.append(manifest_damage(self._layout, descriptor, repository.affected(digest), error))
            else:
                yield _Entry(repository, descriptor, manifest)

    def _kit(self, entry: _Entry, users: Counter[Digest], damage: list[Damage]) -> StoredKit:
        manifest, digest = entry.manifest, entry.descriptor.digest
        sizes = {layer.digest: layer.size for layer in manifest.layers}
        unique = sum(size for layer, size in sizes.items() if users[layer] == 1)
        package = self._package(entry, damage)
        return StoredKit(
            repository=entry.repository.name,
            descriptor=entry.descriptor,
            tags=entry.repository.tags_of(digest),
            manifest=manifest,
            kitfile_name=package.name,
            author=package.author,
            size=manifest.layers_size,
            unique=unique,
            shared=sum(sizes.values()) - unique,
            stored_at=self._stored_at(entry.descriptor),
            kinds=kinds_of(manifest),
        )

    def _package(self, entry: _Entry, damage: list[Damage]) -> Package:
        config = entry.manifest.config
        try:
            return self._manifests.package(config)
        except BlobNotFound:
            return Package()  # is found with the other blobs that are missing
        except KitOpsError as error:
            path = self._layout.blob(config.digest)
            affects = entry.repository.affected(entry.descriptor.digest)
            damage.append(Damage(DamageKind.CONFIG_INVALID, config.digest, path, affects, str(error)))
            return Package()

    def _stored_at(self, descriptor: Descriptor) -> float:
        try:
            return self._layout.blob(descriptor.digest).stat().st_mtime
        except OSError:
            return 0.0

    def _missing_blobs(self, entries: Iterable[_Entry]) -> Iterable[Damage]:
        wanted: dict[Descriptor, list[_Entry]] = {}
        for entry in entries:
            for blob in blobs_of(entry.manifest):
                wanted.setdefault(blob, []).append(entry)
        for blob, users in wanted.items():
            if self._blobs.exists(blob):
                continue
            affects = tuple(
                name for user in users for name in user.repository.affected(user.descriptor.digest)
            )
            yield blob_damage(self._layout, blob, affects)


def manifest_damage(
    layout: Layout, descriptor: Descriptor, affects: tuple[str, ...], error: KitOpsError
) -> Damage:
    missing = isinstance(error, BlobNotFound)
    kind = DamageKind.MANIFEST_MISSING if missing else DamageKind.MANIFEST_INVALID
    reason = "its manifest is missing" if missing else f"its manifest cannot be used: {error}"
    if not isinstance(error, ArtifactError):
        kind, reason = DamageKind.UNREADABLE, str(error)
    return Damage(kind, descriptor.digest, layout.blob(descriptor.digest), affects, reason)


def blob_damage(layout: Layout, blob: Descriptor, affects: tuple[str, ...]) -> Damage:
    """Of a blob that is not there with its size."""
    path = layout.blob(blob.digest)
    try:
        size = path.stat().st_size
    except OSError:
        return Damage(DamageKind.BLOB_MISSING, blob.digest, path, affects, "the blob is missing")
    reason = f"the blob has {size:,} bytes instead of {blob.size:,}"
    return Damage(DamageKind.SIZE_WRONG, blob.digest, path, affects, reason)


def dangling_tags(layout: Layout, snapshot: Snapshot) -> Iterable[Damage]:
    """Tags of manifests their repository does not list. Of one whose index cannot be read nothing is said."""
    unreadable = {damage.path for damage in snapshot.damage}
    for name, repository in snapshot.repositories.items():
        if layout.repository_index(name) in unreadable:
            continue
        for tag, descriptor in repository.tags.items():
            if descriptor.digest not in repository.manifests:
                path = layout.repository_tags(name)
                names = repository.affected(descriptor.digest)
                affected = tuple(text for text in names if text.endswith(f":{tag}"))
                reason = f"the tag {tag} names a kit that its repository does not list"
                yield Damage(DamageKind.TAG_DANGLING, descriptor.digest, path, affected, reason)


def _users(entries: Iterable[_Entry]) -> Counter[Digest]:
    """In how many kits a layer is."""
    return Counter(
        digest for entry in entries for digest in {layer.digest for layer in entry.manifest.layers}
    )
