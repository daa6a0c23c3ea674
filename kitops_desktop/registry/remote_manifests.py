"""Manifests of a repository: what a tag stands for, the bytes, and putting them."""

from __future__ import annotations

import hashlib
import json
import logging

from kitops_desktop.errors import DigestMismatch, RegistryFailed, RegistryRefused, RemoteNotFound
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, algorithm_of, is_digest
from kitops_desktop.oci.manifest import INDEX_TYPE, MANIFEST_TYPE, MAX_MANIFEST_BYTES
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.endpoint import Endpoint
from kitops_desktop.registry.exchange import Response

log = logging.getLogger(__name__)

MANIFEST_TYPES = (
    MANIFEST_TYPE,
    INDEX_TYPE,
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_ACCEPT = {"Accept": ", ".join(MANIFEST_TYPES)}
"""Distribution answers 404, even to HEAD, when the type of what it has is not among them."""
_DIGEST = "Docker-Content-Digest"
_DAMAGED_PAUSES = (0.2, 0.5)
"""Seconds before a manifest is put again that arrived damaged, as the registry says."""
_LOOKED_AT = frozenset({404, 405, 501})


def is_manifest(descriptor: Descriptor) -> bool:
    """Whether it is to be asked for among manifests."""
    return descriptor.media_type in MANIFEST_TYPES


def resolve(endpoint: Endpoint, tag_or_digest: str, token: CancelToken) -> Descriptor:
    """What a tag or digest stands for, without its bytes if the registry says enough.

    Raises ``RemoteNotFound``.
    """
    with endpoint.send(
        "HEAD", endpoint.manifest(tag_or_digest), token, headers=_ACCEPT, allow=_LOOKED_AT
    ) as response:
        if response.status == 404:
            raise RemoteNotFound(_name(endpoint, tag_or_digest))
        found = _described(response) if response.status == 200 else None
    if found is None or (is_digest(tag_or_digest) and found.digest != tag_or_digest):
        return fetch(endpoint, tag_or_digest, token)[0]
    return found


def fetch(endpoint: Endpoint, tag_or_digest: str, token: CancelToken) -> tuple[Descriptor, bytes]:
    """Descriptor and bytes, which have the digest that was asked for, or that the registry says a tag has.

    Raises ``RemoteNotFound``, ``DigestMismatch``, ``ContentTooLarge``.
    """
    with endpoint.send("GET", endpoint.manifest(tag_or_digest), token, headers=_ACCEPT) as response:
        if response.status == 404:
            raise RemoteNotFound(_name(endpoint, tag_or_digest))
        if response.status != 200:
            raise RegistryFailed(endpoint.host, response.status, "it gave no manifest")
        if response.headers.get("Content-Type", "").lower().startswith("text/html"):
            raise RegistryFailed(endpoint.host, 0, "it shows a web page instead")
        content = response.content(MAX_MANIFEST_BYTES)
        said = response.headers.get(_DIGEST, "")
        media_type = _type_of(response)
    expected = next((text for text in (tag_or_digest, said) if is_digest(text)), None)
    digest = digest_like(expected, content)
    if expected is not None and digest != expected:
        raise DigestMismatch(expected, digest, None, len(content))
    return Descriptor(media_type or _own_type(content), digest, len(content)), content


def exists(endpoint: Endpoint, descriptor: Descriptor, token: CancelToken) -> bool:
    """Whether the manifest is there, asked for by its digest."""
    url = endpoint.manifest(descriptor.digest)
    with endpoint.send("HEAD", url, token, headers=_ACCEPT) as response:
        return response.status == 200


def put(endpoint: Endpoint, descriptor: Descriptor, content: bytes, name: str, token: CancelToken) -> None:
    """Store a manifest under a tag, or its digest. Raises ``DigestMismatch`` when the registry took it for
    something else.
    """
    found = digest_like(descriptor.digest, content)
    if found != descriptor.digest:
        raise DigestMismatch(descriptor.digest, found, descriptor.size, len(content))
    said = _put(endpoint, descriptor, content, name, token)
    comparable = is_digest(said) and algorithm_of(Digest(said)) == algorithm_of(descriptor.digest)
    if comparable and said != descriptor.digest:
        raise DigestMismatch(descriptor.digest, said)


def _put(endpoint: Endpoint, descriptor: Descriptor, content: bytes, name: str, token: CancelToken) -> str:
    """The digest under which the registry has it, "" when it does not say.

    Distribution 3 takes a manifest for damaged that somebody else puts in the same moment.
    """
    for pause in (*_DAMAGED_PAUSES, None):
        try:
            with endpoint.send(
                "PUT",
                endpoint.manifest(name),
                token,
                scopes=endpoint.push,
                action=f"push to {endpoint.path}",
                headers={"Content-Type": descriptor.media_type},
                body=content,
                allow=frozenset(),
            ) as response:
                return response.headers.get(_DIGEST, "")
        except RegistryRefused as error:
            if error.code != "DIGEST_INVALID" or pause is None:
                raise
            log.info("a manifest arrived damaged, it says; once more")
            token.wait(pause)
    raise AssertionError("the last attempt returns or raises")


def _described(response: Response) -> Descriptor | None:
    digest, size = response.headers.get(_DIGEST, ""), response.headers.get("Content-Length", "")
    media_type = _type_of(response)
    if not is_digest(digest) or not size.isdecimal() or int(size) > 2**63 - 1 or not media_type:
        return None
    return Descriptor(media_type, Digest(digest), int(size))


def _type_of(response: Response) -> str:
    """Its ``Content-Type`` when that is one of manifests, else ""."""
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return media_type if media_type in MANIFEST_TYPES else ""


def _own_type(content: bytes) -> str:
    """What a manifest says of itself; `kit`'s say nothing and are image manifests."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return MANIFEST_TYPE
    media_type = value.get("mediaType") if isinstance(value, dict) else None
    if media_type in MANIFEST_TYPES:
        return str(media_type)
    return INDEX_TYPE if isinstance(value, dict) and "manifests" in value else MANIFEST_TYPE


def digest_like(like: str | None, content: bytes) -> Digest:
    """The digest of ``content`` by the algorithm of another; sha256 when that is None."""
    algorithm = algorithm_of(Digest(like)) if like else "sha256"
    return Digest(f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}")


def _name(endpoint: Endpoint, tag_or_digest: str) -> str:
    return f"{endpoint.name}{'@' if is_digest(tag_or_digest) else ':'}{tag_or_digest}"
