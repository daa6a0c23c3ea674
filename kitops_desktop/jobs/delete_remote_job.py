"""Deleting a tag or a version from a registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from kitops_desktop.errors import ContentTooLarge, DigestMismatch, InvalidArgument
from kitops_desktop.jobs.remote import remote_reference, repository_of
from kitops_desktop.jobs.target_tag import tag_of
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.records.deleted_versions import KeptManifest

if TYPE_CHECKING:
    from kitops_desktop.registry.repository import Repository

What = Literal["tag", "version"]
_MOST_TAGS = 200
"""So many tags of a version are asked for, each with a request."""


@dataclass(frozen=True, slots=True)
class DeleteRemoteWork:
    """Delete the tag ``reference`` names, or the version (manifest) behind it with all its tags; ``tags`` are
    those that are known, to be put back with it.
    """

    kind: ClassVar[str] = "delete-remote"
    reference: str
    what: What = "tag"
    tags: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"Delete {self.reference}" + (" with all its tags" if self.what == "version" else "")

    def parameters(self) -> dict[str, Any]:
        return {"reference": self.reference, "what": self.what, "tags": list(self.tags)}

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> DeleteRemoteWork:
        if given["what"] not in ("tag", "version"):
            raise ValueError(given["what"])
        tags = tuple(map(str, given.get("tags", ())))
        return cls(str(given["reference"]), cast(What, given["what"]), tags)

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
    """Raises ``InvalidReference``, ``InvalidArgument``, ``RemoteNotFound``, ``RegistryUnsupported``, other
    ``RegistryError``s and ``Cancelled``.
    """
    reference = remote_reference(work.reference, "deleting")
    if work.what == "tag" and reference.tag is None:
        raise InvalidArgument(f"{reference} names a version, not a tag")
    repository = repository_of(tools, reference, token or CancelToken())
    digest, manifest = _read(repository, reference)
    tags = _tags(work, tools, repository, reference, digest)
    undo = 0
    deleted = None if tools.used is None else tools.used.deleted
    if deleted is not None and manifest is not None:
        whole = work.what == "version"
        undo = deleted.add(reference.repository_name, digest, tags, manifest, whole=whole)
    try:
        if work.what == "version":
            repository.delete_manifest(digest)
        elif reference.tag is not None:
            repository.delete_tag(reference.tag)
    except BaseException:
        if deleted is not None:
            deleted.forget(undo)
        raise
    _forget(tools, reference, digest, tags)
    return DeletedRemote(reference, digest, work.what, tags, undo)


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
    work: DeleteRemoteWork, tools: Tools, repository: Repository, reference: Reference, digest: Digest
) -> tuple[str, ...]:
    """The tags that go, the named one first: those known or seen, or else all that are there, as far as they
    stand for the version now.
    """
    named = (reference.tag,) if reference.tag else ()
    if work.what == "tag":
        return named
    seen = {} if tools.used is None else tools.used.tags.get(reference.repository_name)
    there = work.tags or repository.tags()
    known = dict.fromkeys((*there, *(tag for tag, (found, _) in seen.items() if found == digest)))
    others = [tag for tag in known if tag not in named][:_MOST_TAGS]
    return (*named, *(tag for tag in others if tag_of(repository, reference.with_tag(tag)) == digest))


def _forget(tools: Tools, reference: Reference, digest: Digest, tags: tuple[str, ...]) -> None:
    if tools.used is None:
        return
    tools.used.history.forget(str(reference))
    for tag in tags:
        tools.used.tags.deleted(reference.repository_name, tag, digest)
