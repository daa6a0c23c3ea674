"""The icons of ``resources/icons``, in the colours of the scheme.

An icon is tinted when it is drawn, by the application's palette of that moment: when the scheme changes, a
repaint is all it takes.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from kitops_desktop.resource import resource
from kitops_desktop.ui.colours import colours_of

_DISABLED_OPACITY = 0.4
_SHARP = 4.0  # enough for every screen


def icon(name: str, role: str = "text", checked_role: str = "") -> QIcon:
    """The icon ``name`` in the colour ``role`` of ``Colours``; ``checked_role`` is for a checked button.

    Raises ``FileNotFoundError`` for a name that has no picture.
    """
    return QIcon(_TintedEngine(name, role, checked_role or role))


@lru_cache(maxsize=64)
def tinted(name: str, colour: str) -> QIcon:
    """The icon in a colour ``#rrggbb`` that is the same in both schemes."""
    return QIcon(pixmap(name, 16, colour, _SHARP))


def pixmap(name: str, size: int, colour: str, ratio: float = 1.0) -> QPixmap:
    """The icon as a picture of ``size`` logical pixels in the colour ``#rrggbb``."""
    picture = _picture(name, round(size * ratio), round(size * ratio), colour)
    picture.setDevicePixelRatio(ratio)
    return picture


def application_icon() -> QIcon:
    return QIcon(str(resource("icons/kitops-desktop.svg")))


class _TintedEngine(QIconEngine):
    def __init__(self, name: str, role: str, checked_role: str) -> None:
        super().__init__()
        self._name, self._role, self._checked_role = name, role, checked_role
        _source(name)

    def clone(self) -> QIconEngine:
        return _TintedEngine(self._name, self._role, self._checked_role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if mode is QIcon.Mode.Disabled:
            painter.setOpacity(painter.opacity() * _DISABLED_OPACITY)
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        _renderer(self._name, self._colour(state, mode)).render(painter, square)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        picture = _picture(self._name, size.width(), size.height(), self._colour(state, mode))
        if mode is not QIcon.Mode.Disabled:
            return picture
        faded = _empty(size.width(), size.height())
        painter = QPainter(faded)
        painter.setOpacity(_DISABLED_OPACITY)
        painter.drawPixmap(0, 0, picture)
        painter.end()
        return faded

    def _colour(self, state: QIcon.State, mode: QIcon.Mode) -> str:
        role = self._checked_role if state is QIcon.State.On else self._role
        if mode is QIcon.Mode.Disabled and role == "on_accent":
            role = "text"  # the ground of a disabled button is not the accent
        return str(getattr(colours_of(QGuiApplication.palette()), role))


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))


@lru_cache(maxsize=512)
def _picture(name: str, width: int, height: int, colour: str) -> QPixmap:
    picture = _empty(width, height)
    painter = QPainter(picture)
    side = min(width, height)
    square = QRectF((width - side) / 2, (height - side) / 2, side, side)
    _renderer(name, colour).render(painter, square)
    painter.end()
    return picture


def _empty(width: int, height: int) -> QPixmap:
    picture = QPixmap(max(1, width), max(1, height))
    picture.fill(Qt.GlobalColor.transparent)
    return picture
