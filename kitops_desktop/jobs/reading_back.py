"""Reading what was copied from where it was copied to: the one proof that it can be had from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kitops_desktop.errors import DigestMismatch
from kitops_desktop.oci.copy import Graph
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.verify import VerifyingReader
from kitops_desktop.progress import CancelToken, Report, Tally

if TYPE_CHECKING:
    from kitops_desktop.registry.repository import Repository

_BLOCK = 1 << 20
Describe = Callable[[Descriptor], str] | None


def read_back(
    repository: Repository, graph: Graph, token: CancelToken, report: Report, describe: Describe = None
) -> None:
    """Download all of it and compare digests; nothing is kept.

    Raises ``DigestMismatch``, ``RemoteNotFound``, ``RemoteBlobNotFound``, other ``RegistryError``s and
    ``Cancelled``.
    """
    tally = Tally(report, sum(blob.size for blob in graph.blobs))
    for manifest, _ in graph.manifests:
        repository.manifest(manifest.digest)
    for blob in graph.blobs:
        detail = f"Reading back {describe(blob) if describe else blob.digest}"
        try:
            _read(repository, blob, token, tally, detail)
        except DigestMismatch:  # damaged on the way, perhaps
            _read(repository, blob, token, tally, detail)


def _read(repository: Repository, blob: Descriptor, token: CancelToken, tally: Tally, detail: str) -> None:
    passed = 0
    try:
        with VerifyingReader(repository.fetch(blob), blob) as reader:
            while block := reader.read(_BLOCK):
                token.check()
                passed += len(block)
                tally.add(len(block), detail)
    except DigestMismatch:
        tally.add(-passed)
        raise
