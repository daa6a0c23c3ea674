"""What refers to a version: signatures, attestations, lists of components.

Registries that know referrers list them. For others there is an index under a tag made of the digest, and
cosign puts its own under tags made of it too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from kitops_desktop.errors import (
    ContentTooLarge,
    DigestMismatch,
    InvalidManifest,
    RemoteNotFound,
)
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, algorithm_of, hex_of
from kitops_desktop.oci.manifest import INDEX_TYPE, MAX_MANIFEST_BYTES
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry import locations, remote_manifests
from kitops_desktop.registry.endpoint import Endpoint
from kitops_desktop.registry.exchange import Response

_ACCEPT = {"Accept": INDEX_TYPE}
_MOVED = frozenset({301, 302, 303, 307, 308})
_NO_REFERRERS = frozenset({400, 403, 404, 405, 406, 410, 429, 501})
_MAX_PAGES = 50
_MAX = 1000
_COSIGN = {
    "sig": "application/vnd.dev.cosign.artifact.sig.v1+json",
    "att": "application/vnd.dev.cosign.artifact.att.v1+json",
    "sbom": "application/vnd.dev.cosign.artifact.sbom.v1+json",
}
"""Endings of cosign's tags, and what is behind them."""


@dataclass(frozen=True, slots=True)
class Referrer:
    """``artifact_type`` is "" when nobody says. ``how`` it was found: "api", "tag-schema" or "cosign-tag";
    ``tag`` is the tag it was found by, None with the API.
    """

    descriptor: Descriptor
    artifact_type: str
    how: str
    tag: str | None = None


def referrers(
    endpoint: Endpoint, digest: Digest, token: CancelToken, listed: Sequence[Referrer] | None = None
) -> tuple[Referrer, ...]:
    """All that refer to the manifest ``digest``, each once; ``listed`` are those of ``list_of_referrers``,
    where that was asked for before. Raises ``RegistryError``s and ``Cancelled``.
    """
    if listed is None:
        listed = list_of_referrers(endpoint, digest, token)
    found = {referrer.descriptor.digest: referrer for referrer in reversed(listed)}
    for referrer in _from_cosign(endpoint, digest, token):
        found.setdefault(referrer.descriptor.digest, referrer)
    return tuple(sorted(found.values(), key=lambda one: (one.artifact_type, one.descriptor.digest)))


def list_of_referrers(endpoint: Endpoint, digest: Digest, token: CancelToken) -> list[Referrer]:
    """Those that are in a list, which is the registry's own or under a tag; what cosign has under its tags is
    in none.
    """
    listed = listed_by_api(endpoint, digest, token)
    return listed_by_tag(endpoint, digest, token) if listed is None else listed


def referrers_of_type(
    endpoint: Endpoint, digest: Digest, artifact_type: str, token: CancelToken
) -> tuple[Referrer, ...]:
    """Those of one artifact type, which asks for less. Raises ``RegistryError``s and ``Cancelled``."""
    listed = listed_by_api(endpoint, digest, token, artifact_type)
    if listed is None:
        listed = listed_by_tag(endpoint, digest, token)
    found = {one.descriptor.digest: one for one in listed if one.artifact_type == artifact_type}
    return tuple(found[name] for name in sorted(found))


def fallback_tag(digest: Digest) -> str:
    """The tag of the index in which referrers are listed where the registry lists none itself."""
    return f"{algorithm_of(digest)}-{hex_of(digest)}"


def listed_by_api(
    endpoint: Endpoint, digest: Digest, token: CancelToken, artifact_type: str = ""
) -> list[Referrer] | None:
    """None when the registry has no such list: what it answers then is of many kinds.

    With ``artifact_type`` it may leave out those of other types, and need not.
    """
    found: list[Referrer] = []
    url: str | None = endpoint.url("referrers", digest)
    if artifact_type:
        url = f"{url}?{urlencode({'artifactType': artifact_type})}"
    for _ in range(_MAX_PAGES):
        if url is None or len(found) >= _MAX:
            break
        with endpoint.send("GET", url, token, headers=_ACCEPT, allow=_NO_REFERRERS | _MOVED) as response:
            url = _elsewhere(endpoint, response)
            if url is not None:
                continue
            page = _page(response)
            if page is None:
                return found or None
            link = response.headers.get("Link", "")
            url = locations.next_page(link, response.url, endpoint.transport.origin) if page else None
        found += [Referrer(one, one.artifact_type or "", "api") for one in page]
    return found[:_MAX]


def _elsewhere(endpoint: Endpoint, response: Response) -> str | None:
    """Where a redirect leads, as long as it stays at the registry (GitHub's sends people to its site)."""
    if response.status not in _MOVED:
        return None
    url = locations.joined(response.url, response.headers.get("Location", ""))
    return url if locations.same_origin(url, endpoint.transport.origin) else None


def _page(response: Response) -> list[Descriptor] | None:
    """What is of another type than an index is no list of referrers."""
    if response.status != 200:
        return None
    if response.headers.get("Content-Type", "").partition(";")[0].strip().lower() != INDEX_TYPE:
        return None
    try:
        return listed_in(response.content(MAX_MANIFEST_BYTES))
    except (InvalidManifest, ContentTooLarge):
        return None


def listed_by_tag(endpoint: Endpoint, digest: Digest, token: CancelToken) -> list[Referrer]:
    """The fallback of the specification. GitLab answers with the subject itself, which is no index of it."""
    tag = fallback_tag(digest)
    try:
        described, content = remote_manifests.fetch(endpoint, tag, token)
        if described.media_type != INDEX_TYPE or described.digest == digest:
            return []
        found = listed_in(content)
    except (RemoteNotFound, InvalidManifest, DigestMismatch, ContentTooLarge):
        return []
    return [Referrer(one, one.artifact_type or "", "tag-schema", tag) for one in found[:_MAX]]


def _from_cosign(endpoint: Endpoint, digest: Digest, token: CancelToken) -> list[Referrer]:
    found = []
    for ending, artifact_type in _COSIGN.items():
        tag = f"{fallback_tag(digest)}.{ending}"
        try:
            described = remote_manifests.resolve(endpoint, tag, token)
        except (RemoteNotFound, DigestMismatch, ContentTooLarge):
            continue
        if described.digest != digest:
            found.append(Referrer(described, artifact_type, "cosign-tag", tag))
    return found


def listed_in(content: bytes) -> list[Descriptor]:
    """The manifests of an index; raises ``InvalidManifest`` when it is none. Those that are none are left
    out.
    """
    try:
        value: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidManifest("it is not JSON") from error
    if not isinstance(value, dict) or value.get("schemaVersion") != 2:
        raise InvalidManifest("it is no index")
    listed = value.get("manifests")
    found = []
    for item in listed if isinstance(listed, list) else []:
        try:
            found.append(Descriptor.from_json(item))
        except InvalidManifest:
            continue
    return found
