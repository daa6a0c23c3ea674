"""Copying a kit from one repository of a registry to another, in the same registry or in another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kitops_desktop.errors import ArtifactError, InvalidArgument, InvalidReference, KitfileError
from kitops_desktop.jobs.copy_pieces import Pieces
from kitops_desktop.jobs.copy_plan import Attached, Missing, Referring, find_referring, missing_text
from kitops_desktop.jobs.remote import Remembering, labels, note_used, repository_of
from kitops_desktop.jobs.target_tag import TargetTag
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.modelkit.parents import parent_reference
from kitops_desktop.oci.copy import PARALLEL, Copied, Graph, read_graph
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.reference import Reference, parse_reference_with_tags
from kitops_desktop.progress import CancelToken, Report, ignore_progress

if TYPE_CHECKING:
    from kitops_desktop.registry.repository import Repository


@dataclass(frozen=True, slots=True)
class CopyWork:
    """Copy the kit ``source`` of a registry to ``target``; both are whole references.

    ``expected`` is what the target's tag was agreed to stand for, as in ``PushWork``. ``recursive`` copies
    along what refers to the kit (signatures and the like), ``verify`` reads everything back from the target
    before the tag is put. ``parallel`` blobs go at a time, 0 for as many as suit. ``digest`` is the version
    that was looked at and is to be copied even when the source's tag has moved; "" for what it stands for.
    """

    kind: ClassVar[str] = "copy"
    source: str
    target: str
    expected: str | None = None
    recursive: bool = False
    verify: bool = False
    parallel: int = 0
    digest: str = ""

    @property
    def title(self) -> str:
        if self._stays:
            return f"Tag {self.source} as {self.target.rpartition(':')[2]}"
        return f"Copy {self.source} to {self.target}"

    @property
    def _stays(self) -> bool:
        """Whether it is another tag in the same repository."""
        try:
            whence, whither = copy_references(self.source, self.target)
        except (InvalidArgument, InvalidReference):
            return False
        return whither.tag is not None and whence.repository_name == whither.repository_name

    def parameters(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "target": self.target,
            "expected": self.expected,
            "recursive": self.recursive,
            "verify": self.verify,
            "parallel": self.parallel,
            "digest": self.digest,
        }

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> CopyWork:
        expected = given["expected"]
        return cls(
            str(given["source"]),
            str(given["target"]),
            None if expected is None else str(expected),
            bool(given["recursive"]),
            bool(given["verify"]),
            int(given["parallel"]),
            str(given["digest"]),
        )

    def run(self, context: WorkContext) -> Result:
        return copy_kit(self, context.tools, token=context.token, report=context.report).result()


@dataclass(frozen=True, slots=True)
class CopiedKit:
    """``copied`` counts all that was copied, ``referrers`` are those that came along. ``replaced`` is what
    the tag stood for before, "" when it was new or stood for this already. ``parent`` is the reference in the
    Kitfile to the kit it builds on, which stays where it is; "" for none.
    """

    source: Reference
    target: Reference
    manifest: Descriptor
    size: int
    copied: Copied
    replaced: str
    referrers: tuple[Attached, ...] = ()
    missing: tuple[Missing, ...] = ()
    parent: str = ""
    verified: bool = False

    def result(self) -> Result:
        lacks = missing_text(self.missing)
        stays = self.source.repository_name == self.target.repository_name
        done = f"Tagged {self.target}" if stays else f"Copied {self.target}"
        return Result(done + (f", {lacks}" if lacks else ""), self.details())

    def details(self) -> dict[str, Any]:
        """All of it as JSON can hold it."""
        return {
            "reference": str(self.target),
            "source": str(self.source),
            "digest": self.manifest.digest,
            "size": self.size,
            "replaced": self.replaced,
            "blobs_sent": self.copied.blobs_sent,
            "bytes_sent": self.copied.bytes_sent,
            "blobs_skipped": self.copied.blobs_skipped,
            "bytes_skipped": self.copied.bytes_skipped,
            "mounted": self.copied.mounted,
            "referrers": [
                {"digest": one.referrer.descriptor.digest, "artifact_type": one.referrer.artifact_type}
                for one in self.referrers
            ],
            "missing": [
                {"digest": one.digest, "artifact_type": one.artifact_type, "reason": str(one.error)}
                for one in self.missing
            ],
            "parent": self.parent,
            "verified": self.verified,
        }


def copy_references(source: str, target: str) -> tuple[Reference, Reference]:
    """From where to where. A target without tag and digest takes those of the source.

    Raises ``InvalidReference``, and ``InvalidArgument`` unless both name a registry.
    """
    whence, whither = _single(source), _single(target)
    if whence.is_local:
        hint = f"kitops-desktop push {whence.short} {target}"
        raise InvalidArgument(f"{whence.short} names no registry to copy from; to send it there: {hint}")
    if whither.is_local:
        hint = f"kitops-desktop pull {whence}"
        raise InvalidArgument(f"{whither.short} names no registry to copy to; to get it here: {hint}")
    if not names_version(target):
        whither = whither.with_digest(whence.digest) if whence.digest else whither.with_tag(whence.tag or "")
    return whence, whither


def copy_kit(
    work: CopyWork, tools: Tools, *, token: CancelToken | None = None, report: Report = ignore_progress
) -> CopiedKit:
    """Copy: blobs the target lacks, then manifests, then what refers to them, and last the tag.

    Within one registry blobs are taken over there; between two they stream through this process, and nothing
    is written to the disk. Manifests keep their bytes, so that digests and signatures stay what they are.
    What was copied before is not copied again. It need not be a ModelKit.

    Raises ``InvalidReference``, ``InvalidArgument``, ``RemoteNotFound``, ``RemoteBlobNotFound``,
    ``InvalidManifest``, ``DigestMismatch``, ``TagMoved``, other ``RegistryError``s and ``Cancelled``.
    """
    whence, whither = copy_references(work.source, work.target)
    token = token or CancelToken()
    source = repository_of(tools, whence, token)
    target = repository_of(tools, whither, token).writable()
    kit, graph = read_source(source, work.digest or whence.tag_or_digest, tools, token)
    manifest, content = graph.manifests[-1]
    if whither.digest not in (None, manifest.digest):
        raise InvalidArgument(f"{whither} names another digest than that of {whence}: {manifest.digest}")
    tag = TargetTag(target, whither, manifest, content, work.expected, watched=True)
    tag.check()
    referring = find_referring(source, graph, token) if work.recursive else Referring()
    pieces = Pieces(
        source,
        target,
        tools.store,
        parallel=work.parallel or PARALLEL,
        verify=work.verify,
        token=token,
        report=report,
    )
    came_along, missing = pieces.copy(graph, referring, labels(kit) if kit is not None else None)
    tag.put()
    note_used(tools, whither, manifest.digest, "copy")
    return CopiedKit(
        whence,
        whither,
        manifest,
        sum(layer.size for layer in graph.layers),
        pieces.copied,
        tag.replaced,
        came_along,
        missing,
        (parent_reference(kit.kitfile) or "") if kit is not None else "",
        work.verify,
    )


def read_source(
    source: Repository, tag_or_digest: str, tools: Tools, token: CancelToken
) -> tuple[ModelKit | None, Graph]:
    """The version as it is now, by its digest; None when it is no kit that can be read.

    Raises ``RemoteNotFound``, ``InvalidManifest``, ``DigestMismatch``, other ``RegistryError``s and
    ``Cancelled``.
    """
    known = Remembering(source, tools.manifests)
    described = source.resolve(tag_or_digest)
    kit = None
    try:
        kit = load_kit(known, described, source.name)
        known.remember(kit)
    except (ArtifactError, KitfileError):
        pass  # it is copied all the same, or copying says what is wrong
    return kit, read_graph(known, described, token)


def _single(text: str) -> Reference:
    reference, extra = parse_reference_with_tags(text)
    if extra:
        raise InvalidArgument("reference cannot include multiple tags")
    return reference


def names_version(text: str) -> bool:
    """Whether a reference has a tag or a digest in it."""
    return "@" in text or ":" in text.rpartition("/")[2]
