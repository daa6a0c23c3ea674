"""How a comparison is named as a place to go back to."""

from __future__ import annotations

_BETWEEN = " ... "  # no reference has a blank in it


def comparison(first: str, second: str) -> str:
    """The place where two kits are compared, as ``Navigator.open_kit`` takes it."""
    return f"{first}{_BETWEEN}{second}"


def compared(place: str) -> tuple[str, str] | None:
    """The two references of such a place; None for any other."""
    first, between, second = place.partition(_BETWEEN)
    return (first, second) if between else None
