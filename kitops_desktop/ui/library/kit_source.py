"""Where the kit on a page comes from. The page asks a source, and does not care what is behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from kitops_desktop.jobs.parents import local_parents
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.reference import Reference
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.preview.index_artifact import INDEX_ARTIFACT
from kitops_desktop.preview.readme import find_readme
from kitops_desktop.progress import CancelToken
from kitops_desktop.records.tag_history import TagHistory
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.ui.library.library_rows import repository_title
from kitops_desktop.ui.library.tag_story import StoryRow, stored_story

if TYPE_CHECKING:
    from kitops_desktop.preview.index_artifact import AttachedIndex
    from kitops_desktop.registry.referrers import Referrer


class KitSource(Protocol):
    """One kit in one place. What takes a token may take long, and is called in a background thread."""

    @property
    def reference(self) -> Reference: ...
    @property
    def title(self) -> str:
        """What the kit's repository is called above its page."""
        ...

    @property
    def place(self) -> str:
        """Where it is, in a few words: "On this computer"."""
        ...

    @property
    def is_remote(self) -> bool:
        """Whether every byte that is looked at has to be fetched first."""
        ...

    @property
    def bytes_read(self) -> int:
        """How many bytes of the kit's layers were fetched to show it so far."""
        ...

    def fetcher(self, token: CancelToken) -> Fetcher:
        """Where its blobs are read; cancelling ends the reads."""
        ...

    def load(self, token: CancelToken) -> ModelKit:
        """Read manifest and Kitfile; raises ``ReferenceNotFound``, ``NotAModelKit``, ``BlobNotFound`` ..."""
        ...

    def look(self, token: CancelToken) -> LoadedKit:
        """As ``load``, with all else that is known at once."""
        ...

    @property
    def further_looks(self) -> tuple[Look, ...]:
        """What takes longer than a page should wait for, in the order in which it is wanted."""
        ...

    def file_index(self, kit: ModelKit, token: CancelToken) -> AttachedIndex | None:
        """What says which files are in its layers without reading them; None when nothing does."""
        ...

    def parents(self, kit: ModelKit, token: CancelToken) -> tuple[tuple[ModelKit, Fetcher], ...]:
        """The kits that ``kit`` takes its model from, the nearest first; raises ``ModelReferenceError``."""
        ...

    def story(self, kit: ModelKit, token: CancelToken) -> tuple[StoryRow, ...]:
        """What its tag stood for over time, from what is remembered here: nobody is asked."""
        ...

    def at_tag(self, tag: str) -> Self:
        """The source of another kit of the same repository."""
        ...


@dataclass(frozen=True, slots=True)
class LoadedKit:
    """What the page shows. ``readme`` is None when there is none.

    Of a kit in a registry: ``stored`` is what it is called on this computer (None when it is not there), and
    ``referrers`` is None until they are known. ``notes`` say what could not be found out.
    """

    kit: ModelKit
    tags: tuple[str, ...]
    readme: str | None
    stored: Reference | None = None
    referrers: tuple[Referrer, ...] | None = None
    notes: tuple[str, ...] = ()
    kitfile_text: str = ""

    @property
    def indexes(self) -> frozenset[Digest] | None:
        """The digests of the file indexes that are attached to it; None until they are known."""
        if self.referrers is None:
            return None
        found = (one for one in self.referrers if one.artifact_type == INDEX_ARTIFACT)
        return frozenset(one.descriptor.digest for one in found)


Look = Callable[[LoadedKit, CancelToken], LoadedKit]
"""Adds something to what is shown; raises ``Cancelled`` only."""


@dataclass(frozen=True, slots=True)
class StoredKitSource:
    """A kit in the local store. ``open_store`` is asked each time, as the store may be moved."""

    open_store: Callable[[], LocalStore]
    reference: Reference
    place: str = "On this computer"
    history: TagHistory | None = None
    is_remote: ClassVar[bool] = False
    bytes_read: ClassVar[int] = 0
    further_looks: ClassVar[tuple[Look, ...]] = ()

    @property
    def title(self) -> str:
        return repository_title(self.reference.repository_name)

    def fetcher(self, token: CancelToken) -> Fetcher:
        return self.open_store()

    def load(self, token: CancelToken | None = None) -> ModelKit:
        store = self.open_store()
        return load_kit(store, store.resolve(self.reference), self.reference.short)

    def look(self, token: CancelToken) -> LoadedKit:
        kit = self.load()
        return LoadedKit(kit, self._tags(), find_readme(kit, self.open_store()))

    def file_index(self, kit: ModelKit, token: CancelToken) -> AttachedIndex | None:
        return None  # its layers are here

    def parents(self, kit: ModelKit, token: CancelToken) -> tuple[tuple[ModelKit, Fetcher], ...]:
        store = self.open_store()
        return tuple((parent, store) for parent in local_parents(kit.kitfile, store))

    def story(self, kit: ModelKit, token: CancelToken) -> tuple[StoryRow, ...]:
        if self.history is None:
            return ()
        return stored_story(self.history, self.open_store(), self.reference, kit.descriptor.digest)

    def at_tag(self, tag: str) -> StoredKitSource:
        return replace(self, reference=self.reference.with_tag(tag))

    def _tags(self) -> tuple[str, ...]:
        kits = self.open_store().listing().kits
        name = self.reference.repository_name
        return tuple(sorted(tag for kit in kits if kit.repository == name for tag in kit.tags))
