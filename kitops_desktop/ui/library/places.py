"""How a comparison is named as a place to go back to."""

from __future__ import annotations

_BETWEEN = " ... "  # no reference has a blank in it
_REGISTRY = "registry "


def comparison(first: str, second: str) -> str:
    """The place where two kits are compared, as ``Navigator.open_kit`` takes it: those of the store, or with
    ``in_registry`` those of registries.
    """
    return f"{first}{_BETWEEN}{second}"


def in_registry(reference: str) -> str:
    """A side of a comparison that is read from its registry."""
    return _REGISTRY + reference


def compared(place: str) -> tuple[str, str] | None:
    """The two sides of such a place; None for any other."""
    first, between, second = place.partition(_BETWEEN)
    return (first, second) if between else None


def side(text: str) -> tuple[str, bool]:
    """The reference of a side, and whether it is in its registry."""
    return text.removeprefix(_REGISTRY), text.startswith(_REGISTRY)
