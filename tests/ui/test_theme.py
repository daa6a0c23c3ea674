"""Palettes, style sheet, icons: nothing is missing, and all text can be read."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kitops_desktop.resource import resource
from kitops_desktop.ui.colours import DARK, LIGHT, Colours, colours_of, palette_for
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.theme import Theme, style_sheet
from kitops_desktop.ui.widgets.badge import tone_colours

SCHEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda colours: colours.scheme)
ICONS = sorted(path.stem for path in resource("icons").glob("*.svg"))


def luminance(value: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    colour = QColor(value)

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(first: str, second: str) -> float:
    bright, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@SCHEMES
def test_text_can_be_read_on_every_surface(colours: Colours) -> None:
    grounds = (
        colours.window,
        colours.surface,
        colours.rail,
        colours.raised,
        colours.hover,
        colours.accent_soft,
    )
    poor = [
        (text, ground)
        for text in (colours.text, colours.muted)
        for ground in grounds
        if contrast(text, ground) < 4.5
    ]
    assert not poor


@SCHEMES
def test_buttons_errors_and_pills_can_be_read(colours: Colours) -> None:
    pairs = [(colours.on_accent, colours.accent), (colours.on_accent, colours.accent_hover)]
    pairs += [
        (colours.danger, colours.surface),
        (colours.warning, colours.surface),
        (colours.accent, colours.window),
    ]
    pairs += [
        tuple(reversed(tone_colours(colours, tone)))
        for tone in ("neutral", "accent", "success", "warning", "danger")
    ]
    assert not [pair for pair in pairs if contrast(*pair) < 4.5]


@SCHEMES
def test_the_style_sheet_has_no_name_left_and_all_its_pictures(colours: Colours) -> None:
    sheet = style_sheet(colours)
    assert "@" not in sheet
    missing = [path for path in re.findall(r"url\(([^)]*)\)", sheet) if not resource(path).is_file()]
    assert not missing


@SCHEMES
def test_a_palette_tells_its_colours(colours: Colours) -> None:
    assert colours_of(palette_for(colours)) is colours


def test_the_application_is_dressed_again_when_the_user_chooses(
    theme: Theme, qapp: QApplication, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.set_appearance("dark")
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.window
    assert DARK.surface in qapp.styleSheet()
    theme.set_appearance("light")
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == LIGHT.window


def test_the_font_comes_with_the_program(theme: Theme, qapp: QApplication) -> None:
    assert qapp.font().families()[0] == "Inter"


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_draws_something(theme: Theme, name: str) -> None:
    image = icon(name).pixmap(QSize(24, 24)).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24))


def test_icons_take_the_colour_of_the_scheme(theme: Theme) -> None:
    made = icon("minus")
    light = made.pixmap(QSize(24, 24)).toImage().pixelColor(12, 12)
    theme.set_appearance("dark")
    dark = made.pixmap(QSize(24, 24)).toImage().pixelColor(12, 12)
    assert light.lightness() < 100 < dark.lightness()


def test_a_disabled_icon_is_faded(theme: Theme) -> None:
    faded = icon("minus").pixmap(QSize(24, 24), QIcon.Mode.Disabled).toImage()
    assert 0 < faded.pixelColor(12, 12).alpha() < 150


def test_an_unknown_icon_is_an_error(theme: Theme) -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-picture")
