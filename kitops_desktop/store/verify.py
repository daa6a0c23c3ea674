"""Reading the whole store again: every blob is hashed, every entry followed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from kitops_desktop.errors import KitOpsError
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.progress import CancelToken, Report, Tally
from kitops_desktop.store.blob_hash import hash_file
from kitops_desktop.store.damage import Damage, DamageKind
from kitops_desktop.store.layout import Layout
from kitops_desktop.store.listing import blob_damage, dangling_tags, manifest_damage
from kitops_desktop.store.manifests import blobs_of
from kitops_desktop.store.parts import StoreParts
from kitops_desktop.store.prune import stored_blobs
from kitops_desktop.store.snapshot import Snapshot, read_snapshot

_MAX_THREADS = 8


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """``checked`` blobs of together ``size`` bytes were read; ``repaired`` is the part of ``damage`` that was
    put right, as far as that can be done without the source.
    """

    checked: int
    size: int
    damage: tuple[Damage, ...]
    repaired: tuple[Damage, ...] = ()


def verify(parts: StoreParts, token: CancelToken, report: Report) -> VerifyReport:
    """Holds no lock. Raises ``Cancelled`` and ``StoreUnavailable``."""
    snapshot = read_snapshot(parts.layout)
    damage = [*snapshot.damage, *dangling_tags(parts.layout, snapshot), *_not_shared(parts.layout, snapshot)]
    users, wanted = _users(parts, snapshot, damage)
    on_disk = {digest: stat.st_size for digest, stat in stored_blobs(parts.layout)}
    damage += [
        blob_damage(parts.layout, blob, users[blob.digest])
        for blob in wanted.values()
        if on_disk.get(blob.digest) != blob.size
    ]
    right_size = {
        digest: size
        for digest, size in on_disk.items()
        if digest not in wanted or wanted[digest].size == size
    }
    hashing = _Hashing(parts.layout, users, token, Tally(report, sum(right_size.values())))
    found = hashing.run(right_size)
    named = {item.digest for item in damage if item.digest}
    damage += [item for item in found if item.digest not in named]
    return VerifyReport(len(right_size), sum(right_size.values()), tuple(damage))


class _Hashing:
    def __init__(
        self, layout: Layout, users: dict[Digest, tuple[str, ...]], token: CancelToken, tally: Tally
    ) -> None:
        self._layout = layout
        self._users = users
        self._token = token
        self._tally = tally

    def run(self, blobs: dict[Digest, int]) -> list[Damage]:
        """The largest first, so that no thread is left with one at the end."""
        ordered = sorted(blobs, key=lambda digest: -blobs[digest])
        threads = min(_MAX_THREADS, os.cpu_count() or 1)
        with ThreadPoolExecutor(threads, thread_name_prefix="verify") as pool:
            found = list(pool.map(self._check, ordered))
        self._token.check()
        return sorted((item for item in found if item is not None), key=lambda item: item.digest)

    def _check(self, digest: Digest) -> Damage | None:
        if self._token.cancelled:
            return None
        path, affects = self._layout.blob(digest), self._users.get(digest, ())
        try:
            found = hash_file(path, digest, self._token, self._advance)
        except FileNotFoundError:
            if not affects:
                return None  # an orphan that was removed meanwhile
            return Damage(DamageKind.BLOB_MISSING, digest, path, affects, "the blob is missing")
        except OSError as error:
            reason = f"the blob cannot be read: {error.strerror or error}"
            return Damage(DamageKind.UNREADABLE, digest, path, affects, reason)
        if found == digest:
            return None
        return Damage(DamageKind.CONTENT_WRONG, digest, path, affects, f"its content has the digest {found}")

    def _advance(self, count: int) -> None:
        self._tally.add(count)


def _users(
    parts: StoreParts, snapshot: Snapshot, damage: list[Damage]
) -> tuple[dict[Digest, tuple[str, ...]], dict[Digest, Descriptor]]:
    """The kits that need each blob, by name, and what each blob should be."""
    users: dict[Digest, dict[str, None]] = {}
    wanted: dict[Digest, Descriptor] = {}
    for digest, descriptor in snapshot.listed().items():
        names = snapshot.affected(digest)
        blobs: Iterable[Descriptor] = ()
        try:
            blobs = (*blobs_of(parts.manifests.manifest(descriptor)), descriptor)
        except KitOpsError as error:
            damage.append(manifest_damage(parts.layout, descriptor, names, error))
            users.setdefault(digest, {}).update(dict.fromkeys(names))
        for blob in blobs:
            wanted[blob.digest] = blob
            users.setdefault(blob.digest, {}).update(dict.fromkeys(names))
    return {digest: tuple(names) for digest, names in users.items()}, wanted


def _not_shared(layout: Layout, snapshot: Snapshot) -> Iterable[Damage]:
    if any(item.path == layout.shared_index for item in snapshot.damage):
        return
    for digest in snapshot.listed():
        if digest not in snapshot.shared:
            reason = "index.json does not list the kit, so that kit would leave its layers behind"
            yield Damage(DamageKind.NOT_IN_SHARED_INDEX, digest, layout.shared_index, (), reason)
