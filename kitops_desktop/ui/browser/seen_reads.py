"""What the place remembers of registries to be searched, and finds; all of it is for worker threads."""

from __future__ import annotations

from kitops_desktop import errors
from kitops_desktop.jobs.remote import Remembering
from kitops_desktop.modelkit.inspect import load_kit
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.preview.seen_kits import note_kit, take_history, take_listings
from kitops_desktop.progress import CancelToken
from kitops_desktop.records.seen import SeenHit, SeenKit
from kitops_desktop.registry.repository import Repository
from kitops_desktop.workspace import Workspace

_OF_ONE_KIT = (
    errors.ArtifactError,
    errors.KitfileError,
    errors.RegistryFailed,
    errors.RegistryRefused,
    errors.RegistryUnsupported,
    errors.TransferInterrupted,
)
"""Errors that say nothing about the registry's other kits."""


def kit_facts(workspace: Workspace, repository: Repository, version: Descriptor) -> SeenKit:
    """What the kit says of itself, which is remembered. Its config is fetched once for all time; one that
    cannot be read says nothing.
    """
    known = Remembering(repository, workspace.manifest_cache)
    try:
        kit = load_kit(known, version)
    except _OF_ONE_KIT:
        return SeenKit()
    known.remember(kit)
    return note_kit(workspace.seen, kit)


def search_seen(workspace: Workspace, text: str, token: CancelToken) -> tuple[SeenHit, ...]:
    """All that was seen in which every word of ``text`` occurs. Asks no registry. Raises ``Cancelled``."""
    seen = workspace.seen
    take_history(seen, workspace.history, workspace.observed_tags)
    take_listings(seen, workspace.listings, token)
    token.check()
    return seen.search(text)
