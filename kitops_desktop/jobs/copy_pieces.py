"""The transfers of a copy between repositories: the version, and one by one what refers to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from kitops_desktop.errors import (
    KitOpsError,
    RegistryUnreachable,
    RemoteBlobNotFound,
    RemoteNotFound,
    TagMoved,
)
from kitops_desktop.jobs.copy_plan import Attached, Missing, Referring
from kitops_desktop.jobs.mounting import MountingTarget, Neighbours
from kitops_desktop.jobs.reading_back import Describe, read_back
from kitops_desktop.jobs.series import Series
from kitops_desktop.oci.copy import Copied, Graph, copy_graph
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.progress import CancelToken, Report
from kitops_desktop.store.local_store import LocalStore

if TYPE_CHECKING:
    from kitops_desktop.registry.repository import Repository

_ASKING = 4
"""Blobs that are asked for at a time."""


class Pieces:
    """``copied`` adds up what was done so far. With ``verify`` everything is read back from the target."""

    def __init__(
        self,
        source: Repository,
        target: Repository,
        store: LocalStore,
        *,
        parallel: int,
        verify: bool,
        token: CancelToken,
        report: Report,
    ) -> None:
        self._source, self._target = source, target
        self._mounting = MountingTarget(target, Neighbours(store, target.host, target.path))
        self._parallel, self._verify = parallel, verify
        self._token = token
        self._series = Series(report)
        self.copied = Copied(0, 0, 0, 0, 0)

    def copy(
        self, graph: Graph, referring: Referring, describe: Describe = None
    ) -> tuple[tuple[Attached, ...], tuple[Missing, ...]]:
        """Copy it all; gives what came along of what refers to it, and what did not.

        A referrer that fails does not keep the others from being copied, unless the network is gone.
        """
        graphs = (graph, *(one.graph for one in referring.found))
        self._series.expect(sum(_size(one) for one in graphs) * (2 if self._verify else 1))
        self._piece(graph, describe)
        came_along: list[Attached] = []
        missing = list(referring.missing)
        for one in referring.found:
            try:
                self._attach(one)
                came_along.append(one)
            except RegistryUnreachable:
                raise
            except KitOpsError as error:
                digest, artifact_type = one.referrer.descriptor.digest, one.referrer.artifact_type
                missing.append(Missing(digest, artifact_type, error))
        return tuple(came_along), tuple(missing)

    def _attach(self, one: Attached) -> None:
        tag = one.referrer.tag if one.referrer.how == "cosign-tag" else None
        if tag is not None:
            self._check_free(tag, one)
        self._piece(one.graph)
        manifest, content = one.graph.manifests[-1]
        if tag is None:
            self._target.list_referrer(one.subject, manifest)
        elif not self._stands_for(tag, manifest):
            self._target.put_tag(manifest, content, tag)

    def _check_free(self, tag: str, one: Attached) -> None:
        """Signatures that the target has under that tag already are not thrown away."""
        try:
            found = self._target.resolve(tag).digest
        except RemoteNotFound:
            return
        if found != one.referrer.descriptor.digest:
            raise TagMoved(self._target.host, f"{self._target.name}:{tag}", "", found)

    def _stands_for(self, tag: str, manifest: Descriptor) -> bool:
        try:
            return self._target.resolve(tag).digest == manifest.digest
        except RemoteNotFound:
            return False

    def _piece(self, graph: Graph, describe: Describe = None) -> None:
        with self._series.piece(_size(graph)) as report:
            copied = copy_graph(
                self._source,
                self._mounting,
                graph.manifests[-1][0],
                parallel=self._parallel,
                token=self._token,
                report=report,
                describe=describe,
                graph=graph,
            )
        self.copied = _sum(self.copied, copied)
        if copied.blobs_skipped < len(graph.blobs):
            self._check(graph)
        if self._verify:
            with self._series.piece(_size(graph)) as report:
                read_back(self._target, graph, self._token, report, describe)

    def _check(self, graph: Graph) -> None:
        """Some registries take manifests whose blobs are not there, so these are asked for."""

        def ask(blob: Descriptor) -> None:
            self._token.check()
            if not self._target.holds(blob):
                raise RemoteBlobNotFound(blob.digest, self._target.name)

        with ThreadPoolExecutor(_ASKING, thread_name_prefix="check of a copy") as pool:
            list(pool.map(ask, graph.blobs))


def _size(graph: Graph) -> int:
    return sum(blob.size for blob in graph.blobs)


def _sum(one: Copied, other: Copied) -> Copied:
    return Copied(
        one.blobs_sent + other.blobs_sent,
        one.bytes_sent + other.bytes_sent,
        one.blobs_skipped + other.blobs_skipped,
        one.bytes_skipped + other.bytes_skipped,
        one.mounted + other.mounted,
    )
