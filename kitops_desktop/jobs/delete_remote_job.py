"""Deleting a tag or a version from a registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from kitops_desktop import errors
from kitops_desktop.errors import ContentTooLarge, DigestMismatch, InvalidArgument, RemoteNotFound
from kitops_desktop.jobs.remote import remote_reference, repository_of
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.version_tags import tags_of_version
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.records.deleted_versions import KeptManifest

if TYPE_CHECKING:
    from kitops_desktop.registry.repository import Repository

What = Literal["tag", "version"]
_ANSWERS = (
    errors.AccessDenied,
    errors.RegistryFailed,
    errors.RegistryRefused,
    errors.RegistryUnsupported,
    errors.RemoteNotFound,
)
"""Errors after which a registry can be asked what is there now."""


@dataclass(frozen=True, slots=True)
class DeleteRemoteWork:
    """Delete the tag ``reference`` names, or the version (manifest) behind it with all its tags.

    With ``digest`` somebody agreed to it: what goes is to stand for that, and a version has no other tags
    than ``tags``. Else whatever is found goes.
    """

    kind: ClassVar[str] = "delete-remote"
    reference: str
    what: What = "tag"
    tags: tuple[str, ...] = ()
    digest: str = ""

    @property
    def title(self) -> str:
        return f"Delete {self.reference}" + (" with all its tags" if self.what == "version" else "")

    def parameters(self) -> dict[str, Any]:
        return {
            "reference": self.reference,
            "what": self.what,
            "tags": list(self.tags),
            "digest": self.digest,
        }

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> DeleteRemoteWork:
        if given["what"] not in ("tag", "version"):
            raise ValueError(given["what"])
        tags = tuple(map(str, given.get("tags", ())))
        return cls(str(given["reference"]), cast(What, given["what"]), tags, str(given.get("digest", "")))

    def run(self, context: WorkContext) -> Result:
        deleted = delete_remote(self, context.tools, token=context.token)
        return Result(
            f"Deleted {deleted.reference}",
            {
                "reference": str(deleted.reference),
                "digest": deleted.digest,
                "what": deleted.what,
                "tags": list(deleted.tags),
                "undo": deleted.undo,
            },
        )


@dataclass(frozen=True, slots=True)
class DeletedRemote:
    """``digest`` is the version that was deleted, or that the deleted tag stood for; ``tags`` went, as far as
    they were known. ``undo`` is the id in the records by which it is put back (``RestoreRemoteWork``), 0 when
    nothing is kept.
    """

    reference: Reference
    digest: Digest
    what: What
    tags: tuple[str, ...] = ()
    undo: int = 0


def delete_remote(work: DeleteRemoteWork, tools: Tools, *, token: CancelToken | None = None) -> DeletedRemote:
    """Raises ``InvalidReference``, ``InvalidArgument``, ``RemoteNotFound``, ``DeletionChanged`` when it is
    not what was agreed to, ``RegistryUnsupported``, other ``RegistryError``s and ``Cancelled``.
    """
    reference = remote_reference(work.reference, "deleting")
    if work.what == "tag" and reference.tag is None:
        raise InvalidArgument(f"{reference} names a version, not a tag")
    token = token or CancelToken()
    repository = repository_of(tools, reference, token)
    try:
        digest, manifest = _read(repository, reference)
    except RemoteNotFound:
        done = _done_before(work, tools, reference)
        if done is None:
            raise
        return done
    tags = _tags(work, tools, repository, reference, digest, token)
    _check_agreed(work, reference, digest, tags)
    token.check()
    undo = 0
    deleted = None if tools.used is None else tools.used.deleted
    if deleted is not None and manifest is not None:
        whole = work.what == "version"
        undo = deleted.add(reference.repository_name, digest, tags, manifest, whole=whole)
    refused = _delete(repository, work, reference, digest)
    if refused is not None:
        if deleted is not None:
            deleted.forget(undo)
        raise refused
    _forget(tools, reference, digest, tags)
    return DeletedRemote(reference, digest, work.what, tags, undo)


def _done_before(work: DeleteRemoteWork, tools: Tools, reference: Reference) -> DeletedRemote | None:
    """What an earlier attempt deleted that did not come to its end; None when there was none. Jobs are tried
    again by themselves once the network is back.
    """
    kept = None if tools.used is None else tools.used.deleted
    if kept is None or not work.digest:
        return None
    for one in kept.recent(reference.repository_name):
        same = one.whole if work.what == "version" else reference.tag in one.tags
        if same and one.digest == work.digest:
            _forget(tools, reference, Digest(one.digest), one.tags)
            return DeletedRemote(reference, Digest(one.digest), work.what, one.tags, one.id)
    return None


def _delete(
    repository: Repository, work: DeleteRemoteWork, reference: Reference, digest: Digest
) -> Exception | None:
    """The error because of which nothing was deleted, None when it is gone: an answer may be lost on its way,
    and then another attempt finds nothing.

    Raises the error where it is not known whether it is gone, so that the way back is to be kept.
    """
    name = digest if work.what == "version" else reference.tag or ""
    try:
        if work.what == "version":
            repository.delete_manifest(digest)
        else:
            repository.delete_tag(name, digest)
    except (errors.DeletionChanged, errors.SignInNeeded) as error:
        return error
    except _ANSWERS as error:
        found = _found(repository, name)
        if found == digest:
            return error
        if found:
            raise
    return None


def _found(repository: Repository, tag_or_digest: str) -> str:
    """The digest of what is there now, "" when nothing is."""
    try:
        return repository.resolve(tag_or_digest).digest
    except RemoteNotFound:
        return ""


def _read(repository: Repository, reference: Reference) -> tuple[Digest, KeptManifest | None]:
    """The manifest too, so that it can be put back; None for a damaged one, which can be deleted all the
    same.
    """
    try:
        descriptor, content = repository.manifest(reference.tag_or_digest)
    except (DigestMismatch, ContentTooLarge):
        return repository.resolve(reference.tag_or_digest).digest, None
    return descriptor.digest, KeptManifest(descriptor.media_type, content)


def _tags(
    work: DeleteRemoteWork,
    tools: Tools,
    repository: Repository,
    reference: Reference,
    digest: Digest,
    token: CancelToken,
) -> tuple[str, ...]:
    """The tags that go, the named one first: with a version all that stand for it now."""
    named = (reference.tag,) if reference.tag else ()
    if work.what == "tag":
        return named
    seen = {} if tools.used is None else tools.used.tags.get(reference.repository_name)
    likely = (tag for tag, (found, _) in seen.items() if found == digest)
    asked = [tag for tag in (*work.tags, *likely, *repository.tags()) if tag not in named]
    return (*named, *tags_of_version(repository, digest, asked, token))


def _check_agreed(
    work: DeleteRemoteWork, reference: Reference, digest: Digest, tags: tuple[str, ...]
) -> None:
    """Others may have moved tags since somebody looked at what goes."""
    if not work.digest:
        return
    if digest != work.digest:
        raise errors.DeletionChanged(reference.registry, str(reference), work.digest, digest)
    further = tuple(tag for tag in tags if tag not in (*work.tags, reference.tag))
    if further:
        raise errors.DeletionChanged(reference.registry, str(reference), work.digest, tags=further)


def _forget(tools: Tools, reference: Reference, digest: Digest, tags: tuple[str, ...]) -> None:
    if tools.used is None:
        return
    for gone in (reference, *map(reference.with_tag, tags)):
        tools.used.history.forget(str(gone))
    for tag in tags:
        tools.used.tags.deleted(reference.repository_name, tag, digest)
