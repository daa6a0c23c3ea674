"""What the Overview says about a kit: its Kitfile as cards of labelled values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kitops_desktop.kitfile.kitfile import Kitfile, Model, Package, Parameters
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit

MAX_PARAMETERS = 500
"""Rows of a table of parameters; the Kitfile tab has them all."""

_MOST_TITLE = 400
_MOST_TEXT = 4_000
"""Characters that are shown of a value; the Kitfile tab has all of it."""

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One entry of the Kitfile, without its empty fields. ``layer`` is where its bytes are, if it has one.

    ``copied`` is a digest to copy, of what has no layer.
    """

    kind: str
    icon: str
    title: str
    description: str = ""
    fields: Fields = ()
    parameters: Fields = ()
    layer: KitLayer | None = None
    copied: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Cards of a kind under a common heading."""

    title: str
    cards: tuple[Card, ...]


def sections(kit: ModelKit) -> tuple[Section, ...]:
    """The Kitfile in its own order; sections without entries are left out."""
    layers = {layer.field: layer for layer in kit.layers}
    kitfile = kit.kitfile
    made = (
        Section("Package", _package_cards(kitfile.package)),
        Section("Model", _model_cards(kitfile.model, layers)),
        Section("Datasets", _dataset_cards(kitfile, layers)),
        Section("Code", _entries("Code", "code", "code", kitfile.code, layers)),
        Section("Docs", _entries("Docs", "docs", "docs", kitfile.docs, layers)),
        Section("Prompts", _entries("Prompt", "prompt", "prompts", kitfile.prompts, layers)),
        Section(
            "MCP servers", _entries("MCP server", "mcpserver", "mcpServers", kitfile.mcp_servers, layers)
        ),
        Section("Other layers", _unknown_layers(kit.layers)),
    )
    return tuple(
        Section(section.title, tuple(map(_bounded, section.cards))) for section in made if section.cards
    )


def _bounded(card: Card) -> Card:
    """Texts of megabytes are cut off: laying them out would take minutes."""
    return replace(
        card,
        title=_cut(card.title, _MOST_TITLE),
        description=_cut(card.description, _MOST_TEXT),
        fields=tuple((name, _cut(value, _MOST_TEXT)) for name, value in card.fields),
        parameters=tuple(
            (_cut(name, _MOST_TITLE), _cut(value, _MOST_TEXT)) for name, value in card.parameters
        ),
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}… (more in the Kitfile)"


def parameter_rows(parameters: Parameters | None) -> Fields:
    """Nested parameters as one row for each value, with the way to it as ``training.optimizer.lr``."""
    if parameters is None:
        return ()
    rows: list[tuple[str, str]] = []
    for row in _flatten("", parameters.value):
        if len(rows) == MAX_PARAMETERS:
            rows.append(("…", "more in the Kitfile"))
            break
        rows.append(row)
    return tuple(rows)


def _package_cards(package: Package) -> tuple[Card, ...]:
    if package == Package():
        return ()
    fields = _fields(
        ("Version", package.version), ("Licence", package.license), ("Authors", ", ".join(package.authors))
    )
    return (Card("Package", "kit", package.name or "(no name)", package.description, fields),)


def _model_cards(model: Model | None, layers: Mapping[str, KitLayer]) -> tuple[Card, ...]:
    if model is None:
        return ()
    fields = _fields(
        ("Path", model.path),
        ("Framework", model.framework),
        ("Format", model.format),
        ("Version", model.version),
        ("Licence", model.license),
    )
    card = Card(
        "Model",
        "model",
        model.name or model.path or "Model",
        model.description,
        fields,
        parameter_rows(model.parameters),
        layers.get("model"),
    )
    return (card, *_part_cards(model, layers))


def _part_cards(model: Model, layers: Mapping[str, KitLayer]) -> Iterator[Card]:
    for number, part in enumerate(model.parts):
        fields = _fields(("Path", part.path), ("Type", part.type), ("Licence", part.license))
        layer = layers.get(f"model.parts[{number}]")
        yield Card("Model part", "model", part.name or part.path, "", fields, (), layer)


def _dataset_cards(kitfile: Kitfile, layers: Mapping[str, KitLayer]) -> tuple[Card, ...]:
    return tuple(
        Card(
            "Dataset",
            "dataset",
            dataset.name or dataset.path or dataset.remote_path,
            dataset.description,
            _fields(
                ("Path", dataset.path),
                ("Remote path", dataset.remote_path),
                ("Remote hash", dataset.remote_hash),
                ("Licence", dataset.license),
            ),
            parameter_rows(dataset.parameters),
            layers.get(f"datasets[{number}]"),
        )
        for number, dataset in enumerate(kitfile.datasets)
    )


def _entries(
    kind: str, icon: str, section: str, entries: Iterable[Any], layers: Mapping[str, KitLayer]
) -> tuple[Card, ...]:
    """Entries with a path, a description and perhaps a name and a licence."""
    made = []
    for number, entry in enumerate(entries):
        name = getattr(entry, "name", "")
        fields = _fields(("Path", entry.path if name else ""), ("Licence", getattr(entry, "license", "")))
        layer = layers.get(f"{section}[{number}]")
        made.append(Card(kind, icon, name or entry.path, entry.description, fields, (), layer))
    return tuple(made)


def _unknown_layers(layers: Iterable[KitLayer]) -> tuple[Card, ...]:
    return tuple(
        Card(
            "Layer", "file", layer.path or layer.descriptor.digest, layer.descriptor.media_type, (), (), layer
        )
        for layer in layers
        if layer.format is None
    )


def _fields(*fields: tuple[str, str]) -> Fields:
    return tuple((label, value) for label, value in fields if value)


def _flatten(prefix: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _flatten(f"{prefix}.{key}" if prefix else str(key), item)
    elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        for number, item in enumerate(value):
            yield from _flatten(f"{prefix}[{number}]", item)
    else:
        yield prefix, _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(map(_plain, value)) or "[]"
    return json.dumps(value, ensure_ascii=False, default=str)
