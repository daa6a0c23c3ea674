"""What a tag stood for over time, as the History of a kit tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kitops_desktop.oci.digest import short_digest
from kitops_desktop.oci.reference import Reference
from kitops_desktop.records.tag_history import DELETED, SEEN, TagEvent, TagHistory
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.ui.units import time_text

_IN_STORE = {
    "pack": "Packed here",
    "pull": "Pulled from the registry",
    "stored": "Stored or tagged here",
    DELETED: "Tag removed here",
    SEEN: "Found in the store",
}
_IN_REGISTRY = {
    "push": "Pushed from this computer",
    "copy": "Copied there from this computer",
    "pull": "Pulled to this computer",
    "unpack": "Unpacked on this computer",
    DELETED: "Deleted from this computer",
    "restore": "Put back from this computer",
    SEEN: "Seen in the registry",
}


@dataclass(frozen=True, slots=True)
class StoryRow:
    """``others`` are the other tags that stand for the same version now, as far as is known. ``is_here``:
    the version is on this computer; ``is_shown``: it is what the page shows.
    """

    event: TagEvent
    others: tuple[str, ...]
    is_here: bool
    is_shown: bool
    is_remote: bool

    @property
    def was_deleted(self) -> bool:
        return self.event.what == DELETED

    @property
    def can_open(self) -> bool:
        """A registry can be asked for any version, the store has what is here."""
        return self.is_remote or self.is_here

    @property
    def what(self) -> str:
        """What happened, in words."""
        words = _IN_REGISTRY if self.is_remote else _IN_STORE
        return words.get(self.event.what, self.event.what.capitalize())

    @property
    def sentence(self) -> str:
        """The row as a screen reader says it."""
        event = self.event
        parts = [time_text(event.first_at), self.what, f"version {short_digest(event.digest)}"]
        if self.others:
            parts.append(f"also {', '.join(self.others)}")
        parts.append("on this computer" if self.is_here else "not on this computer")
        if self.is_shown:
            parts.append("shown now")
        return ", ".join(parts)


def stored_story(
    history: TagHistory, store: LocalStore, reference: Reference, digest: str
) -> tuple[StoryRow, ...]:
    """Of a kit in the store, the latest first. That it was seen is noted: other programs change tags too."""
    name = reference.repository_name
    if reference.tag:
        history.note(name, (reference.tag,), digest, SEEN, store.home)
        events = history.of_tag(name, reference.tag, store.home)
    else:
        events = history.of_digest(name, digest, store.home)
    kits = store.listing().kits
    tags = {str(kit.descriptor.digest): kit.tags for kit in kits if kit.repository == name}
    return _rows(events, tags, frozenset(tags), digest, is_remote=False)


def remote_story(
    history: TagHistory,
    observed: Mapping[str, tuple[str, float]],
    store: LocalStore,
    reference: Reference,
    digest: str,
) -> tuple[StoryRow, ...]:
    """Of a kit in a registry. ``observed`` are digests, and when they were seen, by tag. Asks nobody."""
    name = reference.repository_name
    tag = reference.tag
    events = history.of_tag(name, tag) if tag else history.of_digest(name, digest)
    tags: dict[str, tuple[str, ...]] = {}
    for tag, (seen, _) in observed.items():
        tags[seen] = (*tags.get(seen, ()), tag)
    here = frozenset(str(kit.descriptor.digest) for kit in store.listing().kits)
    return _rows(events, tags, here, digest, is_remote=True)


def _rows(
    events: Iterable[TagEvent],
    tags: Mapping[str, tuple[str, ...]],
    here: frozenset[str],
    shown: str,
    *,
    is_remote: bool,
) -> tuple[StoryRow, ...]:
    return tuple(
        StoryRow(
            event,
            tuple(tag for tag in tags.get(event.digest, ()) if tag != event.tag),
            event.digest in here,
            event.digest == shown,
            is_remote,
        )
        for event in events
    )
