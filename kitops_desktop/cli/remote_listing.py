"""What a registry has: its repositories, and the kits behind the tags of one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from kitops_desktop.cli.command import Invocation
from kitops_desktop.errors import ArtifactError, NotAModelKit, RemoteNotFound
from kitops_desktop.jobs.parents import FoundKit, Place, find_kit
from kitops_desktop.jobs.remote import repository_of
from kitops_desktop.oci.reference import Reference
from kitops_desktop.records.reference_history import known_repositories

THREADS = 8
"""So many tags are looked at at a time: what registries put up with (they answer 429 before they break)."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The kits by tag ("" for one named by its digest), and the tags that cannot be read. ``others`` is how
    many tags are of something else.
    """

    kits: tuple[tuple[str, FoundKit], ...]
    failures: tuple[tuple[str, ArtifactError], ...] = ()
    others: int = 0


def repository_names(invocation: Invocation, host: str) -> tuple[str, ...]:
    """Where the registry lists nothing, its vendor is asked. Raises ``RegistryUnsupported`` where there is no
    list of repositories.
    """
    from kitops_desktop.registry.catalog import list_repositories

    workspace = invocation.workspace
    found = list_repositories(
        workspace.registries.client(host),
        workspace.credentials,
        known_repositories(workspace.favourites.all(host), workspace.history.recent(host)),
        invocation.token,
    )
    if found.source:
        invocation.console.info(f"From {found.source}" + ("" if found.complete else "; there is more"))
    return found.names


def repository_rows(invocation: Invocation, wanted: Reference) -> Listed:
    """The kit that ``wanted`` names, or those of all tags of the repository. Other artifacts are left out.

    Raises ``RemoteNotFound`` when the named one is not there, ``RegistryError``s and ``Cancelled``.
    """
    tools, token = invocation.workspace.tools, invocation.token
    if wanted.tag or wanted.digest:
        found = _kit(invocation, wanted)
        return Listed((), others=1) if found is None else Listed(((wanted.tag or "", found),))
    tags = repository_of(tools, wanted, token).tags()
    with ThreadPoolExecutor(THREADS, thread_name_prefix="tags") as pool:
        looked_at = [pool.submit(_look, invocation, wanted.with_tag(tag)) for tag in tags]
        try:
            answers = [(tag, future.result()) for tag, future in zip(tags, looked_at, strict=True)]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return Listed(
        tuple((tag, answer) for tag, answer in answers if isinstance(answer, FoundKit)),
        tuple((tag, answer) for tag, answer in answers if isinstance(answer, ArtifactError)),
        sum(answer is None for _, answer in answers),
    )


def _look(invocation: Invocation, reference: Reference) -> FoundKit | ArtifactError | None:
    """One tag that cannot be read does not hide the others; one that has just gone is none."""
    invocation.token.check()
    try:
        return _kit(invocation, reference)
    except RemoteNotFound:
        return None
    except ArtifactError as error:
        return error


def _kit(invocation: Invocation, reference: Reference) -> FoundKit | None:
    try:
        return find_kit(invocation.workspace.tools, reference, Place.REMOTE, invocation.token)
    except NotAModelKit:
        return None
