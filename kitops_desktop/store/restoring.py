"""Undoing a removal."""

from __future__ import annotations

from kitops_desktop.store.parts import StoreParts
from kitops_desktop.store.snapshot import reference_in


def restore(parts: StoreParts, removal: str) -> tuple[str, ...]:
    """Put back the blobs and entries of a removal, under the store's lock; gives the names that are back.

    A tag that means another kit by now stays with that one. Raises ``InvalidArgument`` when the trash has
    no such removal, and ``BlobNotFound`` before any entry is put back when a blob was deleted for good
    meanwhile.
    """
    entries = parts.trash.removed(removal)
    for digest in parts.trash.blobs(removal):
        if not parts.layout.blob(digest).exists():
            parts.trash.put_back(digest, [removal])
    for entry in entries:
        parts.complete(entry.descriptor)
    names = []
    for entry in entries:
        parts.list_manifest(entry.repository, entry.descriptor, entry.tags, move=False)
        named = reference_in(entry.repository)
        names += [named.with_tag(tag).short for tag in entry.tags]
        names += [] if entry.tags else [named.with_digest(entry.descriptor.digest).short]
    parts.trash.drop(removal)
    return tuple(names)
