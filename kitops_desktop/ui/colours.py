"""The colours of the window, for a light and a dark scheme.

``QPalette`` has no words for "success" or "border", so widgets that paint themselves ask ``colours_of`` with
their palette. Every text colour has a contrast of at least 4.5 to the surfaces it is used on (WCAG 2 AA).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QColor, QPalette

Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Colours:
    """Names are roles, values ``#rrggbb``. The soft ones are backgrounds for the strong one of that name."""

    scheme: Scheme
    window: str
    rail: str
    surface: str
    raised: str
    hover: str
    border: str
    strong_border: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    success: str
    success_soft: str
    warning: str
    warning_soft: str
    danger: str
    danger_soft: str
    neutral_soft: str

    def colour(self, role: str) -> QColor:
        """The colour of a role, such as ``muted``."""
        return QColor(getattr(self, role))


LIGHT = Colours(
    scheme="light",
    window="#f6f7f9",
    rail="#eceff4",
    surface="#ffffff",
    raised="#ffffff",
    hover="#eef1f6",
    border="#e0e4ea",
    strong_border="#c8ced8",
    text="#1a212c",
    muted="#5b6678",
    accent="#2f54d6",
    accent_hover="#2747b8",
    accent_soft="#e3e9fd",
    on_accent="#ffffff",
    success="#17693c",
    success_soft="#dcf5e5",
    warning="#8a4b00",
    warning_soft="#fdf0d5",
    danger="#b3261e",
    danger_soft="#fde4e1",
    neutral_soft="#e4e8ee",
)

DARK = Colours(
    scheme="dark",
    window="#14181f",
    rail="#0f1319",
    surface="#1c212a",
    raised="#232935",
    hover="#262c37",
    border="#2b323d",
    strong_border="#414a58",
    text="#e8ebf0",
    muted="#9aa5b5",
    accent="#809aff",
    accent_hover="#97acff",
    accent_soft="#24315a",
    on_accent="#0e1320",
    success="#6fdc9c",
    success_soft="#163524",
    warning="#f3bd63",
    warning_soft="#3c2d10",
    danger="#ff9a91",
    danger_soft="#48211f",
    neutral_soft="#2c3340",
)


def colours_of(palette: QPalette) -> Colours:
    """The colours that belong to a palette: ``colours_of(self.palette())`` in any widget."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def palette_for(colours: Colours) -> QPalette:
    """A whole ``QPalette``: nothing is left to the platform, whose own may be of the other scheme."""
    role = QPalette.ColorRole
    palette = QPalette()
    for name, value in {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.surface,
        role.AlternateBase: colours.window,
        role.Text: colours.text,
        role.PlaceholderText: colours.muted,
        role.Button: colours.surface,
        role.ButtonText: colours.text,
        role.BrightText: colours.danger,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.Light: colours.raised,
        role.Midlight: colours.hover,
        role.Mid: colours.border,
        role.Dark: colours.strong_border,
        role.Shadow: "#000000",
        role.Accent: colours.accent,
    }.items():
        palette.setColor(name, QColor(value))
    faded = QColor(colours.muted)
    faded.setAlphaF(0.6)
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, faded)
    return palette
