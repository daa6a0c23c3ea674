"""What of a kit is unpacked to be edited, as values; and which folders are no place for that."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.ui.library.kinds import CONTENT_KINDS, ContentKind
from kitops_desktop.ui.units import count_text, size_text

_TRIES = 1000


@dataclass(frozen=True, slots=True)
class LayerOption:
    """A layer to choose, or all layers of a kind where its filter cannot name them one by one. ``size`` is in
    bytes.
    """

    filter: str
    text: str
    size: int
    icon: str


def layer_options(kit: ModelKit) -> tuple[LayerOption, ...]:
    """What can be chosen of a kit, in the order of its Kitfile's sections."""
    made: list[LayerOption] = []
    for kind in CONTENT_KINDS:
        layers = [one for one in kit.layers if one.kind is not None and one.kind.value in kind.layer_kinds]
        if all(_has_usable_path(layer, layers) for layer in layers):
            made += [_one(kind, layer) for layer in layers]
        elif layers:
            made.append(_whole(kind, layers))
    return tuple(made)


def wiped_places(store_home: Path, cache: Path, home: Path) -> tuple[Path, ...]:
    """Folders whose content is deleted by the system, by `kit` or by this program sooner or later."""
    found = (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp"), cache.parent, store_home)
    # a home folder that is in one of them is the user's own all the same
    return tuple(place for place in found if place != home and place not in home.parents)


def wiped_place(folder: Path, places: Iterable[Path]) -> Path | None:
    """The one of ``places`` that ``folder`` is in, links followed; None when it is in none."""
    real = folder.resolve()
    for place in places:
        wiped = place.resolve()
        if real == wiped or wiped in real.parents:
            return place
    return None


def free_folder(folder: Path) -> Path:
    """``folder`` itself where nothing is, else ``folder-2`` and so on."""
    names = (folder, *(folder.with_name(f"{folder.name}-{number}") for number in range(2, _TRIES)))
    return next((place for place in names if not os.path.lexists(place)), folder)


def _has_usable_path(layer: KitLayer, layers: list[KitLayer]) -> bool:
    """Whether a filter can name this layer and takes no other with it."""
    path = layer.path
    others = sum(path in (one.path, one.name) for one in layers)
    return bool(path) and "," not in path and ":" not in path and others == 1


def _one(kind: ContentKind, layer: KitLayer) -> LayerOption:
    size = layer.descriptor.size
    name = f"{layer.name}, " if layer.name and layer.name != layer.path else ""
    text = f"{kind.label}: {name}{layer.path} ({size_text(size)})"
    return LayerOption(f"{kind.filter_type}:{layer.path}", text, size, kind.icon)


def _whole(kind: ContentKind, layers: list[KitLayer]) -> LayerOption:
    size = sum(layer.descriptor.size for layer in layers)
    text = f"{kind.plural}: all {count_text(len(layers), 'layer')} ({size_text(size)})"
    return LayerOption(kind.filter_type, text, size, kind.icon)
