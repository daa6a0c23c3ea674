"""A kit in a registry, as the page of a kit asks for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from kitops_desktop.errors import KitOpsError
from kitops_desktop.explanation import explain
from kitops_desktop.jobs.file_indexes import MOST_REMEMBERED, find_index, indexes_among
from kitops_desktop.jobs.parents import FoundKit, Place, find_kit, find_parents
from kitops_desktop.jobs.remote import Nearest, repository_of
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.oci.reference import Reference
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.preview.counting import CountingFetcher
from kitops_desktop.preview.file_index import FileIndex
from kitops_desktop.preview.index_artifact import INDEX_ARTIFACT, AttachedIndex
from kitops_desktop.preview.reading_limits import OVER_NETWORK
from kitops_desktop.preview.readme import find_readme
from kitops_desktop.preview.seen_kits import note_kit
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.referrers import Referrer
from kitops_desktop.registry.repository import Repository
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.ui.browser.artifact_kinds import signed_digest
from kitops_desktop.ui.browser.referrer_lists import ReferrerLists
from kitops_desktop.ui.browser.version_order import newest_first
from kitops_desktop.ui.library.kit_source import LoadedKit, Look
from kitops_desktop.ui.library.tag_story import StoryRow, remote_story
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)


class RemoteKitSource:
    """The kit ``reference`` of a registry. Layers that the store has too are read from there, for nothing.

    Looking remembers the reference and what its tag stands for.
    """

    is_remote: ClassVar[bool] = True

    def __init__(self, workspace: Workspace, reference: Reference) -> None:
        self._workspace = workspace
        self._reference = reference
        self._lock = threading.Lock()
        self._counters: list[CountingFetcher] = []
        self._lists = ReferrerLists()
        self._reading_index = threading.Lock()

    @property
    def reference(self) -> Reference:
        return self._reference

    @property
    def title(self) -> str:
        return self._reference.repository

    @property
    def place(self) -> str:
        return f"In registry {self._reference.registry}"

    @property
    def bytes_read(self) -> int:
        with self._lock:
            return sum(counter.bytes_read for counter in self._counters)

    @property
    def further_looks(self) -> tuple[Look, ...]:
        return (self._with_tags, self._with_referrers, self._with_readme)

    def fetcher(self, token: CancelToken) -> Fetcher:
        counter = CountingFetcher(repository_of(self._workspace.tools, self._reference, token))
        with self._lock:
            self._counters.append(counter)
        return Nearest(self._workspace.store, counter)

    def load(self, token: CancelToken) -> ModelKit:
        return self._find(token).kit

    def look(self, token: CancelToken) -> LoadedKit:
        kit = self.load(token)
        self._lists.forget(kit.descriptor.digest)
        self._remember(kit)
        tags = (self._reference.tag,) if self._reference.tag else ()
        return LoadedKit(kit, tags, None, stored_name(self._workspace.store, kit, self._reference))

    def file_index(self, kit: ModelKit, token: CancelToken) -> AttachedIndex | None:
        """The list of all that refers to the kit is the page's own, whoever asks for it first. When there was
        none in that, it is asked for anew: somebody may have attached one.
        """
        repository = repository_of(self._workspace.tools, self._reference, token)

        def listed() -> tuple[Referrer, ...]:
            return self._listed(repository, kit, token, INDEX_ARTIFACT)

        with token.holding(self._reading_index):
            return find_index(self._workspace.tools, repository, kit, listed=listed)

    def parents(self, kit: ModelKit, token: CancelToken) -> tuple[tuple[ModelKit, Fetcher], ...]:
        found = find_parents(kit.kitfile, self._workspace.tools, Place.AUTO, token)
        return tuple((parent.kit, parent.fetcher) for parent in found)

    def story(self, kit: ModelKit, token: CancelToken) -> tuple[StoryRow, ...]:
        observed = self._workspace.observed_tags
        seen = observed.get(self._reference.repository_name)
        store, digest = self._workspace.store, kit.descriptor.digest
        return remote_story(observed.history, seen, store, self._reference, digest)

    def at_tag(self, tag: str) -> RemoteKitSource:
        return RemoteKitSource(self._workspace, self._reference.with_tag(tag))

    def _find(self, token: CancelToken) -> FoundKit:
        return find_kit(self._workspace.tools, self._reference, Place.REMOTE, token)

    def _remember(self, kit: ModelKit) -> None:
        reference = self._reference
        self._workspace.history.add(str(reference), "open")
        note_kit(self._workspace.seen, kit)
        if reference.tag:
            name, digest = reference.repository, kit.descriptor.digest
            self._workspace.seen.put_tag(reference.registry, name, reference.tag, digest)
            tags = self._workspace.observed_tags
            tags.put(reference.repository_name, reference.tag, kit.descriptor.digest)

    # -- what takes longer

    def _with_tags(self, loaded: LoadedKit, token: CancelToken) -> LoadedKit:
        def look() -> LoadedKit:
            tags = repository_of(self._workspace.tools, self._reference, token).tags()
            return replace(loaded, tags=tuple(newest_first(tag for tag in tags if not signed_digest(tag))))

        return _or_note(loaded, "The other tags could not be listed", look)

    def _with_referrers(self, loaded: LoadedKit, token: CancelToken) -> LoadedKit:
        def look() -> LoadedKit:
            repository = repository_of(self._workspace.tools, self._reference, token)
            listed = self._listed(repository, loaded.kit, token)
            return replace(loaded, referrers=repository.referrers(loaded.kit.descriptor, listed))

        return _or_note(loaded, "Signatures and the like could not be listed", look)

    def _listed(
        self, repository: Repository, kit: ModelKit, token: CancelToken, wanted: str = ""
    ) -> tuple[Referrer, ...]:
        def ask() -> tuple[Referrer, ...]:
            return repository.list_of_referrers(kit.descriptor)

        return self._lists.get(kit.descriptor.digest, ask, token, wanted)

    def _with_readme(self, loaded: LoadedKit, token: CancelToken) -> LoadedKit:
        def look() -> LoadedKit:
            cache, fetcher = self._workspace.listings, self.fetcher(token)
            index = self._index_for_readme(loaded, token)
            readme = find_readme(loaded.kit, fetcher, cache=cache, index=index, limits=OVER_NETWORK)
            return replace(loaded, readme=readme)

        return _or_note(loaded, "The README could not be read", look)

    def _index_for_readme(self, loaded: LoadedKit, token: CancelToken) -> FileIndex | None:
        """One that is known to be there, and is not fetched a second time for the list of files."""
        listed = indexes_among(loaded.referrers or ())
        if not listed:
            return None
        tools = self._workspace.tools
        repository = repository_of(tools, self._reference, token)
        with token.holding(self._reading_index):
            found = find_index(tools, repository, loaded.kit, listed=lambda: listed, most=MOST_REMEMBERED)
        return None if found is None else found.index


def stored_name(store: LocalStore, kit: ModelKit, reference: Reference) -> Reference | None:
    """What the same kit is called in the store, best in the same repository; None when it is not there."""
    same = [one for one in store.listing().kits if one.descriptor.digest == kit.descriptor.digest]
    if not same:
        return None
    name = reference.repository_name
    best = next((one for one in same if one.repository == name), same[0])
    registry, _, repository = best.repository.partition("/")
    named = Reference(registry, repository)
    if reference.tag in best.tags and reference.tag:
        return named.with_tag(reference.tag)
    return named.with_tag(best.tags[0]) if best.tags else named.with_digest(best.descriptor.digest)


def _or_note(loaded: LoadedKit, what: str, look: Callable[[], LoadedKit]) -> LoadedKit:
    """The page is of use without it: what went wrong is said there."""
    try:
        return look()
    except KitOpsError as error:
        log.info("%s: %s", what, error)
        note = f"{what}: {explain(error).what_and_why}"
        return replace(loaded, notes=(*loaded.notes, note))
