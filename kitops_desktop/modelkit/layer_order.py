"""In which order the layers of a kit are unpacked while they arrive from a registry."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from kitops_desktop.kitfile.paths import effective_path
from kitops_desktop.modelkit.inspect import KitLayer

WORTH_IT = 256 << 20
"""Bytes of all layers; fewer are there so soon that their order is nobody's concern."""


def small_first(layers: Sequence[KitLayer]) -> list[KitLayer]:
    """The layers from the smallest to the largest: what is there when a connection breaks is then most of
    the kit's parts, and thousands of small files are not made while the disk still writes gigabytes of
    weights, each waiting for that.

    Only where the paths of the Kitfile keep the layers apart; where one lies in another the order decides
    what stays, and is that of the manifest, as with `kit`.
    """
    if sum(layer.descriptor.size for layer in layers) < WORTH_IT:
        return list(layers)
    paths = sorted(effective_path(layer.path).split("/") for layer in layers)
    if ["."] in paths or any(after[: len(before)] == before for before, after in pairwise(paths)):
        return list(layers)
    return sorted(layers, key=lambda layer: layer.descriptor.size)
