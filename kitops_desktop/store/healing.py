"""Putting back what another program dropped.

`kit` keeps no lock and writes whole index files back, so one that has read a file before we changed it
undoes our change. That cannot be told from a deliberate removal by looking at the file, but by what a
removal leaves: when `kit` removes a kit from its last repository, it deletes the manifest's blob too. Hence
the rules:

* A manifest of ours that is on disk, and in no repository's index, was dropped: it is put back where we had
it, with those of its tags that are free. * A manifest of ours that some repository still lists stays as it
is, since its absence from another, or the absence of a tag, may be what somebody wanted (`kit remove
REPOSITORY:TAG`). * A manifest of ours whose blob, or one of whose layers, is nowhere any more is forgotten.
* A manifest we removed, whose blob is in the trash, and which is listed again was put back by a stale
writer: it is taken out again, since `kit list` fails as long as an index names a manifest that is not
there. * A blob that a listed kit needs and the trash has comes back; a listed manifest that ``index.json``
lacks is added there, or `kit` would leak its layers.

All of this waits until the index files have rested for a moment (``settle``): in the midst of a removal by
`kit` the manifest is in no index and still on disk.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field

from kitops_desktop.errors import KitOpsError
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.store.damage import DamageKind
from kitops_desktop.store.index_files import add_entries
from kitops_desktop.store.manifests import blobs_of
from kitops_desktop.store.memory import StoredRecord
from kitops_desktop.store.parts import StoreParts
from kitops_desktop.store.snapshot import Snapshot, read_snapshot, reference_in

log = logging.getLogger(__name__)

DEFAULT_SETTLE = 2.0


@dataclass(slots=True)
class Finding:
    """What is to be done."""

    dropped: list[StoredRecord] = field(default_factory=list)
    gone: list[StoredRecord] = field(default_factory=list)
    listed_again: list[tuple[str, Descriptor]] = field(default_factory=list)
    in_trash: list[Descriptor] = field(default_factory=list)
    not_shared: list[Descriptor] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.dropped, self.gone, self.listed_again, self.in_trash, self.not_shared))


def find(parts: StoreParts, snapshot: Snapshot) -> Finding:
    """What is wrong with the entries, without changing anything."""
    finding = Finding()
    if not parts.layout.shared_index.exists() and not snapshot.repositories:
        return finding  # no store, or one on a disk that is not there now
    _find_records(parts, snapshot, finding)
    _find_listed(parts, snapshot, finding)
    return finding


def heal(parts: StoreParts, settle: float) -> tuple[str, ...]:
    """Put right what ``find`` finds, under the store's lock; gives the kits that were put back, by name."""
    if not is_settled(parts, settle):
        return ()
    finding = find(parts, read_snapshot(parts.layout))
    removed = parts.trash.removed_from() if finding.listed_again else frozenset()
    for repository, manifest in finding.listed_again:
        if (repository, manifest.digest) in removed:
            _unlist(parts, repository, manifest)
        else:
            parts.trash.put_back(manifest.digest)
    for blob in finding.in_trash:
        parts.trash.put_back(blob.digest)
    if finding.not_shared:
        add_entries(parts.home, parts.layout.shared_index, finding.not_shared, shared=True)
    for record in finding.gone:
        parts.memory.forget(parts.home, record.repository, record.descriptor, None)
    return tuple(name for record in finding.dropped for name in _put_back(parts, record))


def is_settled(parts: StoreParts, settle: float) -> bool:
    """Whether no index file has changed for ``settle`` seconds."""
    newest = 0.0
    try:
        paths = [path for path in parts.layout.storage.iterdir() if path.suffix == ".json"]
        for path in (parts.layout.storage, *paths):
            newest = max(newest, path.stat().st_mtime)
    except OSError:
        return settle <= 0
    return abs(time.time() - newest) >= settle


def _find_records(parts: StoreParts, snapshot: Snapshot, finding: Finding) -> None:
    listed = snapshot.listed()
    unreadable = {damage.path for damage in snapshot.damage if damage.kind is DamageKind.INDEX_UNREADABLE}
    for record in parts.memory.stored(parts.home):
        known = snapshot.repositories.get(record.repository)
        if known is not None and record.descriptor.digest in known.manifests:
            continue
        if not parts.blobs.exists(record.descriptor):
            if record.descriptor.digest not in listed:
                finding.gone.append(record)
        elif record.descriptor.digest not in listed and not unreadable:
            finding.dropped.append(record)


def _find_listed(parts: StoreParts, snapshot: Snapshot, finding: Finding) -> None:
    for repository in snapshot.repositories.values():
        for digest, descriptor in repository.manifests.items():
            if not parts.blobs.exists(descriptor):
                if parts.trash.find(digest) is not None:
                    finding.listed_again.append((repository.name, descriptor))
                continue
            if digest not in snapshot.shared:
                finding.not_shared.append(descriptor)
            finding.in_trash += _missing_in_store(parts, descriptor)


def _missing_in_store(parts: StoreParts, descriptor: Descriptor) -> list[Descriptor]:
    try:
        needed = blobs_of(parts.manifests.manifest(descriptor))
    except KitOpsError:
        return []
    missing = (blob for blob in needed if not parts.blobs.exists(blob))
    return [blob for blob in missing if parts.trash.find(blob.digest) is not None]


def _unlist(parts: StoreParts, repository: str, manifest: Descriptor) -> None:
    log.info("%s was listed in %s again after its removal", manifest.digest, repository)
    known = read_snapshot(parts.layout).repositories.get(repository)
    tags = known.tags_of(manifest.digest) if known else ()
    parts.untag(repository, manifest, tags)
    parts.unlist_manifest(repository, manifest, everywhere=True)


def _put_back(parts: StoreParts, record: StoredRecord) -> tuple[str, ...]:
    try:
        parts.list_manifest(record.repository, record.descriptor, record.tags, move=False)
    except KitOpsError as error:
        log.warning("%s cannot be put back: %s", record.descriptor.digest, error)
        parts.memory.forget(parts.home, record.repository, record.descriptor, None)
        return ()
    if not parts.blobs.exists(record.descriptor):  # another program was removing it after all
        _unlist(parts, record.repository, record.descriptor)
        parts.memory.forget(parts.home, record.repository, record.descriptor, None)
        return ()
    log.info("%s was dropped from %s and is back", record.descriptor.digest, record.repository)
    named = reference_in(record.repository)
    if not record.tags:
        return (named.with_digest(record.descriptor.digest).short,)
    return tuple(named.with_tag(tag).short for tag in record.tags)
