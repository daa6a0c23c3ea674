"""How the window looks: style, palette, style sheet and fonts, light or dark."""

from __future__ import annotations

import dataclasses
import re
from functools import cache

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QStyleFactory

from kitops_desktop.resource import resource
from kitops_desktop.settings import Appearance
from kitops_desktop.ui.colours import DARK, LIGHT, Colours, Scheme, palette_for
from kitops_desktop.ui.system_scheme import SystemScheme

_FONTS = ("Regular", "Medium", "SemiBold", "Bold")
_FONT_POINTS = 10
_QT_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


class Theme(QObject):
    """Dresses the application, and again whenever the desktop changes while the appearance is ``system``.

    ``changed`` comes after palette and style sheet are in place. Widgets that paint themselves need not
    listen: they are repainted, and ask ``colours_of(self.palette())``.
    """

    changed = Signal()

    def __init__(self, application: QApplication, appearance: Appearance = "system") -> None:
        super().__init__(application)
        self._application = application
        self._system = SystemScheme(self)
        self._system.changed.connect(self._on_system_changed)
        self._appearance = appearance
        self._shown: Scheme | None = None
        application.setStyle(QStyleFactory.create("Fusion"))
        application.setFont(_application_font())
        self.set_appearance(appearance)

    @property
    def scheme(self) -> Scheme:
        """What is to be shown now."""
        return self._system.scheme if self._appearance == "system" else self._appearance

    @property
    def colours(self) -> Colours:
        return DARK if self.scheme == "dark" else LIGHT

    def set_appearance(self, appearance: Appearance) -> None:
        self._appearance = appearance
        hints = self._application.styleHints()
        if appearance == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(_QT_SCHEMES[appearance])
        self._dress()

    @Slot()
    def _on_system_changed(self) -> None:
        if self._appearance == "system":
            self._dress()

    def _dress(self) -> None:
        if self._shown == self.scheme:
            return
        self._shown = self.scheme
        self._application.setPalette(palette_for(self.colours))
        self._application.setStyleSheet(style_sheet(self.colours))
        self.changed.emit()


def style_sheet(colours: Colours) -> str:
    """``resources/styles/window.qss`` with the colours in place of their names."""
    values = {**dataclasses.asdict(colours), "marks": resource("styles").as_posix()}
    template = resource("styles/window.qss").read_text(encoding="utf-8")
    return re.sub(r"@([a-z_]+)", lambda name: values[name[1]], template)


def fixed_font() -> QFont:
    """The desktop's font with columns, for digests, commands and Kitfiles."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(_FONT_POINTS - 0.5)
    return font


def _application_font() -> QFont:
    font = QFont()
    families = _load_fonts()
    if families:
        font.setFamilies([families[0], *font.families()])
    font.setPointSizeF(_FONT_POINTS)
    return font


@cache
def _load_fonts() -> list[str]:
    families: list[str] = []
    for weight in _FONTS:
        number = QFontDatabase.addApplicationFont(str(resource(f"fonts/Inter-{weight}.otf")))
        families += [name for name in QFontDatabase.applicationFontFamilies(number) if name == "Inter"]
    return families
