"""How far what is on a page stands from its edges."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout

_LOW = 620
"""Pixels: in a page that is lower, the margins above and below give way to what is on it."""


def fit_margins(layout: QLayout | None, height: int) -> None:
    """The margins of a page that is so many pixels high."""
    if layout is not None:
        above, below = (8, 8) if height < _LOW else (18, 14)
        layout.setContentsMargins(24, above, 24, below)
