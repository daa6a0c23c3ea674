"""Descriptors: media type, digest and size of a blob (OCI image specification, descriptor.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kitops_desktop.errors import InvalidManifest
from kitops_desktop.oci.digest import Digest, is_digest

MAX_SIZE = 2**63 - 1
"""Sizes are int64 in the specification, in bytes."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a blob is and how to find it. ``size`` is in bytes; annotations are pairs in their order."""

    media_type: str
    digest: Digest
    size: int
    annotations: tuple[tuple[str, str], ...] = ()
    artifact_type: str | None = None

    def annotation(self, key: str) -> str | None:
        return dict(self.annotations).get(key)

    def to_json(self) -> dict[str, Any]:
        """The descriptor as JSON object, keys in the order in which `kit` writes them."""
        made: dict[str, Any] = {"mediaType": self.media_type, "digest": self.digest, "size": self.size}
        if self.annotations:
            made["annotations"] = dict(self.annotations)
        if self.artifact_type:
            made["artifactType"] = self.artifact_type
        return made

    @classmethod
    def from_json(cls, value: object) -> Descriptor:
        """Read a descriptor from parsed JSON; raises ``InvalidManifest`` naming the field that is wrong."""
        if not isinstance(value, Mapping):
            raise InvalidManifest("a descriptor is not an object")
        media_type, digest, size = value.get("mediaType"), value.get("digest"), value.get("size")
        if not isinstance(media_type, str):
            raise InvalidManifest("a descriptor has no mediaType")
        if not isinstance(digest, str) or not is_digest(digest):
            raise InvalidManifest("a descriptor has no valid digest")
        if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= MAX_SIZE:
            raise InvalidManifest(f"the descriptor of {digest} has no valid size")
        artifact_type = value.get("artifactType")
        return cls(
            media_type,
            Digest(digest),
            size,
            annotations_from_json(value.get("annotations")),
            artifact_type if isinstance(artifact_type, str) else None,
        )


def annotations_from_json(value: object) -> tuple[tuple[str, str], ...]:
    """Annotations as pairs; entries that are not text are left out, as they mean nothing to anybody."""
    if not isinstance(value, Mapping):
        return ()
    return tuple((k, v) for k, v in value.items() if isinstance(k, str) and isinstance(v, str))
