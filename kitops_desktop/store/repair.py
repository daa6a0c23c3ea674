"""Putting right what ``verify`` has found, as far as that can be done without the source.

A damaged blob goes to the trash, so that the next pack or pull makes it anew instead of trusting it, or is
replaced by a good one from there. A kit whose manifest is gone leaves the index files, since `kit list`
fails for all kits as long as one is listed and missing. An index file that cannot be read is kept aside, in
the trash too, and made anew from what is known of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from kitops_desktop.errors import KitOpsError
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.progress import CancelToken
from kitops_desktop.store.blob_hash import hash_file
from kitops_desktop.store.damage import Damage, DamageKind
from kitops_desktop.store.index_files import add_entries, set_tags
from kitops_desktop.store.layout import INDEX_SUFFIX, TAGS_SUFFIX, repository_of
from kitops_desktop.store.parts import StoreParts
from kitops_desktop.store.snapshot import read_snapshot
from kitops_desktop.store.trash import RemovedEntry

log = logging.getLogger(__name__)


def repair(parts: StoreParts, damage: Iterable[Damage], token: CancelToken) -> tuple[Damage, ...]:
    """Repair, under the store's lock; gives what was put right."""
    repairing = _Repairing(parts, token)
    return tuple(item for item in damage if repairing.repair(item))


class _Repairing:
    """``_removal`` is made when something is to be moved to the trash."""

    def __init__(self, parts: StoreParts, token: CancelToken) -> None:
        self._parts = parts
        self._token = token
        self._ways: dict[DamageKind, Callable[[Damage], bool]] = {
            DamageKind.INDEX_UNREADABLE: self._rebuild_index,
            DamageKind.TAGS_UNREADABLE: self._rebuild_tags,
            DamageKind.TAG_DANGLING: self._list_or_untag,
            DamageKind.NOT_IN_SHARED_INDEX: self._share,
            DamageKind.MANIFEST_MISSING: self._replace_or_unlist,
            DamageKind.MANIFEST_INVALID: self._replace_or_unlist,
            DamageKind.BLOB_MISSING: self._replace,
            DamageKind.SIZE_WRONG: self._replace_or_discard,
            DamageKind.CONTENT_WRONG: self._replace_or_discard,
        }

    def repair(self, damage: Damage) -> bool:
        self._token.check()
        way = self._ways.get(damage.kind)
        try:
            done = way is not None and way(damage)
        except KitOpsError as error:
            log.warning("%s cannot be repaired: %s", damage, error)
            return False
        if done:
            log.info("repaired: %s", damage)
        return done

    def _rebuild_index(self, damage: Damage) -> bool:
        parts = self._parts
        snapshot = read_snapshot(parts.layout)
        self._keep_aside(damage.path)
        if damage.path == parts.layout.shared_index:
            add_entries(parts.home, damage.path, snapshot.listed().values(), shared=True)
            return True
        name = repository_of(damage.path.name, INDEX_SUFFIX) or ""
        hidden = [item for item in snapshot.damage if item.kind is DamageKind.INDEX_UNREADABLE]
        known = [record.descriptor for record in self._records(name)]
        if name in snapshot.repositories:
            known += snapshot.repositories[name].tags.values()
        if len(hidden) == 1:  # then what only index.json has was listed here
            listed = snapshot.listed()
            known += [found for digest, found in snapshot.shared.items() if digest not in listed]
        add_entries(parts.home, damage.path, [found for found in known if self._is_manifest(found)])
        return True

    def _rebuild_tags(self, damage: Damage) -> bool:
        self._keep_aside(damage.path)
        name = repository_of(damage.path.name, TAGS_SUFFIX) or ""
        tags = {
            tag: record.descriptor
            for record in self._records(name)
            for tag in record.tags
            if self._is_manifest(record.descriptor)
        }
        set_tags(self._parts.home, damage.path, tags)
        return True

    def _list_or_untag(self, damage: Damage) -> bool:
        parts = self._parts
        name = repository_of(damage.path.name, TAGS_SUFFIX) or ""
        repository = read_snapshot(parts.layout).repositories.get(name)
        found = [
            descriptor
            for descriptor in (repository.tags.values() if repository else ())
            if descriptor.digest == damage.digest
        ]
        if repository is None or not found:
            return False
        if self._is_manifest(found[0]):
            parts.list_manifest(name, found[0])
            return True
        tags = repository.tags_of(damage.digest)
        self._begin([RemovedEntry(name, found[0], tags)])
        parts.untag(name, found[0], tags)
        return True

    def _share(self, damage: Damage) -> bool:
        parts = self._parts
        found = read_snapshot(parts.layout).listed().get(Digest(damage.digest))
        if found is None:
            return False
        add_entries(parts.home, parts.layout.shared_index, [found], shared=True)
        return True

    def _replace_or_unlist(self, damage: Damage) -> bool:
        if self._replace(damage):
            return True
        parts, digest = self._parts, Digest(damage.digest)
        entries = [
            RemovedEntry(repository.name, repository.manifests[digest], repository.tags_of(digest))
            for repository in read_snapshot(parts.layout).repositories.values()
            if digest in repository.manifests
        ]
        removal = self._begin(entries)
        for entry in entries:
            parts.memory.forget(parts.home, entry.repository, entry.descriptor, None)
            parts.untag(entry.repository, entry.descriptor, entry.tags)
            parts.unlist_manifest(entry.repository, entry.descriptor, everywhere=True)
        parts.trash.take(removal, [digest])
        return True

    def _replace_or_discard(self, damage: Damage) -> bool:
        digest = Digest(damage.digest)
        if self._is_good(self._parts.layout.blob(digest), digest) or self._replace(damage):
            return True
        listed = read_snapshot(self._parts.layout).listed()
        if digest in listed:
            return self._replace_or_unlist(damage)
        self._parts.trash.take(self._begin(()), [digest])
        return True

    def _replace(self, damage: Damage) -> bool:
        """From the trash, if it has a good one."""
        digest = Digest(damage.digest)
        found = self._parts.trash.find(digest)
        if found is None or not self._is_good(found, digest):
            return False
        return self._parts.trash.put_back(digest)

    def _is_good(self, path: Path, digest: Digest) -> bool:
        try:
            return hash_file(path, digest, self._token) == digest
        except OSError:
            return False

    def _is_manifest(self, descriptor: Descriptor) -> bool:
        try:
            self._parts.manifests.manifest(descriptor)
        except KitOpsError:
            return False
        return True

    def _records(self, repository: str) -> list[RemovedEntry]:
        """What we stored in a repository."""
        return [
            RemovedEntry(record.repository, record.descriptor, record.tags)
            for record in self._parts.memory.stored(self._parts.home)
            if record.repository == repository
        ]

    def _keep_aside(self, path: Path) -> None:
        self._parts.trash.keep_aside(self._begin(()), path)

    def _begin(self, entries: Iterable[RemovedEntry]) -> str:
        return self._parts.trash.begin("damaged, replaced by a repair", tuple(entries))
