"""A comparison of two kits as rows to show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kitops_desktop.compare.compare import Comparison, FileChanges
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import hex_of
from kitops_desktop.ui.library.file_tree_model import printable
from kitops_desktop.ui.units import count_text, size_text
from kitops_desktop.ui.widgets.badge import Tone

ABSENT = "-"
_SHORT = 12


class Standing(StrEnum):
    """How one thing differs between the left kit and the right."""

    SAME = "Same"
    CHANGED = "Changed"
    LEFT = "Only left"
    RIGHT = "Only right"
    UNREAD = "Not compared"

    @property
    def tone(self) -> Tone:
        return _TONES[self]


_TONES: dict[Standing, Tone] = {
    Standing.SAME: "neutral",
    Standing.CHANGED: "warning",
    Standing.LEFT: "danger",
    Standing.RIGHT: "success",
    Standing.UNREAD: "neutral",
}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """``left`` and ``right`` are what to show; ``order`` is what counts when sorted by size, in bytes."""

    standing: Standing
    name: str
    left: str
    right: str
    order: int = 0


@dataclass(frozen=True, slots=True)
class Side:
    """Sizes of one kit beside the other, in bytes."""

    layers: int
    size: int


def summary(comparison: Comparison) -> tuple[tuple[str, Tone], ...]:
    """The comparison in a few badges."""
    if comparison.same:
        return (("Identical", "success"),)
    made: list[tuple[str, Tone]] = [("Different", "warning")]
    same_kitfile = not comparison.kitfile_changes  # the config also differs where only layers do
    made.append(("Same Kitfile", "neutral") if same_kitfile else ("Kitfile differs", "warning"))
    if not comparison.same_annotations:
        made.append(("Annotations differ", "warning"))
    shared = sum(layer.size for layer in comparison.shared)
    made.append((f"{count_text(len(comparison.shared), 'layer')} shared, {size_text(shared)}", "neutral"))
    return tuple(made)


def side_text(kit: ModelKit, only: Sequence[Descriptor]) -> str:
    """``12.4 MiB, of which 3.1 MiB are only here``."""
    own = sum(layer.size for layer in only)
    total = size_text(kit.manifest.layers_size)
    return f"{total}, of which {size_text(own)} only here" if own else f"{total}, all of it shared"


def kitfile_rows(comparison: Comparison) -> tuple[ChangeRow, ...]:
    rows = []
    for change in comparison.kitfile_changes:
        standing = Standing.CHANGED
        if _is_absent(change.a):
            standing = Standing.RIGHT
        elif _is_absent(change.b):
            standing = Standing.LEFT
        rows.append(ChangeRow(standing, change.field, _value(change.a), _value(change.b)))
    return tuple(rows)


def layer_rows(comparison: Comparison, left: ModelKit, right: ModelKit) -> tuple[ChangeRow, ...]:
    """Layers that are only on one side first."""
    named = _by_digest(left, right)
    sides = (
        (Standing.LEFT, comparison.only_a),
        (Standing.RIGHT, comparison.only_b),
        (Standing.SAME, comparison.shared),
    )
    return tuple(_layer_row(standing, layer, named) for standing, layers in sides for layer in layers)


def file_rows(changes: FileChanges) -> Iterator[ChangeRow]:
    """What differs; files that are the same are only counted."""
    for file in (found.file for found in changes.removed):
        yield ChangeRow(Standing.LEFT, printable(file.path), size_text(file.size), ABSENT, file.size)
    for file in (found.file for found in changes.added):
        yield ChangeRow(Standing.RIGHT, printable(file.path), ABSENT, size_text(file.size), file.size)
    for before, after in changes.changed:
        sizes = size_text(before.file.size), size_text(after.file.size)
        largest = max(before.file.size, after.file.size)
        yield ChangeRow(Standing.CHANGED, printable(after.file.path), *sizes, largest)
    for before, after in changes.uncompared:  # of one size, and more than is fetched unasked
        sizes = size_text(before.file.size), size_text(after.file.size)
        yield ChangeRow(Standing.UNREAD, printable(after.file.path), *sizes, after.file.size)


def _layer_row(standing: Standing, layer: Descriptor, named: Mapping[str, KitLayer]) -> ChangeRow:
    size = f"{size_text(layer.size)}  {hex_of(layer.digest)[:_SHORT]}"
    left = ABSENT if standing is Standing.RIGHT else size
    right = ABSENT if standing is Standing.LEFT else size
    known = named.get(layer.digest)
    kind = f"{known.kind}: " if known is not None and known.kind is not None else ""
    name = known.label if known is not None else layer.media_type
    return ChangeRow(standing, f"{kind}{name}", left, right, layer.size)


def _by_digest(*kits: ModelKit) -> dict[str, KitLayer]:
    return {layer.descriptor.digest: layer for kit in kits for layer in kit.layers}


def _is_absent(value: object) -> bool:
    return value in (None, "", (), [])


def _value(value: object) -> str:
    return ABSENT if _is_absent(value) else str(value)
