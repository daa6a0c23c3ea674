"""Packing a folder and pushing the kit, as one job: in one pass, or with the kit kept in the store too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.pack_job import PackOutcome, PackWork, PreparedPack, pack_folder
from kitops_desktop.jobs.pack_stream import pack_into_registry
from kitops_desktop.jobs.push_forecast import PushForecast
from kitops_desktop.jobs.push_job import Pushed, PushWork, push_kit
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.pack import Packed
from kitops_desktop.oci.reference import Reference, is_tag, parse_reference_with_tags
from kitops_desktop.progress import CancelToken, Report, ignore_progress


@dataclass(frozen=True, slots=True)
class PackPushWork:
    """Pack, and push to ``target`` ("": under the name it is packed as); ``expected`` is that of
    ``PushWork``.

    Further tags of ``pack`` are pushed too when the target has none of its own, whatever they stand for.
    With ``keep`` the kit is packed into the store and pushed from there; without, layers go to the registry
    as they are read, and nothing is written. Compressed layers are kept in any case: how long one becomes is
    not known before. ``index`` is that of ``PushWork``.
    """

    kind: ClassVar[str] = "pack-push"
    pack: PackWork
    target: str = ""
    expected: str | None = None
    parallel: int = 0
    keep: bool = True
    index: bool = False

    @property
    def title(self) -> str:
        return f"Pack and push {self.target or self.pack.reference}"

    @property
    def in_one_pass(self) -> bool:
        return not self.keep and self.pack.compression is Compression.NONE

    def parameters(self) -> dict[str, Any]:
        return {
            "pack": self.pack.parameters(),
            "target": self.target,
            "expected": self.expected,
            "parallel": self.parallel,
            "keep": self.keep,
            "index": self.index,
        }

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> PackPushWork:
        expected = given["expected"]
        return cls(
            PackWork.from_parameters(given["pack"]),
            str(given["target"]),
            None if expected is None else str(expected),
            int(given["parallel"]),
            bool(given.get("keep", True)),
            bool(given.get("index", False)),
        )

    def run(self, context: WorkContext) -> Result:
        return pack_and_push(self, context.tools, token=context.token, report=context.report).result()


@dataclass(frozen=True, slots=True)
class PackedAndPushed:
    """``stored`` is what the kit is in the store; None when it was packed into the registry only."""

    packed: Packed
    prepared: PreparedPack
    pushes: tuple[Pushed, ...]
    stored: PackOutcome | None = None

    def result(self) -> Result:
        first = self.pushes[0]
        lacks = "" if first.attached is None else first.attached.lacks
        return Result(
            f"Packed and pushed {first.target}{lacks}",
            {
                **first.result().details,
                "packed": "" if self.stored is None else str(self.stored.reference),
                "tags": [push.target.tag for push in self.pushes],
                "warnings": list(self.prepared.plan.warnings),
            },
        )


def pack_and_push(
    work: PackPushWork,
    tools: Tools,
    *,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
    foretell: Callable[[PushForecast], None] | None = None,
) -> PackedAndPushed:
    """Pack and push. What was packed into the store stays there when pushing it fails.

    ``foretell`` is told what is in the registry already, when the kit is packed straight into it. Raises what
    ``pack_folder`` and ``push_kit``, or ``pack_into_registry``, raise.
    """
    targets = _targets(work)
    token = token or CancelToken()
    if work.in_one_pass:
        streamed = pack_into_registry(
            work.pack,
            targets,
            work.expected,
            tools,
            parallel=work.parallel,
            token=token,
            report=report,
            foretell=foretell,
            index=work.index,
        )
        return PackedAndPushed(streamed.packed, streamed.prepared, streamed.pushes)
    outcome = pack_folder(work.pack, tools, token=token, report=report)
    pushes = [push_kit(push, tools, token=token, report=report) for push in _pushes(work, outcome, targets)]
    return PackedAndPushed(outcome.packed, outcome.prepared, tuple(pushes), outcome)


def _targets(work: PackPushWork) -> tuple[Reference, ...]:
    """Before the long work: is there a registry to push to? The first is the one that was agreed to."""
    target, extra = parse_reference_with_tags(work.target or work.pack.reference)
    if target.is_local:
        raise InvalidArgument("registry is required when pushing")
    if target.digest:
        raise InvalidArgument("a kit is pushed under a tag; its digest is the result of packing")
    unfit = next((tag for tag in extra if not is_tag(tag)), None)
    if unfit is not None:
        raise InvalidArgument(f"{unfit!r} cannot be a tag in a registry")
    return tuple(target.with_tag(tag) for tag in dict.fromkeys((target.tag or "", *extra)))


def _pushes(work: PackPushWork, outcome: PackOutcome, targets: tuple[Reference, ...]) -> list[PushWork]:
    """The source is named by its digest: its tag may be moved by another job meanwhile."""
    packed = outcome.reference.with_digest(outcome.packed.manifest.digest)
    first = PushWork(packed.short, str(targets[0]), work.expected, work.parallel, work.index)
    others = (replace(first, target=str(one), expected=None, index=False) for one in targets[1:])
    return [first, *others]
