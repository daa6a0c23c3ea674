"""Deleting a tag or a version from a registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, cast

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.remote import remote_reference, repository_of
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken

What = Literal["tag", "version"]


@dataclass(frozen=True, slots=True)
class DeleteRemoteWork:
    """Delete the tag ``reference`` names, or the version (manifest) behind it with all its tags."""

    kind: ClassVar[str] = "delete-remote"
    reference: str
    what: What = "tag"

    @property
    def title(self) -> str:
        return f"Delete {self.reference}" + (" with all its tags" if self.what == "version" else "")

    def parameters(self) -> dict[str, Any]:
        return {"reference": self.reference, "what": self.what}

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> DeleteRemoteWork:
        if given["what"] not in ("tag", "version"):
            raise ValueError(given["what"])
        return cls(str(given["reference"]), cast(What, given["what"]))

    def run(self, context: WorkContext) -> Result:
        deleted = delete_remote(self, context.tools, token=context.token)
        return Result(
            f"Deleted {deleted.reference}",
            {
                "reference": str(deleted.reference),
                "digest": deleted.digest,
                "what": deleted.what,
            },
        )


@dataclass(frozen=True, slots=True)
class DeletedRemote:
    """``digest`` is the version that was deleted, or that the deleted tag stood for."""

    reference: Reference
    digest: Digest
    what: What


def delete_remote(work: DeleteRemoteWork, tools: Tools, *, token: CancelToken | None = None) -> DeletedRemote:
    """Raises ``InvalidReference``, ``InvalidArgument``, ``RemoteNotFound``, ``RegistryUnsupported``, other
    ``RegistryError``s and ``Cancelled``.
    """
    reference = remote_reference(work.reference, "deleting")
    if work.what == "tag" and reference.tag is None:
        raise InvalidArgument(f"{reference} names a version, not a tag")
    repository = repository_of(tools, reference, token or CancelToken())
    digest = repository.resolve(reference.tag_or_digest).digest
    if work.what == "version":
        repository.delete_manifest(digest)
    elif reference.tag is not None:
        repository.delete_tag(reference.tag)
    _forget(tools, reference, digest)
    return DeletedRemote(reference, digest, work.what)


def _forget(tools: Tools, reference: Reference, digest: Digest) -> None:
    if tools.used is None:
        return
    tools.used.history.forget(str(reference))
    if reference.tag:
        tools.used.tags.deleted(reference.repository_name, reference.tag, digest)
