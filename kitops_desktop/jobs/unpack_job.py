"""Unpacking a kit of the local store into a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from kitops_desktop.jobs.parents import local_kit, local_parents
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.modelkit.filters import filters_for_parents, parse_filters
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.unpack import OnExisting, Unpacked, unpack
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.progress import CancelToken, Report, ignore_progress


@dataclass(frozen=True, slots=True)
class UnpackWork:
    """Unpack what ``filters`` (as `kit` has them) and ``globs`` (of paths inside) choose into ``target``.

    ``existing`` says what happens to files in the way, ``decisions`` says it for single paths.
    """

    kind: ClassVar[str] = "unpack"
    reference: str
    target: Path
    filters: tuple[str, ...] = ()
    globs: tuple[str, ...] = ()
    existing: OnExisting = OnExisting.FAIL
    decisions: Mapping[str, OnExisting] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"Unpack {self.reference.removeprefix('localhost/')}"

    def parameters(self) -> dict[str, Any]:
        return {
            "reference": self.reference,
            "target": str(self.target),
            "filters": list(self.filters),
            "globs": list(self.globs),
            "existing": self.existing.value,
            "decisions": {path: decision.value for path, decision in self.decisions.items()},
        }

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> UnpackWork:
        return cls(
            given["reference"],
            Path(given["target"]),
            tuple(given["filters"]),
            tuple(given["globs"]),
            OnExisting(given["existing"]),
            {path: OnExisting(decision) for path, decision in given["decisions"].items()},
        )

    def run(self, context: WorkContext) -> Result:
        done = unpack_reference(self, context.tools, token=context.token, report=context.report)
        files = "1 file" if done.files == 1 else f"{done.files:,} files"
        return Result(
            f"Unpacked {files} of {self.reference.removeprefix('localhost/')}",
            {
                "reference": self.reference,
                "folder": str(self.target),
                "files": done.files,
                "size": done.size,
                "skipped": len(done.skipped),
            },
        )


def unpack_reference(
    work: UnpackWork,
    tools: Tools,
    *,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
    announce: Callable[[str], None] | None = None,
) -> Unpacked:
    """Unpack a kit of the local store, and what it takes from the kits it refers to.

    ``announce`` is told each step in the words of `kit`. No blob it needs is removed meanwhile. Raises
    ``InvalidReference``, ``ReferenceNotFound``, ``NotAModelKit``, ``ModelReferenceError`` and what
    ``modelkit.unpack.unpack`` raises.
    """
    store = tools.store
    kit = local_kit(store, parse_reference(work.reference))
    wanted_of_parents = filters_for_parents(parse_filters(work.filters))
    parents = local_parents(kit.kitfile, store) if wanted_of_parents else ()
    with ExitStack() as leases:
        for needed in (kit, *parents):
            leases.enter_context(store.lease(_digests(needed)))
        return unpack(
            kit,
            store,
            work.target,
            filters=work.filters,
            globs=work.globs,
            existing=work.existing,
            decisions=work.decisions,
            parents=[(parent, store) for parent in parents],
            token=token or CancelToken(),
            report=report,
            announce=announce,
        )


def _digests(kit: ModelKit) -> tuple[Digest, ...]:
    layers = (layer.descriptor.digest for layer in kit.layers)
    return (kit.descriptor.digest, kit.manifest.config.digest, *layers)
