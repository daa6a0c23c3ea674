"""Where the kit on a page comes from. The page asks a source, and does not care what is behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self

from kitops_desktop.jobs.parents import local_parents
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.oci.reference import Reference
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.preview.readme import find_readme
from kitops_desktop.store.local_store import LocalStore


class KitSource(Protocol):
    """One kit in one place. ``load`` and ``tags`` may take long; they are called in a background thread."""

    @property
    def reference(self) -> Reference: ...
    @property
    def place(self) -> str:
        """Where it is, in a few words: "On this computer"."""
        ...

    @property
    def fetcher(self) -> Fetcher: ...
    def load(self) -> ModelKit:
        """Read manifest and Kitfile; raises ``ReferenceNotFound``, ``NotAModelKit``, ``BlobNotFound`` ..."""
        ...

    def parents(self, kit: ModelKit) -> tuple[tuple[ModelKit, Fetcher], ...]:
        """The kits that ``kit`` takes its model from, the nearest first; raises ``ModelReferenceError``."""
        ...

    def tags(self) -> tuple[str, ...]:
        """The tags of the kit's repository."""
        ...

    def at_tag(self, tag: str) -> Self:
        """The source of another kit of the same repository."""
        ...


@dataclass(frozen=True, slots=True)
class StoredKitSource:
    """A kit in the local store. ``open_store`` is asked each time, as the store may be moved."""

    open_store: Callable[[], LocalStore]
    reference: Reference
    place: str = "On this computer"

    @property
    def fetcher(self) -> Fetcher:
        return self.open_store()

    def load(self) -> ModelKit:
        store = self.open_store()
        return load_kit(store, store.resolve(self.reference), self.reference.short)

    def parents(self, kit: ModelKit) -> tuple[tuple[ModelKit, Fetcher], ...]:
        store = self.open_store()
        return tuple((parent, store) for parent in local_parents(kit.kitfile, store))

    def tags(self) -> tuple[str, ...]:
        kits = self.open_store().listing().kits
        name = self.reference.repository_name
        return tuple(sorted(tag for kit in kits if kit.repository == name for tag in kit.tags))

    def at_tag(self, tag: str) -> StoredKitSource:
        return StoredKitSource(self.open_store, self.reference.with_tag(tag), self.place)


@dataclass(frozen=True, slots=True)
class LoadedKit:
    """What the page shows at once. ``readme`` is None when there is none."""

    kit: ModelKit
    tags: tuple[str, ...]
    readme: str | None


def load(source: KitSource) -> LoadedKit:
    """All the page needs but the list of files; reads a few small blobs."""
    kit = source.load()
    return LoadedKit(kit, source.tags(), find_readme(kit, source.fetcher))
