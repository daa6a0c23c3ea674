"""Which blobs somebody needs: the reference graph behind every removal."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kitops_desktop.errors import BlobNotFound, KitOpsError, StoreDamaged
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.store.manifests import blobs_of
from kitops_desktop.store.parts import StoreParts
from kitops_desktop.store.snapshot import Snapshot

Listed = tuple[str, str]
"""A repository's name and the digest of a manifest in it."""


@dataclass(frozen=True, slots=True)
class Needed:
    """``digests`` that must stay. ``obstacle`` is set when that is not all: something listed cannot be
    read.
    """

    digests: frozenset[Digest]
    obstacle: StoreDamaged | None

    def __contains__(self, digest: object) -> bool:
        return digest in self.digests


def needed_blobs(
    parts: StoreParts, snapshot: Snapshot, without: Collection[Listed] = (), *, shared: bool = True
) -> Needed:
    """What all kits need but those ``without``: every repository, leases, what we stored and is to be put
    back.

    ``shared``: also what only ``index.json`` lists. No command finds those, but another program may be about
    to list them.
    """
    obstacle = _unreadable(snapshot)
    found: set[Digest] = {Digest(digest) for digest in parts.leases.digests()}
    gone = {digest for _, digest in without}
    listed = {
        digest: descriptor
        for repository in snapshot.repositories.values()
        for digest, descriptor in repository.manifests.items()
        if (repository.name, digest) not in without
    }
    unlisted = _unlisted(snapshot, gone) if shared else {}
    for digest, descriptor in {**unlisted, **listed}.items():
        try:
            found |= _blobs(parts, descriptor)
        except BlobNotFound:
            continue  # nothing can be read from it ever, and nothing can be unpacked
        except KitOpsError as error:
            found.add(digest)
            if digest in listed and obstacle is None:
                obstacle = StoreDamaged(parts.layout.blob(digest), str(error))
    found |= _remembered(parts, snapshot, gone)
    return Needed(frozenset(found), obstacle)


def _blobs(parts: StoreParts, descriptor: Descriptor) -> set[Digest]:
    manifest = parts.manifests.manifest(descriptor)
    return {descriptor.digest, *(blob.digest for blob in blobs_of(manifest))}


def _unlisted(snapshot: Snapshot, gone: Collection[str]) -> dict[Digest, Descriptor]:
    listed = snapshot.listed()
    return {
        digest: descriptor
        for digest, descriptor in snapshot.shared.items()
        if digest not in listed and digest not in gone
    }


def _remembered(parts: StoreParts, snapshot: Snapshot, gone: Collection[str]) -> set[Digest]:
    """What entries need that another program dropped and ``heal`` is going to put back."""
    listed = snapshot.listed()
    return {
        Digest(digest)
        for record in parts.memory.stored(parts.home)
        if record.descriptor.digest not in listed and record.descriptor.digest not in gone
        if parts.blobs.exists(record.descriptor)
        for digest in (*record.blobs, record.descriptor.digest)
    }


def _unreadable(snapshot: Snapshot) -> StoreDamaged | None:
    damage = snapshot.unreadable
    return None if damage is None else StoreDamaged(damage.path, damage.reason)
