"""The kits a Kitfile refers to, from the local store."""

from __future__ import annotations

from kitops_desktop.errors import ArtifactError, ModelReferenceError
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.modelkit.parents import resolve_parents
from kitops_desktop.oci.reference import Reference
from kitops_desktop.store.local_store import LocalStore


def local_kit(store: LocalStore, reference: Reference) -> ModelKit:
    """The kit of that name in the local store. Raises ``ReferenceNotFound`` and ``NotAModelKit``."""
    return load_kit(store, store.resolve(reference), reference.short)


def local_parents(kitfile: Kitfile, store: LocalStore) -> tuple[ModelKit, ...]:
    """The kits that ``model.path`` refers to, the nearest first. Raises ``ModelReferenceError``."""
    return resolve_parents(kitfile, lambda reference: _parent(store, reference))


def _parent(store: LocalStore, reference: Reference) -> ModelKit:
    try:
        return local_kit(store, reference)
    except ArtifactError as error:
        raise ModelReferenceError(f"{reference.short}: {error}", (reference.short,)) from error
