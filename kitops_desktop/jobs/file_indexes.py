"""File indexes of kits in registries: finding one, and attaching one."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kitops_desktop.errors import BlobNotFound, KitOpsError
from kitops_desktop.explanation import explain
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.storage import BlobReader, Fetcher
from kitops_desktop.oci.verify import read_verified
from kitops_desktop.preview.index_artifact import (
    INDEX_ARTIFACT,
    MOST_BLOB,
    AttachedIndex,
    IndexArtifact,
    index_artifact,
    read_index,
)
from kitops_desktop.preview.index_making import make_index
from kitops_desktop.progress import CancelToken, Progress, Report, ignore_progress

if TYPE_CHECKING:
    from kitops_desktop.registry.referrers import Referrer
    from kitops_desktop.registry.repository import Repository

log = logging.getLogger(__name__)

_MOST_TRIED = 3
"""So many indexes of one kit are read until one makes sense."""
MOST_REMEMBERED = 8 << 20
"""Bytes; a larger index is fetched each time it is wanted."""


def indexes_among(referrers: Iterable[Referrer]) -> tuple[Referrer, ...]:
    """Those that are file indexes, in the order of their digests."""
    found = (one for one in referrers if one.artifact_type == INDEX_ARTIFACT)
    return tuple(sorted(found, key=lambda one: one.descriptor.digest))


def find_index(
    tools: Tools,
    repository: Repository,
    kit: ModelKit,
    *,
    listed: Callable[[], Iterable[Referrer]] | None = None,
    most: int = MOST_BLOB,
) -> AttachedIndex | None:
    """The file index that is attached to ``kit`` in its registry; None when there is none that can be used.

    Layers that the store has are not in it: nothing is better than they are. What was read once is not
    fetched again, but whether there is one is asked each time, unless ``listed`` gives what refers to the
    kit. Of several the first by digest is taken, of those with at most ``most`` bytes. Raises ``Cancelled``
    only: without an index the layers are read.
    """
    store = tools.store
    here = {layer.descriptor.digest for layer in kit.layers if store.exists(layer.descriptor)}
    if all(layer.descriptor.digest in here for layer in kit.layers):
        return None
    try:
        if listed is None:
            attached = repository.referrers_of_type(kit.descriptor, INDEX_ARTIFACT)
        else:
            attached = indexes_among(listed())
    except KitOpsError as error:
        log.info("it is not known whether %s has a file index: %s", kit.descriptor.digest, error)
        return None
    for referrer in attached[:_MOST_TRIED]:
        keeping = _Keeping(repository, tools)
        try:
            found = read_index(keeping, kit, referrer.descriptor, most=most)
        except KitOpsError as error:
            log.warning("the file index %s is of no use: %s", referrer.descriptor.digest, error)
            continue
        keeping.keep()
        return replace(found, index=found.index.without(here), others=len(attached) - 1)
    return None


@dataclass(frozen=True, slots=True)
class Attaching:
    """What came of attaching an index: its ``digest``, or ``problem``, a sentence that says why not."""

    digest: Digest | None = None
    files: int = 0
    problem: str = ""

    @property
    def lacks(self) -> str:
        """What is to be added to a sentence about a push: "" when all is well."""
        return ", but no file index" if self.problem else ""

    def details(self) -> dict[str, object]:
        """As JSON can hold it."""
        return {"index": self.digest or "", "index_problem": self.problem}


def attach_index(
    repository: Repository,
    kit: ModelKit,
    layers: Fetcher,
    *,
    token: CancelToken,
    report: Report = ignore_progress,
) -> Attaching:
    """Make the index of ``kit`` from ``layers``, and attach it to the kit in ``repository``. The kit and its
    digest stay what they are.

    Raises what ``make_index`` raises, ``ContentTooLarge``, ``RegistryError``s and ``Cancelled``.
    """
    index = make_index(kit, layers, token=token, report=report)
    artifact = index_artifact(index, kit)
    _push(repository, kit, artifact)
    return Attaching(artifact.manifest.digest, index.files)


def try_to_attach(
    repository: Repository, kit: ModelKit, layers: Fetcher, token: CancelToken, report: Report
) -> Attaching:
    """As ``attach_index`` after a push, which has succeeded whatever becomes of the index: raises
    ``Cancelled`` only. Progress begins anew, as all layers are read.
    """

    def report_reading(progress: Progress) -> None:
        report(Progress(progress.done, progress.total, f"{progress.detail} (file index)"))

    try:
        return attach_index(repository, kit, layers, token=token, report=report_reading)
    except KitOpsError as error:
        explanation = explain(error)
        return Attaching(problem=f"{explanation.title}. {explanation.reason}".strip())


def _push(repository: Repository, kit: ModelKit, artifact: IndexArtifact) -> None:
    for blob, content in artifact.blobs:
        if not repository.holds(blob):
            repository.push_bytes(blob, content)
    repository.push_bytes(artifact.manifest, artifact.manifest_bytes)
    repository.list_referrer(kit.descriptor, artifact.manifest)


class BlobsInPlaces:
    """A ``Fetcher`` of blobs that are each somewhere else."""

    def __init__(self, places: Mapping[Digest, Fetcher]) -> None:
        self._places = places

    def exists(self, descriptor: Descriptor) -> bool:
        return descriptor.digest in self._places

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BlobReader:
        place = self._places.get(descriptor.digest)
        if place is None:
            raise BlobNotFound(descriptor.digest)
        return place.fetch(descriptor, start, length)


class _Keeping:
    """Small blobs, from the memory of manifests where they are; what is not there is put there.

    It is read whole and with a limit: what is read here is read whole in any case.
    """

    def __init__(self, far: Fetcher, tools: Tools) -> None:
        self._far, self._cache = far, tools.manifests
        self._read: dict[Digest, bytes] = {}

    def exists(self, descriptor: Descriptor) -> bool:
        return self._far.exists(descriptor)

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BlobReader:
        content = None if self._cache is None else self._cache.get(descriptor.digest)
        if content is None:
            if descriptor.size > MOST_REMEMBERED:
                return self._far.fetch(descriptor, start, length)
            content = read_verified(self._far, descriptor, MOST_REMEMBERED)
            self._read[descriptor.digest] = content
        return io.BytesIO(content[start : None if length is None else start + length])

    def keep(self) -> None:
        """It was of use."""
        for digest, content in self._read.items():
            if self._cache is not None:
                self._cache.put(digest, content)
