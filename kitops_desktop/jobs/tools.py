"""What jobs work with. Handed to each when it runs, so that the work itself is a value that can be kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kitops_desktop.classification.looks import LooksOfFolders

if TYPE_CHECKING:
    from kitops_desktop.modelkit.memory import LayerMemory
    from kitops_desktop.preview.files import ListingCache
    from kitops_desktop.records.deleted_versions import DeletedVersions
    from kitops_desktop.records.manifests import ManifestCache
    from kitops_desktop.records.observed_tags import ObservedTags
    from kitops_desktop.records.origins import Origins
    from kitops_desktop.records.placed_layers import PlacedLayers
    from kitops_desktop.records.projects import Projects
    from kitops_desktop.records.reference_history import ReferenceHistory
    from kitops_desktop.registry.registries import Registries
    from kitops_desktop.store.local_store import LocalStore


@dataclass(frozen=True, slots=True)
class StorePlace:
    """How the store's place is changed: ``open`` a store elsewhere, and ``settle`` there for good.

    ``settle`` raises ``SettingsError``.
    """

    open: Callable[[Path], LocalStore]
    settle: Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class UsedReferences:
    """Where is noted which references to registries were used, what their tags stood for, and what was
    deleted there.
    """

    history: ReferenceHistory
    tags: ObservedTags
    deleted: DeletedVersions | None = None


class Tools:
    """The store, the registries, and what is remembered. The store changes when it is moved.

    ``place`` is None where the place of the store is not ours to change: it was given as an argument or by
    KITOPS_HOME. ``registries`` are made when they are first needed, since much is loaded for them; None
    where there is no network.
    """

    def __init__(
        self,
        store: LocalStore,
        memory: LayerMemory | None = None,
        projects: Projects | None = None,
        place: StorePlace | None = None,
        registries: Callable[[], Registries] | None = None,
        used: UsedReferences | None = None,
        manifests: Callable[[], ManifestCache] | None = None,
        placed: PlacedLayers | None = None,
        listings: Callable[[], ListingCache] | None = None,
        origins: Origins | None = None,
    ) -> None:
        self.memory = memory
        self.projects = projects
        self.place = place
        self.used = used
        self.placed = placed
        self.origins = origins
        self.looks = LooksOfFolders()
        """What is in the files of the folders that were packed or edited last."""
        self._registries = registries
        self._manifests = manifests
        self._listings = listings
        self._lock = threading.Lock()
        self._store = store

    @property
    def store(self) -> LocalStore:
        with self._lock:
            return self._store

    @property
    def registries(self) -> Registries | None:
        return None if self._registries is None else self._registries()

    @property
    def manifests(self) -> ManifestCache | None:
        """Manifests and configs of registries that were read before."""
        return None if self._manifests is None else self._manifests()

    @property
    def listings(self) -> ListingCache | None:
        """What is in layers that were looked into before."""
        return None if self._listings is None else self._listings()

    def use_store(self, store: LocalStore) -> None:
        """Whoever asks for the store from now on gets this one."""
        with self._lock:
            self._store = store
