"""Where we pack otherwise than kit does, on purpose: every golden layer and vector that differs, and why."""

from __future__ import annotations

from dataclasses import dataclass

STRING_PREFIX = (
    'kit compares paths as strings, so a layer "main" claims "main2" and "main-card.md" too, and drops them; '
    "we compare by component, so they are in the layer that has them"
)
TWO_DOTS = (
    "kit takes two dots anywhere in a name for a way out of the folder and drops the file; we pack it, "
    "since only a component that is two dots leaves a folder"
)


@dataclass(frozen=True)
class GoldenLayer:
    """A layer of a golden case: ``field`` of its Kitfile, and the entries it has with us and not with kit."""

    case: str
    field: str
    added: tuple[str, ...]
    why: tuple[str, ...]


@dataclass(frozen=True)
class OverlapVector:
    """A vector by its files, and the entries that our layers have."""

    files: tuple[str, ...]
    layers: tuple[tuple[str, ...], ...]
    why: str


GOLDEN_LAYERS = (
    GoldenLayer(
        "02-kitignore-overlap",
        "code[0]",
        ("dir..x", "dir..x/file", "main2", "main2/other.bin", "odd..name.txt"),
        (STRING_PREFIX, TWO_DOTS),
    ),
)

OVERLAP_VECTORS = (
    OverlapVector(
        ("m/a", "m/b/c", "m2/x", "mm", "z"),
        (("m", "m/a", "m/b", "m/b/c"), ("m2", "m2/x", "mm", "z")),
        STRING_PREFIX,
    ),
    OverlapVector(
        ("m/a", "m/b/c", "m/bb", "z"), (("m", "m/a", "m/bb"), ("m", "m/b", "m/b/c")), STRING_PREFIX
    ),
    OverlapVector(("a", "ab", "abc"), (("a",), ("ab",), ("abc",)), STRING_PREFIX),
    OverlapVector(
        ("x..y", "s/a..b", "..c", "d..", "ok"), (("..c", "d..", "ok", "s", "s/a..b", "x..y"),), TWO_DOTS
    ),
    OverlapVector(("s/a..b",), (("s", "s/a..b"),), TWO_DOTS),
)
