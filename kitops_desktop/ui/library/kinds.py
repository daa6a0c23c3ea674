"""The kinds of contents as people meet them: pills, counts and filters speak of models, not of model parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContentKind:
    """``filter_type`` is the word of `kit unpack --filter`; ``layer_kinds`` are the layers it stands for."""

    filter_type: str
    label: str
    plural: str
    icon: str
    layer_kinds: tuple[str, ...]


CONTENT_KINDS = (
    ContentKind("model", "Model", "Models", "model", ("model", "modelpart")),
    ContentKind("datasets", "Dataset", "Datasets", "dataset", ("dataset",)),
    ContentKind("code", "Code", "Code", "code", ("code",)),
    ContentKind("docs", "Docs", "Docs", "docs", ("docs",)),
    ContentKind("prompts", "Prompt", "Prompts", "prompt", ("prompt",)),
    ContentKind("mcpServers", "MCP server", "MCP servers", "prompt", ("mcpserver",)),
)


def content_kinds(layer_kinds: Iterable[str]) -> tuple[ContentKind, ...]:
    """The kinds that occur among ``layer_kinds``, in the order of a Kitfile."""
    present = {str(kind) for kind in layer_kinds}
    return tuple(kind for kind in CONTENT_KINDS if present.intersection(kind.layer_kinds))


def content_kind(layer_kind: str) -> ContentKind | None:
    """The kind a layer belongs to; None for a layer we do not know."""
    return next((kind for kind in CONTENT_KINDS if str(layer_kind) in kind.layer_kinds), None)
