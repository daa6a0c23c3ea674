"""What lies behind a tag: a ModelKit, or what else registries hold, told apart by its manifest."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from kitops_desktop.modelkit.media_types import (
    CONFIG_TYPE,
    MODELKIT_ARTIFACT_TYPE,
    MODELPACK_ARTIFACT_TYPE,
    MODELPACK_CONFIG_TYPE,
)
from kitops_desktop.oci.digest import Digest

COSIGN_TAG = re.compile(r"sha256-([0-9a-f]{64})(\.(sig|att|sbom))?")
"""Tags under which signatures and the like of a version are kept (cosign; the specification's tag schema)."""

CREATED = "org.opencontainers.image.created"
_EMPTY_CONFIG = "application/vnd.oci.empty.v1+json"
_MAX_TYPE = 80


class ArtifactKind(StrEnum):
    MODEL_KIT = "ModelKit"
    MODEL_PACK = "ModelPack"
    IMAGE = "Container image"
    INDEX = "Image index"
    SIGNATURE = "Signature"
    OTHER = "Other artifact"


@dataclass(frozen=True, slots=True)
class Artifact:
    """``detail`` says more of its kind ("Helm chart", a media type).

    ``size`` is of the layers in bytes, as it is said everywhere of kits; None for an index. ``created`` is
    in seconds since the epoch, None when the manifest does not say.
    """

    kind: ArtifactKind
    detail: str = ""
    size: int | None = None
    created: float | None = None
    layers: int = 0

    @property
    def is_kit(self) -> bool:
        """Whether it can be opened as a kit."""
        return self.kind in (ArtifactKind.MODEL_KIT, ArtifactKind.MODEL_PACK)

    @property
    def text(self) -> str:
        """What it is, in a few words."""
        return self.detail if self.kind is ArtifactKind.OTHER and self.detail else self.kind.value


_KITS = (CONFIG_TYPE, MODELKIT_ARTIFACT_TYPE)
_MODEL_PACKS = (MODELPACK_CONFIG_TYPE, MODELPACK_ARTIFACT_TYPE)
_IMAGES = ("application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json")
_OTHERS = {
    "application/vnd.cncf.helm.config.v1+json": "Helm chart",
    "application/vnd.wasm.config.v0+json": "WebAssembly module",
    "application/vnd.cncf.flux.config.v1+json": "Flux artifact",
    "application/vnd.cncf.openpolicyagent.config.v1+json": "Open Policy Agent bundle",
    "application/vnd.in-toto+json": "Attestation",
    "application/spdx+json": "Bill of materials",
    "application/vnd.kitops-desktop.file-index.v1+json": "File index",
    "application/vnd.cyclonedx+json": "Bill of materials",
}
_SIGNATURES = (
    "application/vnd.dev.cosign",
    "application/vnd.dev.sigstore",
    "application/vnd.cncf.notary.signature",
)


def artifact_of(content: bytes) -> Artifact:
    """What a manifest is of. Anything may be in it: what makes no sense counts as of another kind."""
    value = _object(content)
    if isinstance(value.get("manifests"), list):
        return Artifact(ArtifactKind.INDEX, created=_created(value), layers=len(value["manifests"]))
    config = value.get("config")
    config = config if isinstance(config, dict) else {}
    layers = value.get("layers")
    layers = [layer for layer in layers if isinstance(layer, dict)] if isinstance(layers, list) else []
    kind, detail = _kind(_text(config.get("mediaType")), _text(value.get("artifactType")), layers)
    size = sum(map(_size, layers))
    return Artifact(kind, detail, size, _created(value), len(layers))


def artifact_of_type(artifact_type: str) -> Artifact:
    """What is known of an artifact by its type alone."""
    text = type_text(artifact_type)
    kind = ArtifactKind.SIGNATURE if text == ArtifactKind.SIGNATURE.value else ArtifactKind.OTHER
    return Artifact(kind, text)


def signed_digest(tag: str) -> Digest | None:
    """The digest of the version that a tag of cosign or of the tag schema belongs to."""
    match = COSIGN_TAG.fullmatch(tag)
    return Digest(f"sha256:{match[1]}") if match else None


def signature_text(tag: str) -> str:
    """What such a tag is for."""
    match = COSIGN_TAG.fullmatch(tag)
    words = {"sig": "Signature", "att": "Attestation", "sbom": "Bill of materials"}
    return words.get(match[3] if match else "", "Referrers")


def type_text(media_type: str) -> str:
    """A media type or artifact type in words."""
    if media_type in _OTHERS:
        return _OTHERS[media_type]
    if media_type.startswith(_SIGNATURES):
        return "Signature"
    return media_type[:_MAX_TYPE] if media_type.isprintable() else ""


def _kind(config_type: str, artifact_type: str, layers: list[dict[str, Any]]) -> tuple[ArtifactKind, str]:
    if config_type in _KITS or artifact_type in _KITS:
        return ArtifactKind.MODEL_KIT, ""
    if config_type in _MODEL_PACKS or artifact_type in _MODEL_PACKS:
        return ArtifactKind.MODEL_PACK, ""
    layer_types = [_text(layer.get("mediaType")) for layer in layers]
    said = artifact_type or (config_type if config_type != _EMPTY_CONFIG else "")
    if (said or "").startswith(_SIGNATURES) or any(one.startswith(_SIGNATURES) for one in layer_types):
        return ArtifactKind.SIGNATURE, ""
    if config_type in _IMAGES and not artifact_type:
        return ArtifactKind.IMAGE, ""
    return ArtifactKind.OTHER, type_text(said or (layer_types[0] if layer_types else ""))


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _created(value: Mapping[str, Any]) -> float | None:
    annotations = value.get("annotations")
    text = annotations.get(CREATED) if isinstance(annotations, dict) else None
    try:
        return datetime.fromisoformat(text).timestamp() if isinstance(text, str) else None
    except (ValueError, OverflowError, OSError):
        return None


def _size(descriptor: Mapping[str, Any]) -> int:
    size = descriptor.get("size")
    return size if isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 2**63 else 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
