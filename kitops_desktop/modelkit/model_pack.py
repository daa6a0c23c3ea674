"""CNCF ModelPack artifacts made by other tools: what of their config and layers makes a Kitfile.

The config is that of the ModelPack specification (``descriptor``, ``modelfs``, ``config``); the path of a
layer is its annotation ``org.cncf.model.filepath``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kitops_desktop.errors import InvalidManifest
from kitops_desktop.kitfile.config_json import parse_json
from kitops_desktop.kitfile.kitfile import (
    MANIFEST_VERSION,
    CodeEntry,
    Dataset,
    DocsEntry,
    Kitfile,
    Model,
    ModelPart,
    Package,
)
from kitops_desktop.modelkit.media_types import (
    FILE_METADATA_ANNOTATION,
    FILEPATH_ANNOTATION,
    LayerKind,
    parse_media_type,
)
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import is_digest
from kitops_desktop.oci.manifest import Manifest


def derived_kitfile(manifest: Manifest, config: bytes) -> Kitfile:
    """A Kitfile for an artifact that carries none: one entry per layer, in the order of the layers.

    The first weights are the model, all others its parts. Raises ``InvalidManifest``.
    """
    value = _object(parse_json(config))
    found = list(_found(manifest))
    weights = [path for kind, path in found if kind is LayerKind.MODEL]
    first = found.index((LayerKind.MODEL, weights[0])) if weights else None
    of_model = (LayerKind.MODEL, LayerKind.MODEL_PART)
    parts = tuple(
        ModelPart(path=path)
        for index, (kind, path) in enumerate(found)
        if kind in of_model and index != first
    )
    return Kitfile(
        MANIFEST_VERSION,
        _package(_object(value.get("descriptor"))),
        _model(value, weights[:1], parts) if weights or parts else None,
        tuple(CodeEntry(path) for kind, path in found if kind is LayerKind.CODE),
        tuple(Dataset(path=path) for kind, path in found if kind is LayerKind.DATASET),
        tuple(DocsEntry(path) for kind, path in found if kind is LayerKind.DOCS),
    )


def diff_ids(config: bytes) -> tuple[str, ...]:
    """The digests of the uncompressed layers in the order of the manifest; "" for what is no digest."""
    found = _object(_object(parse_json(config)).get("modelfs")).get("diffIds")
    if not isinstance(found, list):
        return ()
    return tuple(item if isinstance(item, str) and is_digest(item) else "" for item in found)


def raw_metadata(descriptor: Descriptor) -> Mapping[str, Any]:
    """What a layer of one verbatim file says of it (``name``, ``mode``, ``size``); empty when unreadable."""
    text = descriptor.annotation(FILE_METADATA_ANNOTATION)
    try:
        return {} if text is None else _object(parse_json(text.encode("utf-8", "replace")))
    except InvalidManifest:
        return {}


def _found(manifest: Manifest) -> Iterator[tuple[LayerKind, str]]:
    """Kind and path of every layer whose kind is known."""
    for layer in manifest.layers:
        format = parse_media_type(layer.media_type)
        if format is not None:
            yield format.kind, layer.annotation(FILEPATH_ANNOTATION) or ""


def _package(descriptor: Mapping[str, Any]) -> Package:
    return Package(
        _text(descriptor, "name") or _text(descriptor, "title"),
        _text(descriptor, "version"),
        _text(descriptor, "description"),
        ", ".join(_texts(descriptor, "licenses")),
        _texts(descriptor, "authors"),
    )


def _model(config: Mapping[str, Any], path: list[str], parts: tuple[ModelPart, ...]) -> Model:
    descriptor, technical = _object(config.get("descriptor")), _object(config.get("config"))
    return Model(
        name=_text(descriptor, "name"),
        path="".join(path),
        framework=_text(technical, "architecture"),
        format=_text(technical, "format"),
        parts=parts,
    )


def _object(value: Any) -> Mapping[str, Any]:  # noqa: ANN401
    return value if isinstance(value, dict) else {}


def _text(value: Mapping[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""


def _texts(value: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = value.get(key)
    return tuple(item for item in found if isinstance(item, str)) if isinstance(found, list) else ()
