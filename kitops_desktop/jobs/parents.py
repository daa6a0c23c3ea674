"""Finding kits by their references, and the kits a Kitfile refers to: in the local store or in registries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kitops_desktop.errors import ArtifactError, ModelReferenceError, ReferenceNotFound
from kitops_desktop.jobs.remote import Nearest, Remembering, repository_of
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.modelkit.parents import resolve_parents
from kitops_desktop.oci.reference import Reference
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.progress import CancelToken
from kitops_desktop.store.local_store import LocalStore


class Place(StrEnum):
    """Where a kit is looked for."""

    LOCAL = "local"
    REMOTE = "remote"
    AUTO = "auto"
    """In the local store, and when it is not there in the registry that the reference names."""


@dataclass(frozen=True, slots=True)
class FoundKit:
    """A kit and where its blobs are read from. ``place`` is where it was found."""

    reference: Reference
    kit: ModelKit
    fetcher: Fetcher
    place: Place


def local_kit(store: LocalStore, reference: Reference) -> ModelKit:
    """The kit of that name in the local store. Raises ``ReferenceNotFound`` and ``NotAModelKit``."""
    return load_kit(store, store.resolve(reference), reference.short)


def find_kit(
    tools: Tools, reference: Reference, place: Place = Place.AUTO, token: CancelToken | None = None
) -> FoundKit:
    """The kit of that name. Of one in a registry, blobs that the store has are read from there; its manifest
    and config are fetched once for all time.

    Raises ``ReferenceNotFound``, ``NotAModelKit``, ``InvalidManifest``, and for registries
    ``RegistryError``s and ``Cancelled``.
    """
    store = tools.store
    if place is not Place.REMOTE:
        try:
            return FoundKit(reference, local_kit(store, reference), store, Place.LOCAL)
        except ReferenceNotFound:
            if place is Place.LOCAL or reference.is_local or tools.registries is None:
                raise
    repository = repository_of(tools, reference, token or CancelToken())
    known = Remembering(repository, tools.manifests)
    kit = load_kit(known, repository.resolve(reference.tag_or_digest), reference.short)
    known.remember(kit)
    return FoundKit(reference, kit, Nearest(store, repository), Place.REMOTE)


def local_parents(kitfile: Kitfile, store: LocalStore) -> tuple[ModelKit, ...]:
    """The kits that ``model.path`` refers to, the nearest first. Raises ``ModelReferenceError``."""
    return tuple(parent.kit for parent in find_parents(kitfile, Tools(store), Place.LOCAL))


def find_parents(
    kitfile: Kitfile, tools: Tools, place: Place = Place.AUTO, token: CancelToken | None = None
) -> tuple[FoundKit, ...]:
    """As ``local_parents``, with where they are; those without a registry are always in the local store.

    Raises also ``RegistryError``s and ``Cancelled``.
    """
    found: list[FoundKit] = []

    def load(reference: Reference) -> ModelKit:
        found.append(_parent(tools, reference, Place.LOCAL if reference.is_local else place, token))
        return found[-1].kit

    resolve_parents(kitfile, load)
    return tuple(found)


def _parent(tools: Tools, reference: Reference, place: Place, token: CancelToken | None) -> FoundKit:
    try:
        return find_kit(tools, reference, place, token)
    except ArtifactError as error:
        raise ModelReferenceError(f"{reference.short}: {error}", (reference.short,)) from error
