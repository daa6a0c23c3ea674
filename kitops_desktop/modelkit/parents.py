"""Kits that build on other kits: a ``model.path`` that is a reference names the kit the model comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kitops_desktop.errors import ModelReferenceError
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.layers import layer_entries
from kitops_desktop.oci.reference import Reference, is_reference, parse_reference

MAX_PARENTS = 10
"""How many kits `kit` follows."""


def parent_reference(kitfile: Kitfile) -> str | None:
    """The reference in ``model.path``, as its text stands there; None when the model lies in the kit."""
    path = kitfile.model.path if kitfile.model else ""
    return path if is_reference(path) else None


def resolve_parents(kitfile: Kitfile, load: Callable[[Reference], ModelKit]) -> tuple[ModelKit, ...]:
    """The kits a Kitfile refers to, one through the other, the nearest first.

    Raises ``ModelReferenceError`` with `kit`'s messages for a cycle and for more than ten kits, and what
    ``load`` raises.
    """
    found: list[ModelKit] = []
    chain: list[str] = []
    seen: set[Reference] = set()
    text = parent_reference(kitfile)
    while text is not None:
        reference = parse_reference(text)
        if reference in seen:
            cycle = "=>".join([*chain, text])
            raise ModelReferenceError(f"Found cycle in modelkit references: [{cycle}]", [*chain, text])
        chain.append(text)
        seen.add(reference)
        if len(chain) > MAX_PARENTS:
            raise ModelReferenceError("reached maximum number of model references", chain)
        kit = load(reference)
        found.append(kit)
        text = parent_reference(kit.kitfile)
    return tuple(found)


def parent_paths(parents: Iterable[ModelKit]) -> tuple[str, ...]:
    """The paths of all layers of the parents: a kit that builds on them does not pack these itself."""
    paths = (entry.path for kit in parents for entry in layer_entries(kit.kitfile))
    return tuple(dict.fromkeys(paths))
