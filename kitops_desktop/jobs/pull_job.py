"""Pulling a kit from a registry into the local store, with the kits it refers to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, ClassVar

from kitops_desktop.errors import KitOpsError, ModelReferenceError, RegistryError
from kitops_desktop.jobs.parents import FoundKit, Place, find_kit, find_parents
from kitops_desktop.jobs.remote import (
    ReadBefore,
    labels,
    note_stored,
    note_used,
    remote_reference,
    repository_of,
)
from kitops_desktop.jobs.space import check_store_space
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.oci.copy import PARALLEL, Copied, copy_graph
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.progress import CancelToken, Progress, Report, ignore_progress
from kitops_desktop.store.local_store import LocalStore


@dataclass(frozen=True, slots=True)
class PullWork:
    """Pull the kit ``reference``. ``parallel`` blobs come at a time, 0 for as many as suit."""

    kind: ClassVar[str] = "pull"
    reference: str
    parallel: int = 0

    @property
    def title(self) -> str:
        return f"Pull {self.reference}"

    def parameters(self) -> dict[str, Any]:
        return {"reference": self.reference, "parallel": self.parallel}

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> PullWork:
        return cls(str(given["reference"]), int(given["parallel"]))

    def run(self, context: WorkContext) -> Result:
        return pull_kit(self, context.tools, token=context.token, report=context.report).result()


@dataclass(frozen=True, slots=True)
class Pulled:
    """``parents`` are the kits it refers to, the nearest first."""

    found: FoundKit
    parents: tuple[FoundKit, ...]
    copied: Copied

    def result(self) -> Result:
        kit = self.found.kit
        return Result(
            f"Pulled {self.found.reference}",
            {
                "reference": str(self.found.reference),
                "digest": kit.descriptor.digest,
                "size": kit.manifest.layers_size,
                "parents": [str(parent.reference) for parent in self.parents],
                "blobs_received": self.copied.blobs_sent,
                "bytes_received": self.copied.bytes_sent,
                "blobs_skipped": self.copied.blobs_skipped,
                "bytes_skipped": self.copied.bytes_skipped,
            },
        )


@dataclass(frozen=True, slots=True)
class ToPull:
    """A kit of a registry and, nearest first, those it refers to; ``failure`` is why some of these are not
    known.
    """

    found: FoundKit
    parents: tuple[FoundKit, ...]
    failure: KitOpsError | None = None

    @property
    def kits(self) -> tuple[FoundKit, ...]:
        """What is to be pulled, in that order: parents first, the deepest of them first of all."""
        return tuple(kit for kit in (*reversed(self.parents), self.found) if kit.place is Place.REMOTE)


def pull_kit(
    work: PullWork,
    tools: Tools,
    *,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
    announce: Callable[[str], None] = lambda _: None,
) -> Pulled:
    """Pull a kit and those it refers to; each is listed in the store once all of it is there. When one of the
    latter cannot be had, the kit itself is pulled all the same before that is raised.

    Of what is listed under the same tag already, the tag moves and the kit stays. ``announce`` is told the
    steps in the words of `kit`. Otherwise than there, a parent is listed under its own name. Raises
    ``InvalidReference``, ``InvalidArgument``, ``RemoteNotFound``, ``NotAModelKit``, ``ModelReferenceError``,
    ``DigestMismatch``, ``DiskFull``, ``StoreError``s, ``RegistryError``s and ``Cancelled``.
    """
    token = token or CancelToken()
    found = find_kit(tools, remote_reference(work.reference, "pulling"), Place.REMOTE, token)
    wanted = with_parents(found, tools, token)
    for parent in wanted.parents:
        if parent.place is Place.REMOTE:
            announce(f"Pulling referenced image {parent.reference.short}")
    return pull_found(wanted, tools, parallel=work.parallel, token=token, report=report)


def with_parents(found: FoundKit, tools: Tools, token: CancelToken) -> ToPull:
    """Find the kits it refers to; what is wrong with them is for when the kit itself has been pulled."""
    try:
        return ToPull(found, find_parents(found.kit.kitfile, tools, Place.REMOTE, token))
    except (ModelReferenceError, RegistryError) as error:
        return ToPull(found, (), error)


def pull_found(
    wanted: ToPull, tools: Tools, *, parallel: int, token: CancelToken, report: Report = ignore_progress
) -> Pulled:
    """As ``pull_kit``, of kits that were looked at already."""
    store = tools.store
    with ExitStack() as leases:
        for found in (*wanted.parents, wanted.found):
            leases.enter_context(store.lease(found.kit.digests))
        check_store_space(store, _missing(store, wanted.kits))
        copied = _Pulling(tools, wanted.kits, parallel or PARALLEL, token, report).run()
    if wanted.failure is not None:
        raise wanted.failure
    return Pulled(wanted.found, wanted.parents, copied)


def _missing(store: LocalStore, kits: Sequence[FoundKit]) -> int:
    """The bytes of the blobs that are not in the store yet."""
    blobs = {blob.digest: blob for kit in kits for blob in _blobs(kit)}
    return sum(blob.size for blob in blobs.values() if not store.exists(blob))


def _blobs(kit: FoundKit) -> tuple[Descriptor, ...]:
    return (kit.kit.manifest.config, *kit.kit.manifest.layers)


class _Pulling:
    """One kit after the other, with the progress of all."""

    def __init__(
        self, tools: Tools, kits: Sequence[FoundKit], parallel: int, token: CancelToken, report: Report
    ) -> None:
        self._tools = tools
        self._kits = kits
        self._parallel = parallel
        self._token = token
        self._report = report
        self._total = sum(blob.size for kit in kits for blob in _blobs(kit))

    def run(self) -> Copied:
        done = 0
        each: list[Copied] = []
        for found in self._kits:
            each.append(self._pull(found, done))
            done += sum(blob.size for blob in _blobs(found))
        return Copied(
            sum(copied.blobs_sent for copied in each),
            sum(copied.bytes_sent for copied in each),
            sum(copied.blobs_skipped for copied in each),
            sum(copied.bytes_skipped for copied in each),
            0,
        )

    def _pull(self, found: FoundKit, before: int) -> Copied:
        store = self._tools.store
        reference, manifest = found.reference, found.kit.descriptor

        def report(progress: Progress) -> None:
            self._report(Progress(before + progress.done, self._total, progress.detail))

        copied = copy_graph(
            ReadBefore(repository_of(self._tools, reference, self._token), found.kit),
            store,
            manifest,
            parallel=self._parallel,
            token=self._token,
            report=report,
            describe=labels(found.kit),
        )
        tags = (reference.tag,) if reference.tag else ()
        store.add_manifest(reference.repository_name, manifest, tags)
        note_used(self._tools, reference, manifest.digest, "pull")
        note_stored(self._tools, reference.repository_name, tags, manifest.digest, "pull")
        return copied
