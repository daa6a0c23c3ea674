"""Filters: which parts of a kit are wanted, as ``kit unpack --filter`` takes them.

``TYPE[,TYPE...][:NAME[,NAME...]]``. A layer is wanted when any filter has its type and no names, or its name
or the text of its path among the names. Types and names are compared exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.modelkit.media_types import LayerKind

KITFILE = "kitfile"
MODEL = "model"
_TYPES: dict[LayerKind, str] = {
    LayerKind.MODEL: MODEL,
    LayerKind.MODEL_PART: MODEL,
    LayerKind.CODE: "code",
    LayerKind.DATASET: "datasets",
    LayerKind.DOCS: "docs",
    LayerKind.PROMPT: "prompts",
    LayerKind.MCP_SERVER: "mcpservers",
}
FILTER_TYPES = (KITFILE, *dict.fromkeys(_TYPES.values()))
"""All types; `kit` knows the last two only from 1.11 and 1.15 on."""


@dataclass(frozen=True, slots=True)
class Filter:
    """``names`` is None when none were given: then all of the types are wanted."""

    types: tuple[str, ...]
    names: tuple[str, ...] | None = None

    def takes(self, layer: KitLayer) -> bool:
        if layer.kind is None or _TYPES[layer.kind] not in self.types:
            return False
        return (
            self.names is None or layer.path in self.names or (_is_named(layer) and layer.name in self.names)
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a kit is wanted; ``layers`` in the order of the manifest."""

    kitfile: bool
    layers: tuple[KitLayer, ...]


def parse_filter(text: str) -> Filter:
    """One filter; raises ``InvalidArgument`` with `kit`'s messages."""
    types_text, colon, names_text = text.partition(":")
    if ":" in names_text:
        raise InvalidArgument("invalid filter: should be in format <type1>,<type2>[:<filter1>,<filter2>]")
    types = tuple(types_text.split(","))
    for type_name in types:
        if type_name not in FILTER_TYPES:
            raise InvalidArgument(
                f"invalid filter type {type_name} "
                "(must be one of 'kitfile', 'model', 'datasets', 'code', or 'docs')"
            )
    return Filter(types, tuple(names_text.split(",")) if colon else None)


def select_layers(kit: ModelKit, filters: Sequence[Filter | str]) -> Selection:
    """What the filters choose; all of the kit when there are none. Raises ``InvalidArgument``."""
    parsed = parse_filters(filters)
    if not parsed:
        return Selection(True, kit.layers)
    return Selection(
        any(KITFILE in wanted.types for wanted in parsed),
        tuple(layer for layer in kit.layers if any(wanted.takes(layer) for wanted in parsed)),
    )


def parse_filters(filters: Sequence[Filter | str]) -> tuple[Filter, ...]:
    return tuple(wanted if isinstance(wanted, Filter) else parse_filter(wanted) for wanted in filters)


def filters_for_parents(filters: Sequence[Filter]) -> tuple[Filter, ...]:
    """The filters for the kits that a kit refers to: of them only models are ever taken.

    Without filters that is every model; otherwise each filter that includes models, for these alone. Nothing
    of a parent is wanted when the result is empty.
    """
    if not filters:
        return (Filter((MODEL,)),)
    return tuple(Filter((MODEL,), wanted.names) for wanted in filters if MODEL in wanted.types)


def _is_named(layer: KitLayer) -> bool:
    """Code and docs have no names: the empty one must not be found by ``code:``."""
    return layer.kind not in (LayerKind.CODE, LayerKind.DOCS)
