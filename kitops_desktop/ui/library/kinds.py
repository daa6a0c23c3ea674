"""The kinds of contents as people meet them: pills, counts and filters speak of models, not of model parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
    ContentKind("mcpServers", "MCP server", "MCP servers", "mcpserver", "neutral", ("mcpserver",)),
)


def content_kinds(layer_kinds: Iterable[str]) -> tuple[ContentKind, ...]:
    """The kinds that occur among ``layer_kinds``, in the order of a Kitfile."""
    present = {str(kind) for kind in layer_kinds}
    return tuple(kind for kind in CONTENT_KINDS if present.intersection(kind.layer_kinds))


def content_kind(layer_kind: str) -> ContentKind | None:
    """The kind a layer belongs to; None for a layer we do not know."""
    return next((kind for kind in CONTENT_KINDS if str(layer_kind) in kind.layer_kinds), None)
