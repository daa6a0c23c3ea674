"""Manifests: the list of a config and layers (OCI image specification, manifest.md)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from kitops_desktop.errors import InvalidManifest
from kitops_desktop.oci.descriptor import Descriptor, annotations_from_json

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
MAX_MANIFEST_BYTES = 4 * 1024 * 1024
"""What registries accept at most (OCI distribution specification, "Pushing Manifests")."""
MAX_LAYERS = 10_000


@dataclass(frozen=True, slots=True)
class Manifest:
    """An image manifest. ``media_type`` and ``artifact_type`` are as written in it (None when absent, as
    `kit` leaves them).
    """

    config: Descriptor
    layers: tuple[Descriptor, ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    media_type: str | None = None
    artifact_type: str | None = None
    subject: Descriptor | None = None

    def annotation(self, key: str) -> str | None:
        return dict(self.annotations).get(key)

    @property
    def layers_size(self) -> int:
        """The sum of the layers' sizes in bytes; config and manifest not counted, as in `kit list`."""
        return sum(layer.size for layer in self.layers)


def parse_manifest(content: bytes) -> Manifest:
    """Read manifest bytes; raises ``InvalidManifest`` for what is not an image manifest we can use."""
    if len(content) > MAX_MANIFEST_BYTES:
        raise InvalidManifest(f"it has more than {MAX_MANIFEST_BYTES} bytes")
    value = _load_object(content)
    if value.get("schemaVersion") != 2:
        raise InvalidManifest("its schemaVersion is not 2")
    layers = value.get("layers")
    if layers is None:
        layers = []
    if not isinstance(layers, list) or len(layers) > MAX_LAYERS:
        raise InvalidManifest("its layers are no list of at most 10,000")
    subject = value.get("subject")
    return Manifest(
        config=Descriptor.from_json(value.get("config")),
        layers=tuple(Descriptor.from_json(layer) for layer in layers),
        annotations=annotations_from_json(value.get("annotations")),
        media_type=_text(value.get("mediaType")),
        artifact_type=_text(value.get("artifactType")),
        subject=None if subject is None else Descriptor.from_json(subject),
    )


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as `kit` writes it: compact, fixed key order, ``layers`` null when there are none."""
    value: dict[str, Any] = {"schemaVersion": 2}
    if manifest.media_type:
        value["mediaType"] = manifest.media_type
    if manifest.artifact_type:
        value["artifactType"] = manifest.artifact_type
    value["config"] = manifest.config.to_json()
    value["layers"] = [layer.to_json() for layer in manifest.layers] or None
    if manifest.subject:
        value["subject"] = manifest.subject.to_json()
    if manifest.annotations:
        value["annotations"] = dict(sorted(manifest.annotations))
    return go_json(value)


def go_json(value: object) -> bytes:
    """``value`` as compact JSON with the escapes of Go's encoding/json, which `kit` uses.

    Go escapes ``<``, ``>``, ``&``, U+2028 and U+2029 on top of what JSON demands and leaves all other text
    raw.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for raw, escaped in _GO_ESCAPES:
        text = text.replace(raw, escaped)
    return text.encode("utf-8", "replace")


_GO_ESCAPES = (
    ("<", "\\u003c"),
    (">", "\\u003e"),
    ("&", "\\u0026"),
    ("\u2028", "\\u2028"),
    ("\u2029", "\\u2029"),
)


def _load_object(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        why = " that can be read: nested too deep" if isinstance(error, RecursionError) else ""
        raise InvalidManifest(f"it is not JSON{why}") from error
    if not isinstance(value, dict):
        raise InvalidManifest("it is not a JSON object")
    return value


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
