"""Packing a folder straight into a registry: its layers go there as they are read, with no copy on the disk.

What comes of it is byte for byte what packing makes. Nothing has a name there before all of it has arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kitops_desktop.errors import TagMoved
from kitops_desktop.jobs.file_indexes import Attaching, BlobsInPlaces, try_to_attach
from kitops_desktop.jobs.mounting import MountingTarget, Neighbours
from kitops_desktop.jobs.pack_job import PackWork, PreparedPack, prepare_to_pack
from kitops_desktop.jobs.plan_sending import PlanSending
from kitops_desktop.jobs.push_forecast import PushForecast, forecast
from kitops_desktop.jobs.push_job import Pushed
from kitops_desktop.jobs.remote import note_used, repository_of
from kitops_desktop.jobs.target_tag import TargetTag, tag_of
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.modelkit.inspect import load_kit
from kitops_desktop.modelkit.layer_pool import PackedBlob
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.pack import Assembled, Packed, assemble
from kitops_desktop.modelkit.plan_source import PlanSource
from kitops_desktop.oci.copy import PARALLEL
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.reference import Reference
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.progress import CancelToken, Report, Tally, ignore_progress
from kitops_desktop.registry.memory_source import MemorySource

if TYPE_CHECKING:
    from kitops_desktop.registry.repository import Repository


@dataclass(frozen=True, slots=True)
class Streamed:
    """A kit that was packed into a registry, under each of the tags of ``pushes``."""

    packed: Packed
    prepared: PreparedPack
    pushes: tuple[Pushed, ...]


def pack_into_registry(
    work: PackWork,
    targets: Sequence[Reference],
    expected: str | None,
    tools: Tools,
    *,
    parallel: int = 0,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
    foretell: Callable[[PushForecast], None] | None = None,
    index: bool = False,
) -> Streamed:
    """Pack a folder into the repository of ``targets``, which are references that differ in their tags.

    ``expected`` is what the first tag was agreed to stand for, as ``PushWork`` has it. ``foretell`` is told
    what is there already, before anything is sent. Layers are not compressed. With ``index`` a file index is
    attached, for which the files are read once more.

    Raises what ``prepare_to_pack`` raises, ``SourceChanged``, ``SourceUnreadable``, ``TagMoved``, other
    ``RegistryError``s, and ``Cancelled``; layers that have arrived by then are not sent again another time.
    """
    token = token or CancelToken()
    prepared = prepare_to_pack(work, tools, token=token, report=report)
    repository = repository_of(tools, targets[0], token).writable()
    stream = _Stream(work, prepared, repository, tools, parallel or PARALLEL, token, report)
    return stream.run(targets, expected, foretell, index=index)


class _Stream:
    def __init__(
        self,
        work: PackWork,
        prepared: PreparedPack,
        repository: Repository,
        tools: Tools,
        parallel: int,
        token: CancelToken,
        report: Report,
    ) -> None:
        self._prepared = prepared
        self._repository = repository
        self._tools = tools
        self._token = token
        self._report = report
        self._folder = work.folder
        self._sending = PlanSending(
            prepared.plan.layers,
            tools.memory,
            rehash=work.rehash,
            parallel=parallel,
            token=token,
            tally=Tally(report, prepared.plan.size),
        )

    def run(
        self,
        targets: Sequence[Reference],
        expected: str | None,
        foretell: Callable[[PushForecast], None] | None,
        *,
        index: bool,
    ) -> Streamed:
        known = self._sending.recalled()
        if known is None and self._is_taken(targets[0], expected):
            known = self._sending.read_all()  # only the kit itself may be under that tag
        made = None if known is None else self._assemble(known)
        if made is not None and known is not None:
            self._tag(made, targets[0], expected).check()
        if made is not None and known is not None and self._repository.holds(made.packed.manifest):
            self._sending.skip_all(known)
        else:
            made = self._send(foretell)
        pushes = self._put_tags(made, targets, expected)
        if index:
            pushes = (replace(pushes[0], attached=self._attach(made)), *pushes[1:])
        return Streamed(made.packed, self._prepared, pushes)

    def _is_taken(self, target: Reference, expected: str | None) -> bool:
        """Whether the tag stands for what was not agreed to but may be the kit. Raises ``TagMoved``."""
        found = "" if expected is None else tag_of(self._repository, target)
        if expected is None or found == expected:
            return False
        if not found:
            raise TagMoved(target.registry, str(target), expected, found)
        return True

    def _send(self, foretell: Callable[[PushForecast], None] | None) -> Assembled:
        if foretell is not None:
            foretell(forecast(self._prepared.plan, self._tools.memory, self._repository, self._token))
        neighbours = Neighbours(self._tools.store, self._repository.host, self._repository.path)
        self._sending.send(lambda token: MountingTarget(self._repository.bound(token), neighbours))
        made = self._assemble(self._sending.blobs)
        self._token.check()
        if not self._repository.holds(made.packed.config):
            self._repository.push_bytes(made.packed.config, made.config_bytes)
        return made

    def _put_tags(
        self, made: Assembled, targets: Sequence[Reference], expected: str | None
    ) -> tuple[Pushed, ...]:
        packed = made.packed
        size = sum(layer.descriptor.size for layer in packed.layers)
        pushes = []
        for target in targets:
            self._token.check()
            tag = self._tag(made, target, expected if target is targets[0] else None)
            tag.check()
            tag.put()
            note_used(self._tools, target, packed.manifest.digest, "push")
            pushes.append(Pushed(target, packed.manifest, size, self._sending.copied, tag.replaced))
        self._remember(made, targets[0])
        return tuple(pushes)

    def _attach(self, made: Assembled) -> Attaching:
        """The layers are nowhere here but in the files they were made of."""
        packed = made.packed
        plans = zip(packed.layers, self._prepared.plan.layers, strict=True)
        places: dict[Digest, Fetcher] = {
            packed.manifest.digest: MemorySource(packed.manifest_bytes),
            packed.config.digest: MemorySource(made.config_bytes),
        }
        places |= {layer.descriptor.digest: PlanSource(planned.plan) for layer, planned in plans}
        blobs = BlobsInPlaces(places)
        kit = load_kit(blobs, packed.manifest)
        return try_to_attach(self._repository, kit, blobs, self._token, self._report)

    def _remember(self, made: Assembled, target: Reference) -> None:
        """What the folder was packed as, and manifest and config of that, which are nowhere else here."""
        manifest, tools = made.packed.manifest, self._tools
        if tools.projects is not None:
            tools.projects.update(self._folder, reference=target.short, digest=manifest.digest)
        if tools.manifests is not None:
            tools.manifests.put(manifest.digest, made.packed.manifest_bytes)
            tools.manifests.put(made.packed.config.digest, made.config_bytes)

    def _assemble(self, blobs: Sequence[PackedBlob]) -> Assembled:
        return assemble(self._prepared.plan, self._prepared.kitfile, Compression.NONE, blobs)

    def _tag(self, made: Assembled, target: Reference, expected: str | None) -> TargetTag:
        return TargetTag(self._repository, target, made.packed.manifest, made.packed.manifest_bytes, expected)
