"""The kinds of contents as people meet them: badges and filters speak of models, not of model parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kitops_desktop.modelkit.media_types import (
    PROMPT_SUBTYPE,
    SUBTYPE_ANNOTATION,
    LayerKind,
    parse_media_type,
)
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.manifest import Manifest
from kitops_desktop.ui.widgets.badge import Tone


@dataclass(frozen=True, slots=True)
class ContentKind:
    """``filter_type`` is the word of `kit unpack --filter`; ``layer_kinds`` are the layers it stands for."""

    filter_type: str
    label: str
    plural: str
    icon: str
    tone: Tone
    layer_kinds: tuple[str, ...]


CONTENT_KINDS = (
    ContentKind("model", "Model", "Models", "model", "accent", ("model", "modelpart")),
    ContentKind("datasets", "Dataset", "Datasets", "dataset", "success", ("dataset",)),
    ContentKind("code", "Code", "Code", "code", "neutral", ("code",)),
    ContentKind("docs", "Docs", "Docs", "docs", "neutral", ("docs",)),
    ContentKind("prompts", "Prompt", "Prompts", "prompt", "warning", ("prompt",)),
    ContentKind("mcpservers", "MCP server", "MCP servers", "mcpserver", "neutral", ("mcpserver",)),
)


def kinds_in(manifest: Manifest) -> tuple[ContentKind, ...]:
    """What the layers of a manifest are, without reading its Kitfile."""
    return content_kinds(filter(None, map(_layer_kind, manifest.layers)))


def content_kinds(layer_kinds: Iterable[str]) -> tuple[ContentKind, ...]:
    """The kinds that occur among ``layer_kinds``, in the order of a Kitfile."""
    present = {str(kind) for kind in layer_kinds}
    return tuple(kind for kind in CONTENT_KINDS if present.intersection(kind.layer_kinds))


def _layer_kind(layer: Descriptor) -> str | None:
    parsed = parse_media_type(layer.media_type)
    if parsed is None:
        return None
    is_prompt = layer.annotation(SUBTYPE_ANNOTATION) == PROMPT_SUBTYPE
    return LayerKind.PROMPT if is_prompt and parsed.kind is LayerKind.CODE else parsed.kind
