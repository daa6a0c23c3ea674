"""Putting back what was deleted in a registry, as long as the registry has not collected its garbage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kitops_desktop.errors import (
    ArtifactError,
    InvalidArgument,
    InvalidManifest,
    RegistryRefused,
    VersionCollected,
)
from kitops_desktop.jobs.remote import note_used, repository_of
from kitops_desktop.jobs.target_tag import tag_of
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.manifest import parse_manifest
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.deletion import is_placeholder

if TYPE_CHECKING:
    from kitops_desktop.records.deleted_versions import DeletedVersion
    from kitops_desktop.registry.repository import Repository

_LOST = frozenset({"BLOB_UNKNOWN", "MANIFEST_BLOB_UNKNOWN", "MANIFEST_UNKNOWN"})
"""What registries answer to a manifest when something is gone that it needs."""


@dataclass(frozen=True, slots=True)
class RestoreRemoteWork:
    """Put back what was deleted and is kept as ``id``; ``reference`` only names it."""

    kind: ClassVar[str] = "restore-remote"
    id: int
    reference: str

    @property
    def title(self) -> str:
        return f"Put {self.reference} back"

    def parameters(self) -> dict[str, Any]:
        return {"id": self.id, "reference": self.reference}

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> RestoreRemoteWork:
        return cls(int(given["id"]), str(given["reference"]))

    def run(self, context: WorkContext) -> Result:
        return restore_remote(self, context.tools, token=context.token).result()


@dataclass(frozen=True, slots=True)
class RestoredRemote:
    """``tags`` stand for it again; ``taken`` mean something else by now, and were left alone. ``sent`` blobs
    were gone, and came from the store.
    """

    name: str
    digest: str
    tags: tuple[str, ...]
    taken: tuple[str, ...] = ()
    sent: int = 0

    def result(self) -> Result:
        what = f"{self.name}:{self.tags[0]}" if self.tags else f"{self.name}@{self.digest}"
        means = "means" if len(self.taken) == 1 else "mean"
        left = f"; {', '.join(self.taken)} {means} something else by now" if self.taken else ""
        return Result(
            f"Put {what} back{left}",
            {
                "reference": what,
                "digest": self.digest,
                "tags": list(self.tags),
                "taken": list(self.taken),
                "blobs_sent": self.sent,
            },
        )


def restore_remote(
    work: RestoreRemoteWork, tools: Tools, *, token: CancelToken | None = None
) -> RestoredRemote:
    """The manifest is put again under its tags, those that are free; under its digest where there are none.

    Raises ``InvalidArgument`` when nothing is kept under that id, ``VersionCollected`` when blobs of it are
    gone and the store has them not, other ``RegistryError``s and ``Cancelled``.
    """
    token = token or CancelToken()
    kept = None if tools.used is None or tools.used.deleted is None else tools.used.deleted.find(work.id)
    if kept is None or tools.used is None or tools.used.deleted is None:
        raise InvalidArgument(f"nothing is kept of {work.reference} by which it could be put back")
    version, manifest = kept
    descriptor = Descriptor(manifest.media_type, Digest(version.digest), len(manifest.content))
    place = _place(version)
    repository = repository_of(tools, place, token).writable()
    sent = _complete(repository, tools, manifest.content, version, token)
    free = tuple(tag for tag in version.tags if _is_free(repository, place.with_tag(tag), version.digest))
    try:
        if not free:
            repository.push_bytes(descriptor, manifest.content)
        for tag in free:
            token.check()
            repository.put_tag(descriptor, manifest.content, tag)
            note_used(tools, place.with_tag(tag), descriptor.digest, "restore")
    except RegistryRefused as error:
        if error.code not in _LOST:
            raise
        raise VersionCollected(repository.host, version.text, 1) from error
    tools.used.deleted.forget(version.id)
    taken = tuple(tag for tag in version.tags if tag not in free)
    return RestoredRemote(version.name, version.digest, free, taken, sent)


def _is_free(repository: Repository, target: Reference, digest: str) -> bool:
    """Whether the tag means nothing else by now. What was left of deleting it means nothing."""
    found = tag_of(repository, target)
    if found in ("", digest):
        return True
    try:
        return is_placeholder(repository.manifest(found)[1])
    except ArtifactError:
        return False


def _place(version: DeletedVersion) -> Reference:
    host, _, path = version.name.partition("/")
    return Reference(host, path)


def _complete(
    repository: Repository, tools: Tools, content: bytes, version: DeletedVersion, token: CancelToken
) -> int:
    """See to it that all blobs are there; gives how many had to be sent from the store."""
    try:
        manifest = parse_manifest(content)
    except InvalidManifest:  # an index, say: the registry looks for itself whether it has what that needs
        return 0
    blobs = {blob.digest: blob for blob in (manifest.config, *manifest.layers)}
    missing = [blob for blob in blobs.values() if not repository.exists(blob)]
    if not all(tools.store.exists(blob) for blob in missing):
        raise VersionCollected(repository.host, version.text, len(missing))
    for blob in missing:
        repository.receive(blob, tools.store, advance=lambda _: None, token=token)
    return len(missing)
