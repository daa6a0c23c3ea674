"""Everything the program works with, built once and handed to the window and the command line."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from kitops_desktop.credentials.host_keys import canonical_host
from kitops_desktop.importers.hugging_face.endpoint import hf_endpoint
from kitops_desktop.jobs.background import Background
from kitops_desktop.jobs.kinds import restore
from kitops_desktop.jobs.lineup import Slots
from kitops_desktop.jobs.memories import PackMemory, StoreMemory
from kitops_desktop.jobs.queue import JobQueue
from kitops_desktop.jobs.tools import StorePlace, Tools, UsedReferences
from kitops_desktop.jobs.upkeep import look_after
from kitops_desktop.progress import CancelToken
from kitops_desktop.records.abilities import Abilities
from kitops_desktop.records.content_cache import open_cache
from kitops_desktop.records.database import Database
from kitops_desktop.records.deleted_versions import DeletedVersions
from kitops_desktop.records.drafts import Drafts
from kitops_desktop.records.favourites import Favourites
from kitops_desktop.records.journal import Journal
from kitops_desktop.records.layers import LayerRecords
from kitops_desktop.records.listings import Listings
from kitops_desktop.records.manifests import ManifestCache
from kitops_desktop.records.observed_tags import ObservedTags
from kitops_desktop.records.origins import Origins
from kitops_desktop.records.placed_layers import PlacedLayers
from kitops_desktop.records.projects import Projects
from kitops_desktop.records.records_file import open_records
from kitops_desktop.records.reference_history import ReferenceHistory
from kitops_desktop.records.same_files import SameFiles
from kitops_desktop.records.seen import Seen
from kitops_desktop.records.stored import StoredManifests
from kitops_desktop.records.tag_history import TagHistory
from kitops_desktop.records.unpack_choices import UnpackChoices
from kitops_desktop.records.uploads import Uploads
from kitops_desktop.registry import kept_hosts
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.host_label import HostLabel
from kitops_desktop.registry.network_flags import NetworkFlags
from kitops_desktop.registry.throttle import Throttle, Throttles
from kitops_desktop.settings import Folders, Settings, SettingsFile, platform_folders
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.store.location import store_home

if TYPE_CHECKING:
    from kitops_desktop.credentials.lookup import Credentials
    from kitops_desktop.registry.registries import Registries

HomeSource = Literal["argument", "environment", "settings"]
REGISTRY_READS = 8
"""So many reads of registries at a time."""
_P = TypeVar("_P")
_CLOSED_IN_ORDER = ("jobs", "registry_reads", "background", "journal", "cache", "records")


class Workspace:
    """Store, jobs, records and settings. Parts are opened when first asked for; ``close`` closes those.

    ``home_source`` says what decides where the store is: an argument (``--config``), the environment
    (KITOPS_HOME) or the settings, which alone can be changed and which mean the default place when nothing is
    set there. May be used from any thread.
    """

    def __init__(self, home: str | None, folders: Folders) -> None:
        self.folders = folders
        self.settings_file = SettingsFile(folders.settings_file)
        self._settings = self.settings_file.load()
        self.home_source: HomeSource = _home_source(home)
        self._home = home or ("" if self.home_source == "environment" else self._settings.store_home)
        self._network = NetworkFlags()
        self.throttles = Throttles(
            Throttle(self._settings.upload_limit), Throttle(self._settings.download_limit)
        )
        self._lock = threading.RLock()
        self._parts: dict[str, Any] = {}

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return self._settings

    def change_settings(self, **changes: Any) -> Settings:  # noqa: ANN401 - the fields of Settings
        """Change settings, named by field, and save them; they hold also when ``SettingsError`` is raised."""
        with self._lock:
            self._settings = replace(self._settings, **changes)
            self._apply()
            self.settings_file.save(self._settings)
            return self._settings

    @property
    def store(self) -> LocalStore:
        """The store as of now; ask again rather than keep it, since it can be moved."""
        return self.tools.store

    @property
    def tools(self) -> Tools:
        """What jobs get; also for the functions behind them, which need no queue."""
        return self._part("tools", self._make_tools)

    @property
    def credentials(self) -> Credentials:
        """Who we are to registries."""
        return self._part("credentials", self._make_credentials)

    @property
    def registries(self) -> Registries:
        """The registries, each with its own options; what is loaded for them is, when this is first asked."""
        return self._part("registries", self._make_registries)

    def use_network(self, flags: NetworkFlags) -> None:
        """What is said for this run; to be called before a registry is asked for anything."""
        self._network = flags

    def host_options(self, host: str) -> HostOptions:
        """How to speak to a registry: what is in the settings, and on top what was said for this run."""
        kept = kept_hosts.options_of(self._settings.registries, host)
        endpoint = hf_endpoint()
        if endpoint.plain_http and canonical_host(host) == endpoint.host:
            kept = replace(kept, plain_http=True)  # HF_ENDPOINT says so
        return self._network.applied(kept)

    def save_registry(self, host: str, options: HostOptions) -> None:
        """Add a registry to the settings, or change it there. Raises ``SettingsError``; it holds even so.

        Raises ``InvalidArgument`` for a proxy with a password, which the settings are no place for.
        """
        self._change_registries(host, lambda kept: kept_hosts.with_options(kept, host, options))

    def host_label(self, host: str) -> HostLabel:
        """What the user calls a registry, and what it is for; nothing for what cannot be one."""
        return kept_hosts.label_of(self._settings.registries, host)

    def label_registry(self, host: str, label: HostLabel) -> None:
        """Change that, of a registry that is in the settings. Raises ``SettingsError``; it holds even so."""
        self._change_registries(host, lambda kept: kept_hosts.with_label(kept, host, label), respoken=False)

    def restore_registry(self, host: str, entry: Mapping[str, Any]) -> None:
        """Put back what the settings had of a registry. Raises ``SettingsError``; it holds even so."""
        self._change_registries(host, lambda kept: kept_hosts.with_entry(kept, host, entry))

    def remove_registry(self, host: str) -> None:
        """Take a registry from the settings; a sign-in that is kept stays. Raises ``SettingsError``."""
        self._change_registries(host, lambda kept: kept_hosts.without_host(kept, host))

    @property
    def journal(self) -> Journal:
        return self._part("journal", lambda: Journal(self.folders.state / "journal.sqlite"))

    @property
    def jobs(self) -> JobQueue:
        return self._part(
            "jobs",
            lambda: JobQueue(
                self.journal,
                self.tools,
                slots=Slots(self._settings.transfer_slots),
                logs=self.folders.logs / "jobs",
                restore=restore,
            ),
        )

    @property
    def uploads(self) -> Uploads:
        """How far uploads are that registries have begun to take."""
        return self._part("uploads", lambda: Uploads(self.journal.database))

    @property
    def background(self) -> Background:
        return self._part("background", Background)

    @property
    def registry_reads(self) -> Background:
        """For short reads from registries: a slow one holds up nothing that is read from this computer."""
        return self._part("registry_reads", lambda: Background(REGISTRY_READS))

    @property
    def memory(self) -> PackMemory:
        """Which layers were packed already."""
        return self._part("memory", lambda: PackMemory(LayerRecords(self._records)))

    @property
    def stored(self) -> StoreMemory:
        """What was stored where, by which entries that other programs dropped are put back."""
        return self._part("stored", lambda: StoreMemory(StoredManifests(self._records), self.tag_history))

    @property
    def projects(self) -> Projects:
        return self._part("projects", lambda: Projects(self._records))

    @property
    def origins(self) -> Origins:
        """From where folders were downloaded."""
        return self._part("origins", lambda: Origins(self._records))

    @property
    def drafts(self) -> Drafts:
        """What was typed in projects and not saved."""
        return self._part("drafts", lambda: Drafts(self._records))

    @property
    def listings(self) -> Listings:
        """What is inside layers that were looked at before."""
        return self._part("listings", lambda: Listings(self._cache))

    @property
    def manifest_cache(self) -> ManifestCache:
        """Manifests of registries that were looked at before."""
        return self._part("manifest_cache", lambda: ManifestCache(self._cache))

    @property
    def same_files(self) -> SameFiles:
        """Which files of folders are known to be as they were packed."""
        return self._part("same_files", lambda: SameFiles(self._cache))

    @property
    def seen(self) -> Seen:
        """What was seen in registries, to be searched."""
        return self._part("seen", lambda: Seen(self._cache))

    @property
    def history(self) -> ReferenceHistory:
        """References to registries that were used before."""
        return self._part("history", lambda: ReferenceHistory(self._records))

    @property
    def favourites(self) -> Favourites:
        """Repositories and kits of registries that the user wants at hand."""
        return self._part("favourites", lambda: Favourites(self._records))

    @property
    def observed_tags(self) -> ObservedTags:
        """What tags of registries were seen to stand for."""
        return self._part("observed_tags", lambda: ObservedTags(self._records))

    @property
    def tag_history(self) -> TagHistory:
        """What tags stood for in the past, in registries and in stores."""
        return self.observed_tags.history

    @property
    def unpack_choices(self) -> UnpackChoices:
        """How each kit was unpacked last."""
        return self._part("unpack_choices", lambda: UnpackChoices(self._records))

    @property
    def deleted_versions(self) -> DeletedVersions:
        """What was deleted in registries, to be put back."""
        return self._part("deleted_versions", lambda: DeletedVersions(self._records))

    @property
    def abilities(self) -> Abilities:
        """What registries were found to be able to do."""
        return self._part("abilities", lambda: Abilities(self._records))

    def look_after_store(self, token: CancelToken | None = None) -> tuple[str, ...]:
        """Put back what other programs dropped from the store and delete old trash; for a background thread.

        Returns the references that are there again.
        """
        return look_after(self.store, self._settings.trash_days, token)

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know about the settings and the records opened so far, one sentence each."""
        with self._lock:
            opened = [self._parts[name] for name in ("journal", "records") if name in self._parts]
        notices = (self.settings_file.notice, *(part.notice for part in opened))
        return tuple(notice for notice in notices if notice)

    def close(self) -> None:
        """Cancel what runs, wait until it has ended, and close the files. May be called again."""
        with self._lock:
            opened = [self._parts[name] for name in _CLOSED_IN_ORDER if name in self._parts]
        for part in opened:  # without the lock: a job that ends may ask for it
            part.close()

    def _part(self, name: str, make: Callable[[], _P]) -> _P:
        if name not in self._parts:
            with self._lock:
                if name not in self._parts:
                    self._parts[name] = make()
        part: _P = self._parts[name]  # without the lock: the window does not wait while another part is made
        return part

    @property
    def _records(self) -> Database:
        return self._part("records", lambda: open_records(self.folders.data / "records.sqlite"))

    @property
    def _cache(self) -> Database:
        return self._part("cache", lambda: open_cache(self.folders.cache / "cache.sqlite"))

    def _make_tools(self) -> Tools:
        place = StorePlace(self._open_store, self._settle) if self.home_source == "settings" else None
        return Tools(
            self._open_store(store_home(self._home)),
            self.memory,
            self.projects,
            place,
            lambda: self.registries,
            UsedReferences(self.history, self.observed_tags, self.deleted_versions),
            lambda: self.manifest_cache,
            PlacedLayers(self._records),
            lambda: self.listings,
            self.origins,
        )

    def _make_credentials(self) -> Credentials:
        from kitops_desktop.credentials.lookup import default_credentials

        credentials = default_credentials(
            self._network.given,
            home=Path(self._home) if self.home_source == "argument" else None,
            account_of=lambda host: self.host_options(host).username,
        )
        if self._network.given_host:
            credentials.give_to(self._network.given_host)
        return credentials

    def _make_registries(self) -> Registries:
        from kitops_desktop.registry.registries import Registries

        return Registries(
            self.host_options,
            self.credentials,
            self.abilities,
            throttles=self.throttles,
            uploads=self.uploads,
            most_chunk=self._settings.most_chunk,
        )

    def _apply(self) -> None:
        """What the settings say holds at once for what runs."""
        self.throttles.up.limit(self._settings.upload_limit)
        self.throttles.down.limit(self._settings.download_limit)
        if "jobs" in self._parts:
            self.jobs.set_transfer_slots(self._settings.transfer_slots)

    def _change_registries(
        self, host: str, change: Callable[[kept_hosts.Entries], kept_hosts.Entries], *, respoken: bool = True
    ) -> None:
        """``respoken``: it is to be spoken to in another way from now on."""
        with self._lock:
            made = self._parts.get("registries") if respoken else None
            changed = change(self._settings.registries)
            try:
                self.change_settings(registries=changed)
            finally:
                if made is not None:
                    made.forget(host)

    def _open_store(self, home: Path) -> LocalStore:
        # the trash is emptied by ``look_after_store``, by the settings of that moment
        return LocalStore(home, self.stored, trash_seconds=math.inf)

    def _settle(self, home: Path) -> None:
        self.change_settings(store_home=str(home))
        self.tag_history.move(self.store.home, home)


def open_workspace(*, home: str | None = None, folders: Folders | None = None) -> Workspace:
    """A workspace over the store ``home`` (None: as KITOPS_HOME or the settings say).

    ``folders`` are the platform's when not given. Opens next to nothing, needs no Qt, and fails for no file
    of its own: ``notices`` says what is not kept.
    """
    return Workspace(home, platform_folders() if folders is None else folders)


def _home_source(home: str | None) -> HomeSource:
    if home:
        return "argument"
    return "environment" if os.environ.get("KITOPS_HOME") else "settings"
