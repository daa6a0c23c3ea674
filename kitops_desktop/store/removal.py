"""Removing kits, as `kit remove` does; what nobody needs any more goes to the trash.

A tag beside which its kit has others in the repository is only taken away; with the last one the kit leaves
the repository, and so it does by its digest or by force, with all its tags. A blob goes only when no kit of
any repository needs it. Order: tags, the repository's index, ``index.json``, the manifest, the other blobs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kitops_desktop.errors import KitOpsError, ReferenceNotFound
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.reference import Reference
from kitops_desktop.store.manifests import blobs_of
from kitops_desktop.store.needed import Listed, needed_blobs
from kitops_desktop.store.parts import StoreParts
from kitops_desktop.store.snapshot import (
    Repository,
    Snapshot,
    read_repository,
    read_snapshot,
    reference_in,
)
from kitops_desktop.store.trash import RemovedEntry

_NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class RemovalPlan:
    """``frees`` bytes; ``untags`` are references by tag, ``manifests`` by digest: kits that go with all
    tags.
    """

    frees: int
    untags: tuple[Reference, ...]
    manifests: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """What was removed. ``id`` is what ``LocalStore.restore`` takes; "" when there was nothing to remove.

    ``freed`` are the bytes of what is in the trash now.
    """

    id: str
    freed: int
    untagged: tuple[Reference, ...] = ()
    removed: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Which entries of index files go, and which blobs nobody needs then, manifests first."""

    entries: tuple[RemovedEntry, ...]
    blobs: tuple[Digest, ...]

    @property
    def untags(self) -> tuple[Reference, ...]:
        return tuple(
            reference_in(entry.repository).with_tag(tag)
            for entry in self.entries
            if not entry.listed
            for tag in entry.tags
        )

    @property
    def manifests(self) -> tuple[Reference, ...]:
        return tuple(
            reference_in(entry.repository).with_digest(entry.descriptor.digest)
            for entry in self.entries
            if entry.listed
        )


def plan_removal(parts: StoreParts, targets: Sequence[Reference], *, force: bool) -> RemovalPlan:
    return as_plan(parts, decide(parts, read_snapshot(parts.layout), targets, force=force))


def remove(parts: StoreParts, targets: Sequence[Reference], *, force: bool) -> Removal:
    return apply(parts, decide(parts, read_snapshot(parts.layout), targets, force=force))


def decide_all(parts: StoreParts, snapshot: Snapshot, *, force: bool) -> Decision:
    """Every manifest without a tag; with ``force`` every manifest and every tag."""
    entries = [
        RemovedEntry(repository.name, descriptor, repository.tags_of(digest))
        for repository in snapshot.repositories.values()
        for digest, descriptor in _known(repository).items()
        if force or not repository.tags_of(digest)
    ]
    return _with_blobs(parts, snapshot, entries)


def decide(parts: StoreParts, snapshot: Snapshot, targets: Sequence[Reference], *, force: bool) -> Decision:
    """Raises ``ReferenceNotFound`` and ``StoreDamaged``."""
    repositories: dict[str, Repository] = {}
    gone: dict[tuple[str, Digest], Descriptor] = {}
    untags: dict[tuple[str, str], Descriptor] = {}
    for target in targets:
        name = target.repository_name
        repository = repositories.setdefault(name, read_repository(parts.layout, name))
        found = _find(repository, target)
        if target.tag is None or force:
            gone[name, found.digest] = found
        else:
            untags[name, target.tag] = found
    for (name, _), found in list(untags.items()):
        if all((name, tag) in untags for tag in repositories[name].tags_of(found.digest)):
            gone[name, found.digest] = found
    entries = [
        RemovedEntry(name, found, repositories[name].tags_of(digest))
        for (name, digest), found in gone.items()
    ]
    entries += [
        RemovedEntry(name, found, (tag,), listed=False)
        for (name, tag), found in untags.items()
        if (name, found.digest) not in gone
    ]
    return _with_blobs(parts, snapshot, entries)


def as_plan(parts: StoreParts, decision: Decision) -> RemovalPlan:
    return RemovalPlan(size_of(parts, decision.blobs), decision.untags, decision.manifests)


def apply(parts: StoreParts, decision: Decision) -> Removal:
    """Remove, under the store's lock."""
    if not decision.entries:
        return Removal("", 0)
    removal = parts.trash.begin(_description(decision), decision.entries)
    for entry in decision.entries:
        parts.memory.forget(
            parts.home, entry.repository, entry.descriptor, None if entry.listed else entry.tags
        )
        parts.untag(entry.repository, entry.descriptor, entry.tags)
        parts.memory.removed(parts.home, entry.repository, entry.descriptor, entry.tags)
    for entry in decision.entries:
        if entry.listed:
            everywhere = entry.descriptor.digest in decision.blobs
            parts.unlist_manifest(entry.repository, entry.descriptor, everywhere=everywhere)
    freed = take_unneeded(parts, removal, decision.blobs)
    return Removal(removal, freed, decision.untags, decision.manifests)


def take_unneeded(parts: StoreParts, removal: str, blobs: Sequence[Digest], *, shared: bool = True) -> int:
    """Move blobs to the trash, and back what another program began to need meanwhile; gives the bytes."""
    freed = parts.trash.take(removal, blobs)
    needed = needed_blobs(parts, read_snapshot(parts.layout), shared=shared)
    for digest in blobs:
        if digest in needed and parts.trash.put_back(digest, [removal]):
            freed -= parts.layout.blob(digest).stat().st_size
    return freed


def size_of(parts: StoreParts, blobs: Sequence[Digest]) -> int:
    size = 0
    for digest in blobs:
        try:
            size += parts.layout.blob(digest).stat().st_size
        except OSError:
            continue
    return size


def _find(repository: Repository, target: Reference) -> Descriptor:
    if target.tag is not None:
        found = repository.tags.get(target.tag)
    else:
        found = _known(repository).get(Digest(target.digest or ""))
    if found is None:
        raise ReferenceNotFound(target.short)
    return found


def _known(repository: Repository) -> dict[Digest, Descriptor]:
    """What a repository lists, and what its tags name though it is not listed."""
    return {descriptor.digest: descriptor for descriptor in repository.tags.values()} | dict(
        repository.manifests
    )


def _with_blobs(parts: StoreParts, snapshot: Snapshot, entries: Sequence[RemovedEntry]) -> Decision:
    gone: set[Listed] = {(entry.repository, entry.descriptor.digest) for entry in entries if entry.listed}
    candidates: dict[Digest, None] = {}
    for entry in entries:
        if entry.listed:
            candidates[entry.descriptor.digest] = None
    manifests = len(candidates)
    for entry in entries:
        if entry.listed:
            candidates.update(dict.fromkeys(_blobs(parts, entry.descriptor)))
    needed = needed_blobs(parts, snapshot, gone)
    unneeded = [digest for digest in candidates if digest not in needed]
    if needed.obstacle is not None:  # who knows what else needs them; prune finds them later
        hidden = snapshot.unreadable is not None
        listed = set(list(candidates)[:manifests])
        unneeded = [] if hidden else [digest for digest in unneeded if digest in listed]
    return Decision(tuple(entries), tuple(unneeded))


def _blobs(parts: StoreParts, descriptor: Descriptor) -> list[Digest]:
    try:
        return [blob.digest for blob in blobs_of(parts.manifests.manifest(descriptor))]
    except KitOpsError:
        return []


def _description(decision: Decision) -> str:
    names = [
        reference_in(entry.repository).with_tag(tag).short for entry in decision.entries for tag in entry.tags
    ]
    names += [
        reference_in(entry.repository).with_digest(entry.descriptor.digest).short
        for entry in decision.entries
        if not entry.tags
    ]
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
