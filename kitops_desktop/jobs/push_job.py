"""Pushing a kit of the local store to a registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.file_indexes import Attaching, try_to_attach
from kitops_desktop.jobs.mounting import MountingTarget, Neighbours
from kitops_desktop.jobs.remote import labels, note_used, remote_reference, repository_of
from kitops_desktop.jobs.target_tag import TargetTag
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.oci.copy import PARALLEL, Copied, copy_graph
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.reference import Reference, parse_reference
from kitops_desktop.progress import CancelToken, Progress, Report, ignore_progress
from kitops_desktop.store.local_store import LocalStore

if TYPE_CHECKING:
    from kitops_desktop.registry.repository import Repository


@dataclass(frozen=True, slots=True)
class PushWork:
    """Push the kit ``source`` of the local store (``Reference.short``) as ``target`` ("": under that name).

    ``expected`` is what the target's tag was agreed to stand for: None when nobody asked, "" when there is to
    be no such tag, or a digest. A tag that stands for the kit itself already is always right. ``parallel``
    blobs go at a time, 0 for as many as suit. With ``index`` a file index is attached to it there, and when
    that does not work the push has succeeded all the same.
    """

    kind: ClassVar[str] = "push"
    source: str
    target: str = ""
    expected: str | None = None
    parallel: int = 0
    index: bool = False

    @property
    def title(self) -> str:
        same = self.target in ("", self.source)
        return f"Push {self.source}" if same else f"Push {self.source} to {self.target}"

    def parameters(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "target": self.target,
            "expected": self.expected,
            "parallel": self.parallel,
            "index": self.index,
        }

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> PushWork:
        expected = given["expected"]
        return cls(
            str(given["source"]),
            str(given["target"]),
            None if expected is None else str(expected),
            int(given["parallel"]),
            bool(given.get("index", False)),
        )

    def run(self, context: WorkContext) -> Result:
        return push_kit(self, context.tools, token=context.token, report=context.report).result()


@dataclass(frozen=True, slots=True)
class Pushed:
    """``replaced`` is what the tag stood for before, "" when it was new or was this kit already. ``attached``
    is what became of the file index, None when none was wanted.
    """

    target: Reference
    manifest: Descriptor
    size: int
    copied: Copied
    replaced: str
    attached: Attaching | None = None

    def result(self) -> Result:
        lacks = "" if self.attached is None else self.attached.lacks
        return Result(
            f"Pushed {self.target}{lacks}",
            {
                **({} if self.attached is None else self.attached.details()),
                "reference": str(self.target),
                "digest": self.manifest.digest,
                "size": self.size,
                "replaced": self.replaced,
                "blobs_sent": self.copied.blobs_sent,
                "bytes_sent": self.copied.bytes_sent,
                "blobs_skipped": self.copied.blobs_skipped,
                "bytes_skipped": self.copied.bytes_skipped,
                "mounted": self.copied.mounted,
            },
        )


def push_kit(
    work: PushWork, tools: Tools, *, token: CancelToken | None = None, report: Report = ignore_progress
) -> Pushed:
    """Push: blobs the target lacks, then the manifest, then the tag. Until then nobody sees it there.

    No blob is removed from the store meanwhile. Raises ``InvalidReference``, ``InvalidArgument``,
    ``ReferenceNotFound``, ``NotAModelKit``, ``BlobNotFound``, ``TagMoved``, other ``RegistryError``s and
    ``Cancelled``.
    """
    source = parse_reference(work.source)
    target = remote_reference(work.target or work.source, "pushing")
    token = token or CancelToken()
    store = tools.store
    described = store.resolve(source)
    if target.digest not in (None, described.digest):
        raise InvalidArgument(f"{target} names another digest than that of {source.short}")
    kit = load_kit(store, described, source.short)
    repository = repository_of(tools, target, token).writable()
    tag = TargetTag(repository, target, described, kit.manifest_bytes, work.expected)
    with store.lease(kit.digests):
        tag.check()
        copied = _copied(store, repository, kit, work.parallel or PARALLEL, token, report)
        tag.put()
        note_used(tools, target, described.digest, "push")
        attached = try_to_attach(repository, kit, store, token, report) if work.index else None
    return Pushed(target, described, kit.manifest.layers_size, copied, tag.replaced, attached)


def _copied(
    store: LocalStore,
    repository: Repository,
    kit: ModelKit,
    parallel: int,
    token: CancelToken,
    report: Report,
) -> Copied:
    """As `kit` does: what has the manifest has all of the kit."""
    if repository.holds(kit.descriptor):
        blobs = (kit.manifest.config, *kit.manifest.layers)
        size = sum(blob.size for blob in blobs)
        report(Progress(size, size))
        return Copied(0, 0, len(blobs), size, 0)
    return copy_graph(
        store,
        MountingTarget(repository, Neighbours(store, repository.host, repository.path)),
        kit.descriptor,
        parallel=parallel,
        token=token,
        report=report,
        describe=labels(kit),
    )
