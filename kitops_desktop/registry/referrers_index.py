"""Listing what refers to a manifest where the registry does not do it by itself.

There the specification has an index kept under a tag made of the digest ("Referrers Tag Schema"). Whoever
pushes a referrer changes it: reads it, adds to it, writes it back. Two who do so at once can undo one
another, so it is looked at again afterwards.
"""

from __future__ import annotations

import json
from typing import Any

from kitops_desktop.errors import InvalidManifest, RegistryFailed, RemoteNotFound
from kitops_desktop.oci.descriptor import Descriptor, annotations_from_json
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.oci.manifest import INDEX_TYPE, MAX_MANIFEST_BYTES, go_json
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry import remote_manifests
from kitops_desktop.registry.endpoint import Endpoint
from kitops_desktop.registry.referrers import Referrer, fallback_tag, listed_by_api, listed_by_tag, listed_in

_ATTEMPTS = 2


def list_referrer(endpoint: Endpoint, subject: Digest, referrer: Descriptor, token: CancelToken) -> None:
    """Have the manifest ``referrer`` of the repository listed among those that refer to ``subject``.

    Raises ``InvalidManifest`` when it does not refer to that, or when something else is under the tag of the
    index; ``RegistryFailed`` when it is not listed for all that; ``RegistryError``s, ``Cancelled``.
    """
    described, content = remote_manifests.fetch(endpoint, referrer.digest, token)
    entry = _entry(described, subject, content)
    for attempt in range(_ATTEMPTS + 1):
        listed = listed_by_api(endpoint, subject, token)
        if _has(listed_by_tag(endpoint, subject, token) if listed is None else listed, entry):
            return
        if attempt == _ATTEMPTS:
            break
        if listed is None:
            _add(endpoint, subject, entry, token)
        else:  # it was stored before the registry made lists
            remote_manifests.put(endpoint, described, content, described.digest, token)
    raise RegistryFailed(endpoint.host, 0, f"it does not list what refers to {subject}")


def _has(listed: list[Referrer], entry: Descriptor) -> bool:
    return any(one.descriptor.digest == entry.digest for one in listed)


def _add(endpoint: Endpoint, subject: Digest, entry: Descriptor, token: CancelToken) -> None:
    tag = fallback_tag(subject)
    index = _index(endpoint, tag, token)
    others = [one for one in index["manifests"] if _digest(one) != entry.digest]
    index["manifests"] = [*others, entry.to_json()]
    content = go_json(index)
    if len(content) > MAX_MANIFEST_BYTES:
        raise InvalidManifest(f"the index {tag} is too long for another entry")
    described = Descriptor(INDEX_TYPE, digest_of(content), len(content))
    remote_manifests.put(endpoint, described, content, tag, token)


def _index(endpoint: Endpoint, tag: str, token: CancelToken) -> dict[str, Any]:
    """The index as it is, with fields that are not ours; a new one where there is none."""
    try:
        described, content = remote_manifests.fetch(endpoint, tag, token)
    except RemoteNotFound:
        return {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": []}
    if described.media_type != INDEX_TYPE:
        raise InvalidManifest(f"{endpoint.name}:{tag} is no index of what refers to a manifest")
    listed_in(content)  # raises for what is none
    value: dict[str, Any] = json.loads(content)
    if not isinstance(value.get("manifests"), list):
        value["manifests"] = []
    return value


def _entry(referrer: Descriptor, subject: Digest, content: bytes) -> Descriptor:
    """How a manifest is listed (image specification, "Guidelines for Artifact Usage")."""
    try:
        value: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidManifest("it is not JSON") from error
    value = value if isinstance(value, dict) else {}
    named = value.get("subject")
    if not isinstance(named, dict) or named.get("digest") != subject:
        raise InvalidManifest(f"it does not refer to {subject}")
    config = value.get("config")
    types = (value.get("artifactType"), config.get("mediaType") if isinstance(config, dict) else None)
    return Descriptor(
        referrer.media_type,
        referrer.digest,
        len(content),
        annotations_from_json(value.get("annotations")),
        next((text for text in types if isinstance(text, str) and text), None),
    )


def _digest(entry: object) -> object:
    return entry.get("digest") if isinstance(entry, dict) else None
