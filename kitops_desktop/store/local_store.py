"""The local store: ModelKits on this computer, shared with `kit`.

Every public method may be called from any thread and any process at any time. Whatever changes an index
file does so under the store's own lock (``lock``) and on top of what is in the file at that moment
(``changing``), since `kit` honours no lock. Blobs come first, then the manifest, ``index.json``, the
repository's index, and tags last; removal goes the other way. So a process that dies leaves a store in
which every kit that can be seen is whole.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from kitops_desktop.errors import (
    DigestMismatch,
    InvalidArgument,
    KitOpsError,
    ReferenceNotFound,
    StoreReadOnly,
)
from kitops_desktop.free_space import free_space
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken, Report, ignore_progress
from kitops_desktop.store import disk_use, healing, prune, removal, restoring, verify
from kitops_desktop.store.blob_range import BlobRange
from kitops_desktop.store.damage import Damage, DamageKind
from kitops_desktop.store.disk_use import DiskUse
from kitops_desktop.store.failures import writing
from kitops_desktop.store.ingest import BlobIngest, write_small
from kitops_desktop.store.layout import Layout
from kitops_desktop.store.leases import Lease, Leases
from kitops_desktop.store.listing import Listing, ListingReader, StoredKit
from kitops_desktop.store.lock import DEFAULT_TIMEOUT, StoreLock
from kitops_desktop.store.manifests import BlobFiles, Manifests
from kitops_desktop.store.memory import NoMemory, StoredMemory
from kitops_desktop.store.parts import StoreParts
from kitops_desktop.store.removal import Removal, RemovalPlan
from kitops_desktop.store.repair import repair as repair_damage
from kitops_desktop.store.snapshot import Snapshot, read_repository, read_snapshot, stamp
from kitops_desktop.store.trash import Trash, TrashEntry
from kitops_desktop.store.verify import VerifyReport
from kitops_desktop.store.work_folders import work_folder

__all__ = [
    "Damage",
    "DamageKind",
    "DiskUse",
    "Listing",
    "LocalStore",
    "Removal",
    "RemovalPlan",
    "StoredKit",
    "TrashEntry",
    "VerifyReport",
]

log = logging.getLogger(__name__)

TRASH_SECONDS = 7 * 86_400.0


class LocalStore:
    """The store in the folder ``home``, which need not exist; ``oci.storage.Storage`` for its blobs.

    ``memory`` remembers what we stored, by which entries come back that other programs dropped. In seconds:
    ``lock_timeout``, after which another process holds the lock for too long; ``settle``, for how long
    index files must have rested before anything is put back; ``trash_seconds``, for how long removals can
    be undone.
    """

    def __init__(
        self,
        home: Path,
        memory: StoredMemory | None = None,
        *,
        lock_timeout: float = DEFAULT_TIMEOUT,
        settle: float = healing.DEFAULT_SETTLE,
        trash_seconds: float = TRASH_SECONDS,
    ) -> None:
        self.home = home
        layout = Layout(home)
        self._layout = layout
        self._parts = StoreParts(
            layout,
            memory or NoMemory(),
            BlobFiles(layout),
            Manifests(layout),
            Trash(layout),
            Leases(layout.leases),
        )
        self._lock = StoreLock(layout.lock, home, lock_timeout)
        self._listings = ListingReader(layout, self._parts.manifests)
        self._settle = settle
        self._trash_seconds = trash_seconds

    # Blobs

    def exists(self, descriptor: Descriptor) -> bool:
        return self._parts.blobs.exists(descriptor)

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BlobRange:
        """Raises ``BlobNotFound`` and ``StoreUnavailable``."""
        return self._parts.blobs.fetch(descriptor, start, length)

    def ingest(self, descriptor: Descriptor | None = None) -> BlobIngest:
        """Begin, or go on with, a blob. Raises ``StoreReadOnly``, ``DiskFull``, ``StoreUnavailable``."""
        return BlobIngest(self._layout, descriptor, make_room=self.make_room)

    def push_bytes(self, descriptor: Descriptor, content: bytes) -> None:
        """Raises ``DigestMismatch`` when the content is not the descriptor's, and what ``ingest`` raises."""
        found = digest_of(content)
        if (found, len(content)) != (descriptor.digest, descriptor.size):
            raise DigestMismatch(descriptor.digest, found, descriptor.size, len(content))
        if not self.exists(descriptor):
            write_small(self._layout, descriptor.digest, content, self.make_room)

    def blob_path(self, digest: Digest) -> Path:
        """Where the blob is or would be."""
        return self._layout.blob(digest)

    @contextmanager
    def lease(self, digests: Iterable[str]) -> Iterator[None]:
        """No removal and no prune of any process takes these blobs away in the meantime."""
        lease = self._take_lease(digests)
        try:
            yield
        finally:
            lease.release()

    @contextmanager
    def work_folder(self, name: str) -> Iterator[Path | None]:
        """A folder in which something is gathered before it is packed; ``name`` follows from what that is, so
        that what was broken off goes on there. It goes at the end. None while another process has it.

        Raises ``StoreReadOnly``, ``DiskFull``, ``StoreUnavailable``.
        """
        with ExitStack() as taken:
            with writing(self.home, self._layout.imports):
                folder = taken.enter_context(work_folder(self._layout.imports, name))
            yield folder

    # Kits

    def resolve(self, reference: Reference) -> Descriptor:
        """The manifest a reference stands for; raises ``ReferenceNotFound`` and ``StoreDamaged``."""
        found = self._find(reference)
        if found is None and self._heal_quietly(read_snapshot(self._layout)):
            found = self._find(reference)
        if found is None:
            raise ReferenceNotFound(reference.short)
        return found

    def listing(self) -> Listing:
        """All kits. Makes nothing where there is no store. Raises ``StoreUnavailable``."""
        snapshot = read_snapshot(self._layout)
        if self._heal_quietly(snapshot):
            snapshot = read_snapshot(self._layout)
        return self._listings.listing(snapshot)

    def stamp(self) -> object:
        """A value that differs once an index file has changed; cheap."""
        return stamp(self._layout)

    def add_manifest(self, repository: str, manifest: Descriptor, tags: Sequence[str] = ()) -> None:
        """List a manifest whose blobs are all in the store, and point ``tags`` at it, moving them.

        Raises ``BlobNotFound``, ``InvalidManifest``, ``InvalidReference`` for a name that is too long to be
        stored, ``StoreDamaged``, ``StoreBusy``, ``StoreReadOnly``, ``DiskFull``.
        """
        self._layout.repository_index(repository)
        with self._lock.held():
            self._parts.list_manifest(repository, manifest, tags)

    def tag(self, source: Reference, target: Reference) -> None:
        """Give the kit ``source`` the name ``target``, also in another repository; an existing tag is moved.

        Raises what ``resolve`` and ``add_manifest`` raise.
        """
        if target.tag is None:
            raise InvalidArgument(f"{target.short} needs a tag, not a digest")
        self._layout.repository_index(target.repository_name)
        manifest = self.resolve(source)
        with self._lock.held():
            self._parts.list_manifest(target.repository_name, manifest, (target.tag,))

    # Removal

    def plan_removal(self, targets: Sequence[Reference], *, force: bool = False) -> RemovalPlan:
        """What ``remove`` would do now. Raises ``ReferenceNotFound`` and ``StoreDamaged``."""
        return removal.plan_removal(self._parts, targets, force=force)

    def remove(self, targets: Sequence[Reference], *, force: bool = False) -> Removal:
        """Remove tags, or kits with their last tag, by digest, or by ``force``; as one, to be undone as one.

        Raises ``ReferenceNotFound`` before anything is removed, ``StoreDamaged``, ``StoreReadOnly``.
        """
        if not self._layout.storage.exists():
            self.plan_removal(targets, force=force)
        with self._lock.held():
            return removal.remove(self._parts, targets, force=force)

    def plan_remove_all(self, *, force: bool = False) -> RemovalPlan:
        """What ``remove_all`` would do now."""
        decision = removal.decide_all(self._parts, read_snapshot(self._layout), force=force)
        return removal.as_plan(self._parts, decision)

    def remove_all(self, *, force: bool = False) -> Removal:
        """Remove every kit without a tag, with ``force`` every kit, damaged ones too."""
        with self._lock.held():
            decision = removal.decide_all(self._parts, read_snapshot(self._layout), force=force)
            return removal.apply(self._parts, decision)

    def restore(self, removal_id: str) -> tuple[str, ...]:
        """Undo a removal; gives the names that are back.

        A tag that means another kit by now stays with that one. Raises ``InvalidArgument`` when there is no
        such removal in the trash, ``BlobNotFound`` when part of it was deleted for good.
        """
        with self._lock.held():
            return restoring.restore(self._parts, removal_id)

    def trash(self) -> tuple[TrashEntry, ...]:
        """Removals that can be undone, the oldest first."""
        return self._parts.trash.entries()

    def empty_trash(self, older_than: float | None = None) -> int:
        """Delete removals older than so many seconds for good (None: all); gives the bytes that are free
        now.
        """
        if not self._parts.trash.entries():
            return 0
        with self._lock.held():
            return self._parts.trash.empty(older_than)

    def delete_removal(self, removal_id: str) -> int:
        """Delete one removal for good; gives the bytes that are free now, 0 when there is no such removal."""
        if removal_id not in {entry.id for entry in self._parts.trash.entries()}:
            return 0
        with self._lock.held():
            return self._parts.trash.drop(removal_id)

    def plan_prune(self) -> RemovalPlan:
        """What ``prune`` would move. Raises ``StoreDamaged``."""
        return prune.plan_prune(self._parts)

    def prune(self) -> Removal:
        """Move blobs that no kit needs, and that are older than a day, to the trash.

        Raises ``StoreDamaged`` when something listed cannot be read: who knows what it needs.
        """
        if not self._layout.storage.exists():
            return Removal("", 0)
        with self._lock.held():
            return prune.prune(self._parts)

    # Health

    def verify(
        self, *, repair: bool = False, token: CancelToken | None = None, report: Report = ignore_progress
    ) -> VerifyReport:
        """Hash every blob and follow every entry; with ``repair`` put right what can be.

        Raises ``Cancelled``, ``StoreUnavailable``, and with ``repair`` errors of writing.
        """
        token = token or CancelToken()
        found = verify.verify(self._parts, token, report)
        if not repair or not found.damage:
            return found
        with self._lock.held():
            done = repair_damage(self._parts, found.damage, token)
        return VerifyReport(found.checked, found.size, found.damage, done)

    def heal(self) -> tuple[str, ...]:
        """Put back what other programs dropped and empty the trash of what is old; gives what is back, by
        name.

        Does nothing in a store that is read-only or does not exist. Raises ``StoreBusy``,
        ``StoreUnavailable``.
        """
        if not self._layout.storage.exists():
            return ()
        try:
            with self._lock.held():
                prune.remove_leftovers(self._parts)
                self._parts.trash.empty(self._trash_seconds)
                return healing.heal(self._parts, self._settle)
        except StoreReadOnly:
            return ()

    def disk_use(self) -> DiskUse:
        return disk_use.disk_use(self._parts)

    def free_space(self) -> int:
        """The free bytes of the file system the store is on or would be on; 0 when it does not say."""
        return free_space(self.home) or 0

    def make_room(self, needed: int) -> bool:
        """Empty the trash, the oldest removals first, until ``needed`` bytes are free; whether that freed
        any.
        """
        freed = 0
        for entry in self._parts.trash.entries():
            if self.free_space() >= needed and freed:
                break
            try:
                with self._lock.held():
                    freed += self._parts.trash.drop(entry.id)
            except KitOpsError as error:
                log.warning("the trash cannot be emptied: %s", error)
                break
        return freed > 0

    def _find(self, reference: Reference) -> Descriptor | None:
        repository = read_repository(self._layout, reference.repository_name)
        if reference.tag is not None:
            return repository.tags.get(reference.tag)
        return repository.manifests.get(Digest(reference.digest or ""))

    def _heal_quietly(self, snapshot: Snapshot) -> bool:
        """Put back what was dropped if there is anything; a store that cannot be written stays as it is."""
        try:
            if not healing.find(self._parts, snapshot) or not healing.is_settled(self._parts, self._settle):
                return False
            with self._lock.held():
                healing.heal(self._parts, self._settle)
            return True
        except KitOpsError as error:
            log.info("nothing was put back: %s", error)
            return False

    def _take_lease(self, digests: Iterable[str]) -> Lease:
        """Under the lock, so that a removal sees it or is over. A read-only store needs no file for it."""
        try:
            with self._lock.held():
                return self._parts.leases.take(digests)
        except StoreReadOnly:
            return self._parts.leases.take(digests)
