"""What is to be copied beside a version: signatures and the like that refer to it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kitops_desktop.errors import InvalidManifest, KitOpsError, RegistryUnreachable
from kitops_desktop.oci.copy import Graph, read_graph
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.progress import CancelToken

if TYPE_CHECKING:
    from kitops_desktop.registry.referrers import Referrer
    from kitops_desktop.registry.repository import Repository

MAX_REFERRERS = 1000
_SIGNATURE = re.compile(r"[./-](sig|signature|sigstore)([.+-]|$)")
"""In types as cosign ("...artifact.sig.v1+json"), Notary and Sigstore name them."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A referrer with all it needs; ``subject`` is the manifest it refers to."""

    referrer: Referrer
    subject: Descriptor
    graph: Graph


@dataclass(frozen=True, slots=True)
class Missing:
    """A referrer that was not copied, and why. Where those of a manifest could not be listed, ``digest`` is
    that of the manifest, and ``artifact_type`` "".
    """

    digest: Digest
    artifact_type: str
    error: KitOpsError

    @property
    def is_signature(self) -> bool:
        return _SIGNATURE.search(self.artifact_type.lower()) is not None


@dataclass(slots=True)
class Referring:
    """What refers to the manifests of a version, and to these again; ``missing`` could not be read."""

    found: list[Attached] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)


def find_referring(source: Repository, graph: Graph, token: CancelToken) -> Referring:
    """Each once, those that others refer to first. Raises ``RegistryUnreachable`` and ``Cancelled``; other
    errors are what makes one missing.
    """
    made = Referring()
    waiting = deque(manifest for manifest, _ in graph.manifests)
    subjects = {manifest.digest for manifest in waiting}
    met: set[Digest] = set()
    while waiting:
        token.check()
        subject = waiting.popleft()
        for referrer in _listed(source, subject, made):
            if referrer.descriptor.digest in subjects | met:
                continue
            met.add(referrer.descriptor.digest)
            attached = _read(source, referrer, subject, made, token)
            if attached is None:
                continue
            made.found.append(attached)
            new = [one for one, _ in attached.graph.manifests if one.digest not in subjects]
            subjects.update(one.digest for one in new)
            waiting.extend(new)
    return made


def missing_text(missing: Iterable[Missing]) -> str:
    """``1 signature missing``; "" for none."""
    missing = tuple(missing)
    if not missing:
        return ""
    if all(one.is_signature for one in missing):
        return f"{len(missing)} signature{'' if len(missing) == 1 else 's'} missing"
    return f"{len(missing)} of the signatures and the like missing"


def _listed(source: Repository, subject: Descriptor, made: Referring) -> tuple[Referrer, ...]:
    try:
        return source.referrers(subject)
    except RegistryUnreachable:
        raise
    except KitOpsError as error:
        made.missing.append(Missing(subject.digest, "", error))
        return ()


def _read(
    source: Repository, referrer: Referrer, subject: Descriptor, made: Referring, token: CancelToken
) -> Attached | None:
    try:
        if len(made.found) >= MAX_REFERRERS:
            raise InvalidManifest(f"more than {MAX_REFERRERS} signatures and the like are not copied")
        return Attached(referrer, subject, read_graph(source, referrer.descriptor, token))
    except RegistryUnreachable:
        raise
    except KitOpsError as error:
        made.missing.append(Missing(referrer.descriptor.digest, referrer.artifact_type, error))
        return None
