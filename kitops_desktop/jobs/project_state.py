"""How a folder stands to what it was packed as: in sync, or what a new pack would change and add."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kitops_desktop.compare.compare import kitfile_changes
from kitops_desktop.errors import ArtifactError, KitfileNotFound, KitOpsError
from kitops_desktop.explanation import explain
from kitops_desktop.jobs.folder_changes import (
    NO_CHANGES,
    FolderChanges,
    KnownLayer,
    StateSources,
    folder_changes,
    known_layers,
    not_stored,
    total_size,
)
from kitops_desktop.jobs.pack_job import MAX_KITFILE_BYTES
from kitops_desktop.jobs.parents import local_parents
from kitops_desktop.jobs.remote import Remembering
from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.lookup import find_kitfile
from kitops_desktop.kitfile.problems import Severity
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.modelkit.pack_plan import PackPlan, plan_pack
from kitops_desktop.modelkit.parents import parent_paths
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.manifest import MANIFEST_TYPE
from kitops_desktop.progress import CancelToken
from kitops_desktop.store.local_store import LocalStore, StoredKit
from kitops_desktop.store.snapshot import reference_in


@dataclass(frozen=True, slots=True)
class PackedAs:
    """What a folder was packed as last, by the records; "" for never."""

    reference: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ProjectState:
    """One of these comes first: ``is_gone``; no Kitfile (``is_new``); ``problems``, how many errors the
    Kitfile has; ``trouble``, what else keeps it from being packed. Else ``new_bytes`` a pack would add to the
    store, ``at_most`` when part of that may turn out to be there already or to get smaller.

    ``packed_as`` is the kit compared with. ``changes`` is None when there is none, or when ``unknown`` says
    why it cannot be compared.
    """

    is_gone: bool = False
    is_new: bool = False
    problems: int = 0
    trouble: str = ""
    packed_as: str = ""
    changes: FolderChanges | None = None
    kitfile_changed: bool = False
    unknown: str = ""
    new_bytes: int | None = None
    at_most: bool = False

    @property
    def is_in_sync(self) -> bool:
        return self.changes == NO_CHANGES and not self.kitfile_changed


class ProjectStates:
    """Finds out states; what it found stays true while folder, Kitfile and store are as they were."""

    def __init__(self, sources: Callable[[], StateSources]) -> None:
        self._sources = sources
        self._kept: dict[Path, tuple[object, ProjectState]] = {}

    def of_folder(self, folder: Path, packed: PackedAs, token: CancelToken) -> ProjectState:
        """The state of what is on the disk. No file is read but the Kitfile, .kitignore, and up to
        ``folder_changes.MOST_COMPARED`` bytes. Raises ``Cancelled``; all else is in the result.
        """
        packed_as = packed.reference
        try:
            if not folder.is_dir():
                return ProjectState(is_gone=True, packed_as=packed_as)
            kitfile, errors = _read_kitfile(folder)
            if errors:
                return ProjectState(problems=errors, packed_as=packed_as)
            store = self._sources().store
            excluded = parent_paths(local_parents(kitfile, store))
            plan = plan_pack(folder, kitfile, IgnoreRules.load(folder), excluded=excluded, token=token)
            return self.of_plan(plan, kitfile, packed, token)
        except KitfileNotFound:
            return ProjectState(is_new=True, packed_as=packed_as)
        except KitOpsError as error:
            return ProjectState(trouble=explain(error).title, packed_as=packed_as)
        except OSError as error:
            return ProjectState(trouble=error.strerror or str(error), packed_as=packed_as)

    def of_plan(self, plan: PackPlan, kitfile: Kitfile, packed: PackedAs, token: CancelToken) -> ProjectState:
        """The state of a folder that was looked through already. Raises ``StoreUnavailable`` and
        ``Cancelled``.
        """
        sources = self._sources()
        prints = tuple((layer.field, layer.plan.fingerprint()) for layer in plan.layers)
        key = (prints, kitfile, packed, sources.store.home, sources.store.stamp())
        kept = self._kept.get(plan.context)
        if kept is None or kept[0] != key:
            kept = (key, _state(plan, kitfile, packed, sources, token))
            self._kept[plan.context] = kept
        return kept[1]


def _read_kitfile(folder: Path) -> tuple[Kitfile, int]:
    """The Kitfile, and how many errors it has."""
    with find_kitfile(folder).open("rb") as file:
        content = file.read(MAX_KITFILE_BYTES)
    document = KitfileDocument(content.decode("utf-8", "surrogateescape"))
    errors = sum(problem.severity is Severity.ERROR for problem in document.problems)
    return document.kitfile, errors


def _state(
    plan: PackPlan, kitfile: Kitfile, packed: PackedAs, sources: StateSources, token: CancelToken
) -> ProjectState:
    store = sources.store
    known = known_layers(plan, sources.memory, store)
    missing = not_stored(plan, known)
    state = ProjectState(packed_as=packed.reference, new_bytes=total_size(missing))
    kits = store.listing().kits
    stored = next((kit for kit in kits if kit.descriptor.digest == packed.digest), None)
    kit = _sent(sources, packed.digest) if stored is None else _loaded(store, stored)
    if kit is not None:
        found = folder_changes(plan, kit, known, sources, token)
        state = replace(
            state,
            packed_as=packed.reference if stored is None else _name(stored, kits, packed.reference),
            changes=found.changes,
            kitfile_changed=bool(kitfile_changes(kit.kitfile, kitfile)),
            unknown=found.unknown,
            new_bytes=found.new_bytes,
            at_most=found.at_most,
        )
    elif packed.reference:
        state = replace(state, unknown=f"{packed.reference} is not on this computer")
    if state.is_in_sync or missing:
        return state
    return _other_version(plan, kitfile, known, kits, store) or state


def _other_version(
    plan: PackPlan,
    kitfile: Kitfile,
    known: Mapping[str, KnownLayer],
    kits: Sequence[StoredKit],
    store: LocalStore,
) -> ProjectState | None:
    """The state of a folder that is what some other kit of the store was packed from."""
    digests = [known[layer.field].digests for layer in plan.layers]
    for stored in kits:
        layers = [layer.digest for layer in stored.manifest.layers]
        if layers and len(layers) == len(digests) and all(map(_is_in, layers, digests)):
            kit = _loaded(store, stored)
            if kit is not None and not kitfile_changes(kit.kitfile, kitfile):
                return ProjectState(packed_as=_name(stored, kits), changes=NO_CHANGES, new_bytes=0)
    return None


def _is_in(digest: Digest, digests: frozenset[Digest]) -> bool:
    return digest in digests


def _sent(sources: StateSources, digest: str) -> ModelKit | None:
    """A kit that went straight to a registry, as far as it is remembered: without its layers."""
    content = None if sources.manifests is None else sources.manifests.get(digest)
    if content is None:
        return None
    descriptor = Descriptor(MANIFEST_TYPE, Digest(digest), len(content))
    try:
        return load_kit(Remembering(sources.store, sources.manifests), descriptor)
    except ArtifactError:
        return None


def _loaded(store: LocalStore, stored: StoredKit) -> ModelKit | None:
    try:
        return load_kit(store, stored.descriptor)
    except ArtifactError:
        return None


def _name(stored: StoredKit, kits: Sequence[StoredKit], wanted: str = "") -> str:
    """What to call a kit: as it was named, while that name still stands for it."""
    digest = stored.descriptor.digest
    same = [kit for kit in kits if kit.descriptor.digest == digest]
    names = [reference_in(kit.repository).with_tag(tag).short for kit in same for tag in kit.tags]
    if wanted in names:
        return wanted
    return names[-1] if names else digest
