"""Packing a folder and pushing the kit, as one job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.pack_job import PackOutcome, PackWork, pack_folder
from kitops_desktop.jobs.push_job import Pushed, PushWork, push_kit
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.oci.reference import parse_reference_with_tags


@dataclass(frozen=True, slots=True)
class PackPushWork:
    """Pack, then push to ``target`` ("": under the name it is packed as); ``expected`` is that of
    ``PushWork``.

    Further tags of ``pack`` are pushed too when the target has none of its own, whatever they stand for.
    """

    kind: ClassVar[str] = "pack-push"
    pack: PackWork
    target: str = ""
    expected: str | None = None
    parallel: int = 0

    @property
    def title(self) -> str:
        return f"Pack and push {self.target or self.pack.reference}"

    def parameters(self) -> dict[str, Any]:
        return {
            "pack": self.pack.parameters(),
            "target": self.target,
            "expected": self.expected,
            "parallel": self.parallel,
        }

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> PackPushWork:
        expected = given["expected"]
        return cls(
            PackWork.from_parameters(given["pack"]),
            str(given["target"]),
            None if expected is None else str(expected),
            int(given["parallel"]),
        )

    def run(self, context: WorkContext) -> Result:
        """What was packed stays in the store when pushing it fails."""
        self._check_target()
        outcome = pack_folder(self.pack, context.tools, token=context.token, report=context.report)
        pushes = [
            push_kit(work, context.tools, token=context.token, report=context.report)
            for work in self._pushes(outcome)
        ]
        return _result(outcome, pushes)

    def _check_target(self) -> None:
        """Before the long work: is there a registry to push to?"""
        target, _ = parse_reference_with_tags(self.target or self.pack.reference)
        if target.is_local:
            raise InvalidArgument("registry is required when pushing")
        if target.digest:
            raise InvalidArgument("a kit is pushed under a tag; its digest is the result of packing")

    def _pushes(self, outcome: PackOutcome) -> list[PushWork]:
        """The source is named by its digest: its tag may be moved by another job meanwhile."""
        packed = outcome.reference.with_digest(outcome.packed.manifest.digest)
        target = self.target or str(outcome.reference)
        first = PushWork(packed.short, target, self.expected, self.parallel)
        if self.target:
            return [first]
        others = (str(outcome.reference.with_tag(tag)) for tag in outcome.tags[1:])
        return [first, *(replace(first, target=other, expected=None) for other in others)]


def _result(outcome: PackOutcome, pushes: list[Pushed]) -> Result:
    pushed = pushes[0].result()
    return Result(
        f"Packed and pushed {pushes[0].target}",
        {
            **pushed.details,
            "packed": str(outcome.reference),
            "tags": [push.target.tag for push in pushes],
            "warnings": list(outcome.prepared.plan.warnings),
        },
    )
