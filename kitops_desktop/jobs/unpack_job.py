"""Unpacking a kit of the local store or of a registry into a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

from kitops_desktop.jobs.arriving import Arriving, TwoReports
from kitops_desktop.jobs.parents import FoundKit, Place, find_kit, find_parents
from kitops_desktop.jobs.placed_memory import placed_before
from kitops_desktop.jobs.pull_job import pull_found, with_parents
from kitops_desktop.jobs.range_matching import match_by_range
from kitops_desktop.jobs.remote import note_used
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.modelkit.filters import filters_for_parents, parse_filters
from kitops_desktop.modelkit.pieces import SingleFiles
from kitops_desktop.modelkit.unpack import OnExisting, Unpacked, unpack
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.preview.layer_lists import LayerLists
from kitops_desktop.progress import CancelToken, Report, ignore_progress
from kitops_desktop.store.local_store import LocalStore

_MOST_NAMED = 1000
"""So many paths are kept with a result."""


@dataclass(frozen=True, slots=True)
class UnpackWork:
    """Unpack what ``filters`` (as `kit` has them) and ``globs`` (of paths inside) choose into ``target``.

    ``existing`` says what happens to files in the way, ``decisions`` says it for single paths. ``source`` is
    where the kit is looked for. From a registry only the layers that are chosen are read, unless ``keep``
    has all of the kit pulled into the store as well (``parallel`` blobs at a time, 0 for as many as suit).
    Where ``globs`` choose little of a layer there, only that is fetched, by range, which no digest covers;
    with ``whole_layers`` never.
    """

    kind: ClassVar[str] = "unpack"
    reference: str
    target: Path
    filters: tuple[str, ...] = ()
    globs: tuple[str, ...] = ()
    existing: OnExisting = OnExisting.FAIL
    decisions: Mapping[str, OnExisting] = field(default_factory=dict)
    source: Literal["local", "remote", "auto"] = "local"
    keep: bool = False
    parallel: int = 0
    whole_layers: bool = False

    @property
    def title(self) -> str:
        if self.keep:
            return f"Pull and unpack {self.reference}"
        return f"Unpack {self.reference.removeprefix('localhost/')}"

    def parameters(self) -> dict[str, Any]:
        return {
            "reference": self.reference,
            "target": str(self.target),
            "filters": list(self.filters),
            "globs": list(self.globs),
            "existing": self.existing.value,
            "decisions": {path: decision.value for path, decision in self.decisions.items()},
            "source": str(self.source),
            "keep": self.keep,
            "parallel": self.parallel,
            "whole_layers": self.whole_layers,
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
            Place(given.get("source", Place.LOCAL)).value,
            bool(given.get("keep", False)),
            int(given.get("parallel", 0)),
            bool(given.get("whole_layers", True)),  # what an earlier version began was to be verified
        )

    def run(self, context: WorkContext) -> Result:
        found, done = _unpack(self, context.tools, context.token, context.report, None)
        matched = match_by_range(context.tools, self.reference, self.target, done, context.token)
        says = "" if matched is None or not matched.text else f"; {matched.text}"
        files = "1 file" if done.files == 1 else f"{done.files:,} files"
        return Result(
            f"Unpacked {files} of {self.reference.removeprefix('localhost/')}"
            f"{_range_text(done)}{says}{_skipped_text(done)}{_before_text(done)}",
            {
                "reference": self.reference,
                "digest": found.kit.descriptor.digest,
                "folder": str(self.target),
                "files": done.files,
                "size": done.size,
                "skipped": len(done.skipped),
                "layers_before": len(done.layers_before),
                "layers_verified": len(done.verified),
                "files_by_range": len(done.by_range),
                "paths_by_range": list(done.by_range[:_MOST_NAMED]),
                "index": "" if matched is None else matched.index,
                "paths_not_as_indexed": [] if matched is None else list(matched.differing[:_MOST_NAMED]),
                "beside": list(done.beside[:_MOST_NAMED]),
            },
        )


def _range_text(done: Unpacked) -> str:
    """What no digest vouches for."""
    count = len(done.by_range)
    whole = "; layers were fetched as a whole, as the registry gives no parts" if done.whole else ""
    if not count:
        return whole
    some = "" if count == done.files else f", {count:,} of them"
    return f"{some} by range, not covered by a layer's digest{whole}"


def _skipped_text(done: Unpacked) -> str:
    """What was in the way and stayed."""
    count = len(done.skipped)
    if not count:
        return ""
    return f"; {'1 file that was there was' if count == 1 else f'{count:,} files that were there were'} kept"


def _before_text(done: Unpacked) -> str:
    """What was left from an earlier attempt; the layer it was at has been read from its beginning."""
    count = len(done.layers_before)
    if not count:
        return ""
    return f"; {'1 layer was' if count == 1 else f'{count:,} layers were'} in place already"


def unpack_reference(
    work: UnpackWork,
    tools: Tools,
    *,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
    announce: Callable[[str], None] | None = None,
) -> Unpacked:
    """Unpack a kit, and what it takes from the kits it refers to, which are looked for in the store first.

    ``announce`` is told each step in the words of `kit`. No blob it needs is removed meanwhile. Raises
    ``InvalidReference``, ``ReferenceNotFound``, ``NotAModelKit``, ``ModelReferenceError``, what
    ``modelkit.unpack.unpack`` raises, and for registries ``RegistryError``s.
    """
    return _unpack(work, tools, token or CancelToken(), report, announce)[1]


def _unpack(
    work: UnpackWork,
    tools: Tools,
    token: CancelToken,
    report: Report,
    announce: Callable[[str], None] | None,
) -> tuple[FoundKit, Unpacked]:
    reference = parse_reference(work.reference)
    wanted_of_parents = filters_for_parents(parse_filters(work.filters))
    kit = find_kit(tools, reference, Place(work.source), token)
    if kit.place is Place.REMOTE and work.keep:
        return kit, _pull_and_unpack(work, tools, kit, bool(wanted_of_parents), token, report, announce)
    if kit.place is Place.REMOTE:
        note_used(tools, reference, kit.kit.descriptor.digest, "unpack")
    parents = find_parents(kit.kit.kitfile, tools, Place.AUTO, token) if wanted_of_parents else ()
    return kit, _unpack_found(work, tools, kit, parents, token, report, announce)


def _unpack_found(
    work: UnpackWork,
    tools: Tools,
    kit: FoundKit,
    parents: Sequence[FoundKit],
    token: CancelToken,
    report: Report,
    announce: Callable[[str], None] | None,
) -> Unpacked:
    with ExitStack() as leases:
        for needed in (kit, *parents):
            leases.enter_context(tools.store.lease(needed.kit.digests))
        return unpack(
            kit.kit,
            kit.fetcher,
            work.target,
            filters=work.filters,
            globs=work.globs,
            existing=work.existing,
            decisions=work.decisions,
            parents=[(parent.kit, parent.fetcher) for parent in parents],
            before=placed_before(
                tools.placed, work.target, kit.kit.descriptor.digest, work.filters, work.globs
            ),
            single=None if work.keep or work.whole_layers else _single_files(tools),
            token=token,
            report=report,
            announce=announce,
        )


def _single_files(tools: Tools) -> SingleFiles:
    """Layers that the store has are verified: that costs no network."""
    store = tools.store
    return SingleFiles(LayerLists(tools.listings).list_files, store.exists)


def _pull_and_unpack(
    work: UnpackWork,
    tools: Tools,
    kit: FoundKit,
    with_models_of_parents: bool,
    token: CancelToken,
    report: Report,
    announce: Callable[[str], None] | None,
) -> Unpacked:
    """Side by side: a layer is unpacked as soon as it is in the store. When one fails, the other is stopped;
    what is complete by then stays.
    """
    wanted = with_parents(kit, tools, token)
    if wanted.failure is not None and with_models_of_parents:
        raise wanted.failure
    own = CancelToken()
    detach = token.on_cancel(own.cancel)
    reports = TwoReports(report)
    with ThreadPoolExecutor(1, thread_name_prefix="pull") as pool:
        pulling: Future[object] = pool.submit(
            pull_found, wanted, tools, parallel=work.parallel, token=own, report=reports.first
        )
        arriving, *parents = (_arriving(found, tools.store, pulling, own) for found in (kit, *wanted.parents))
        try:
            done = _unpack_found(work, tools, arriving, parents, own, reports.second, announce)
            pulling.result()
        except BaseException:
            own.cancel()
            raise
        finally:
            detach()
    return done


def _arriving(found: FoundKit, store: LocalStore, pulling: Future[object], token: CancelToken) -> FoundKit:
    if found.place is Place.LOCAL:
        return found
    return replace(found, fetcher=Arriving(store, found.fetcher, found.kit.manifest.layers, pulling, token))
