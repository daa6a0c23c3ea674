"""Deleting tags and versions. Blobs are never deleted: registries let go of such that others still need."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress

from kitops_desktop.errors import DeletionChanged, KitOpsError, RegistryUnsupported, RemoteNotFound
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.oci.manifest import MANIFEST_TYPE, Manifest, manifest_bytes
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.registry import remote_manifests
from kitops_desktop.registry.abilities import TAG_DELETE, AbilityMemory
from kitops_desktop.registry.answers import error_of
from kitops_desktop.registry.endpoint import Endpoint
from kitops_desktop.registry.refusals import codes, refusal

_ANSWERS = frozenset({400, 404, 405, 501})
_NO_TAGS = frozenset({400, 405, 501})
"""What registries answer that delete by digest only."""
_MARK = "ml.kitops.desktop.deletes"
_EMPTY = b"{}"
_EMPTY_CONFIG = Descriptor("application/vnd.oci.empty.v1+json", digest_of(_EMPTY), len(_EMPTY))


def delete_manifest(endpoint: Endpoint, digest: Digest, token: CancelToken) -> None:
    """Delete a version, with every tag that stands for it. Raises ``RemoteNotFound`` when there is none,
    ``RegistryUnsupported`` where deleting is off.
    """
    _delete(endpoint, digest, f"delete versions of {endpoint.path}", token)


def delete_tag(
    endpoint: Endpoint,
    tag: str,
    abilities: AbilityMemory,
    push_bytes: Callable[[Descriptor, bytes], None],
    token: CancelToken,
    expected: str = "",
) -> None:
    """Delete a tag; its version and other tags of that stay.

    Where tags cannot be deleted by name, the tag is put on a manifest made for that, which is then deleted
    with it. That is not done when it is not ``expected`` any more (a digest). Raises ``RemoteNotFound``,
    ``DeletionChanged``, and ``RegistryUnsupported`` where deleting is off.
    """
    if abilities.get(endpoint.host, TAG_DELETE) != "no":
        with suppress(RegistryUnsupported, RemoteNotFound):  # some have the tag, and know no such address
            return _delete(endpoint, tag, f"delete tags of {endpoint.path}", token)
    before, content = remote_manifests.fetch(endpoint, tag, token)
    abilities.put(endpoint.host, TAG_DELETE, "no")
    dummy = manifest_bytes(Manifest(_EMPTY_CONFIG, annotations=((_MARK, os.urandom(16).hex()),)))
    described = Descriptor(MANIFEST_TYPE, digest_of(dummy), len(dummy))
    _check_deletes(endpoint, described.digest, token)
    push_bytes(_EMPTY_CONFIG, _EMPTY)
    now, expected = remote_manifests.resolve(endpoint, tag, token).digest, expected or before.digest
    if now != expected:
        raise DeletionChanged(endpoint.host, f"{endpoint.name}:{tag}", expected, now)
    try:
        remote_manifests.put(endpoint, described, dummy, tag, token)
        with suppress(RemoteNotFound):  # an attempt whose answer was lost
            delete_manifest(endpoint, described.digest, token)
    except (KitOpsError, Cancelled):
        if _stands_for(endpoint, tag, described.digest):
            remote_manifests.put(endpoint, before, content, tag, CancelToken())
        raise


def is_placeholder(content: bytes) -> bool:
    """Whether a manifest is one that ``delete_tag`` made, and could not take away again."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return False
    annotations = value.get("annotations") if isinstance(value, dict) else None
    return isinstance(annotations, dict) and _MARK in annotations


def _stands_for(endpoint: Endpoint, tag: str, digest: Digest) -> bool:
    """Somebody else may have put the tag meanwhile, or it is gone with an answer that was lost."""
    try:
        return remote_manifests.resolve(endpoint, tag, CancelToken()).digest == digest
    except RemoteNotFound:
        return False


def _check_deletes(endpoint: Endpoint, unknown: Digest, token: CancelToken) -> None:
    """Raise ``RegistryUnsupported`` where deleting is off, by trying it with what cannot be there."""
    with suppress(RemoteNotFound):
        delete_manifest(endpoint, unknown, token)


def _delete(endpoint: Endpoint, name: str, action: str, token: CancelToken) -> None:
    with endpoint.send(
        "DELETE",
        endpoint.manifest(name),
        token,
        scopes=endpoint.delete,
        action=action,
        allow=_ANSWERS,
    ) as response:
        if response.status < 400:
            return
        said = refusal(response)
    if said.status == 404:
        raise RemoteNotFound(f"{endpoint.name}{'@' if ':' in name else ':'}{name}")
    by_digest_only = ":" not in name and said.status in _NO_TAGS
    if by_digest_only or "UNSUPPORTED" in codes(said):
        raise RegistryUnsupported(endpoint.host, action)
    raise error_of(said, endpoint.host, action)
