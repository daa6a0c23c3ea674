"""What the place reads of registries; all of it is for worker threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from kitops_desktop.credentials.credential import Found
from kitops_desktop.errors import CredentialError, KitOpsError
from kitops_desktop.importers.hugging_face.endpoint import is_hugging_face
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.records.reference_history import known_repositories
from kitops_desktop.records.seen import SeenKit
from kitops_desktop.registry.catalog import Listed, list_repositories
from kitops_desktop.registry.connection_test import test_connection
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.measured import measured
from kitops_desktop.registry.repository import Repository
from kitops_desktop.registry.well_known import Ability, WellKnown, well_known
from kitops_desktop.ui.browser.artifact_kinds import artifact_of, artifact_of_type, signed_digest
from kitops_desktop.ui.browser.registry_rows import RegistryRow, SignedInAs, answers_after
from kitops_desktop.ui.browser.repository_names import in_order
from kitops_desktop.ui.browser.seen_reads import kit_facts
from kitops_desktop.ui.browser.tag_rows import TagRow, Tags, Version, folded
from kitops_desktop.workspace import Workspace

_ENOUGH = ("name", "tcp", "tls", "auth", "v2")
"""The steps of a connection test that say whether a registry answers; its catalog is asked for later."""


@dataclass(frozen=True, slots=True)
class ReadTags:
    """The tags of a repository, the digests seen last, and what was opened in its
    registry.
    """

    tags: Tags
    observed: Mapping[str, str]
    history: tuple[str, ...] = ()


def signed_in_as(found: Found | None) -> SignedInAs | None:
    """Who that is, without the secret."""
    return None if found is None else SignedInAs(found.credential.username, found.origin, found.place)


def read_row(workspace: Workspace, host: str, before: RegistryRow | None = None) -> RegistryRow:
    """How a registry is spoken to and who is signed in; what was known of its answers is kept."""
    row = replace(before or RegistryRow(host), options=workspace.host_options(host))
    row = replace(row, label=workspace.host_label(host))
    try:
        return replace(row, signed_in=signed_in_as(workspace.credentials.found(host)))
    except CredentialError as error:
        return replace(row, signed_in=None, problem=error)


def registry_hosts(workspace: Workspace) -> tuple[str, ...]:
    """The registries the user has added, by what they are called. Hugging Face is none, whatever is set for
    it.
    """

    def called(host: str) -> tuple[str, str]:
        return (workspace.host_label(host).name or host).casefold(), host

    hosts = (host for host in workspace.settings.registries if not is_hugging_face(host))
    return tuple(sorted(hosts, key=called))


def ask(workspace: Workspace, row: RegistryRow, token: CancelToken) -> RegistryRow:
    """The row with what the registry answers now."""
    seconds = 0.0
    began = time.monotonic()

    def stepped() -> None:
        nonlocal seconds, began
        now = time.monotonic()
        seconds, began = max(seconds, now - began), now

    error = first_problem(workspace, row.host, row.options, token, stepped)
    return replace(row, answers=answers_after(error), problem=error, seconds=seconds)


def first_problem(
    workspace: Workspace,
    host: str,
    options: HostOptions,
    token: CancelToken,
    stepped: Callable[[], None] = lambda: None,
) -> KitOpsError | None:
    """What is in the way of speaking to a registry; None when nothing is. ``stepped`` is called after each
    step.
    """
    for step in test_connection(host, options, workspace.credentials, token):
        stepped()
        if step.error is not None:
            return step.error
        if step.name == _ENOUGH[-1]:
            break
    return None


def read_repositories(workspace: Workspace, host: str, token: CancelToken) -> Listed:
    """The names of the repositories in order, and whose list it is. Raises ``RegistryUnsupported`` where
    there is none.
    """
    known = known_repositories(workspace.favourites.all(host), workspace.history.recent(host))
    client = workspace.registries.client(host)
    found = list_repositories(client, workspace.credentials, known, token)
    names = in_order(found.names)
    workspace.seen.put_repositories(host, names)
    return replace(found, names=names)


def what_is_known(workspace: Workspace, host: str) -> WellKnown | None:
    """What is known of registries of that kind. Nothing is asked."""
    return well_known(host, workspace.registries.client(host).auth.service)


def what_it_can(workspace: Workspace, host: str) -> tuple[tuple[Ability, ...], tuple[Ability, ...]]:
    """What a registry can do: by the documentation of its kind, and by what it was found to do."""
    known = what_is_known(workspace, host)
    return known.abilities if known is not None else (), measured(workspace.abilities.all(host))


def read_tags(workspace: Workspace, host: str, name: str, token: CancelToken) -> ReadTags:
    repository = repository_of(workspace, host, name, token)
    tags = folded(repository.tags())
    workspace.seen.put_tags(host, name, tags.tags)
    seen = workspace.observed_tags.get(f"{host}/{name}")
    opened = history(workspace, host, f"{host}/{name}")
    return ReadTags(tags, {tag: digest for tag, (digest, _) in seen.items()}, opened)


def history(workspace: Workspace, host: str, opened: str = "") -> tuple[str, ...]:
    """What was opened, pulled or pushed, the latest first, which ``opened`` is made to be; of all registries
    when ``host`` is "".
    """
    if opened:
        workspace.history.add(opened, "open")
    return tuple(entry.reference for entry in workspace.history.recent(host or None))


def read_version(
    workspace: Workspace, host: str, name: str, tag: str, observed: str | None, token: CancelToken
) -> Version:
    """What a tag stands for now. ``observed`` is the digest it had: when its manifest is kept, asking for the
    head is enough.
    """
    repository = repository_of(workspace, host, name, token)
    cache = workspace.manifest_cache
    if observed is not None and cache.get(observed) is not None:
        descriptor = repository.resolve(tag)
        content = cache.get(descriptor.digest)
        if content is None:
            descriptor, content = _fetch(workspace, repository, descriptor.digest)
    else:
        descriptor, content = _fetch(workspace, repository, tag)
    workspace.observed_tags.put(f"{host}/{name}", tag, descriptor.digest)
    artifact = artifact_of(content)
    facts = kit_facts(workspace, repository, descriptor) if artifact.is_kit else SeenKit()
    if signed_digest(tag) is None:
        workspace.seen.put_tag(host, name, tag, descriptor.digest)
    return Version(
        descriptor.digest,
        descriptor.media_type,
        descriptor.size,
        artifact,
        facts.licence,
        facts.framework,
    )


def read_referrers(
    workspace: Workspace, host: str, name: str, digest: str, token: CancelToken, *, has_index: bool
) -> tuple[TagRow, ...]:
    """What is listed as referring to a version, and has no tag of its own."""
    repository = repository_of(workspace, host, name, token)
    rows = []
    for one in repository.listed_referrers(Digest(digest), has_index=has_index):
        artifact = artifact_of_type(one.artifact_type)
        described = one.descriptor
        rows.append(TagRow("", Version(described.digest, described.media_type, described.size, artifact)))
    return tuple(rows)


def local_digests(workspace: Workspace) -> frozenset[str]:
    """The digests of the ModelKits on this computer."""
    return frozenset(kit.descriptor.digest for kit in workspace.store.listing().kits)


def repository_of(workspace: Workspace, host: str, name: str, token: CancelToken) -> Repository:
    return workspace.registries.repository(Reference(host, name), token)


def _fetch(workspace: Workspace, repository: Repository, tag_or_digest: str) -> tuple[Descriptor, bytes]:
    descriptor, content = repository.manifest(tag_or_digest)
    workspace.manifest_cache.put(descriptor.digest, content)
    return descriptor, content
