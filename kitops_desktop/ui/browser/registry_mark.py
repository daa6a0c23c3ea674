"""What a registry is for, wherever something is read from it or sent to it: colour, name and stage."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kitops_desktop.registry.host_label import HostLabel, Stage
from kitops_desktop.ui.widgets.badge import Badge, Tone
from kitops_desktop.ui.widgets.elided_label import ElidedLabel

COLOUR_NAMES = {
    "": "None",
    "blue": "Blue",
    "teal": "Teal",
    "green": "Green",
    "orange": "Orange",
    "red": "Red",
    "purple": "Purple",
    "pink": "Pink",
}
MARK_COLOURS = {
    "blue": "#3f7ef3",
    "teal": "#0d9488",
    "green": "#2f9650",
    "orange": "#cf6a0a",
    "red": "#dc4545",
    "purple": "#8b5cf6",
    "pink": "#d6478f",
}
"""With a contrast of at least 3 to the surfaces of both schemes (WCAG 2, for graphics)."""
STAGE_NAMES: dict[Stage, str] = {"": "None", "dev": "Dev", "staging": "Staging", "prod": "Production"}
_STAGE_TONES: dict[Stage, Tone] = {"dev": "neutral", "staging": "accent", "prod": "danger"}
_DOT = 10


def stage_pills(label: HostLabel) -> tuple[tuple[str, Tone], ...]:
    """The stage as a pill; none for a registry without."""
    return ((STAGE_NAMES[label.stage], _STAGE_TONES[label.stage]),) if label.stage else ()


def label_text(label: HostLabel) -> str:
    """Name and stage in words; "" when neither is given."""
    return ", ".join(part for part in (label.name, STAGE_NAMES[label.stage] if label.stage else "") if part)


def dot_icon(colour: str) -> QIcon:
    """A dot in that colour of ``MARK_COLOURS``, for a list to choose from; nothing for ""."""
    if not colour:
        return QIcon()
    picture = QPixmap(32, 32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    _paint_dot(painter, QRectF(4, 4, 24, 24), colour)
    painter.end()
    return QIcon(picture)


class ColourDot(QWidget):
    """The colour of a registry; who does not see it has the words beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = ""
        self.setFixedSize(_DOT + 2, _DOT + 2)

    def show_colour(self, colour: str) -> None:
        self._colour = colour
        self.setVisible(bool(colour))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        if self._colour:
            painter = QPainter(self)
            _paint_dot(painter, QRectF(1, 1, _DOT, _DOT), self._colour)
            painter.end()


class RegistryMark(QWidget):
    """``show_label`` shows what a registry is called and is for; hidden when that is nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dot, self._badge = ColourDot(), Badge()
        self._name = ElidedLabel(kind="muted", mode=Qt.TextElideMode.ElideRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self._dot, self._badge):
            row.addWidget(widget)
        row.addWidget(self._name, 1)
        self.hide()

    def show_label(self, label: HostLabel) -> None:
        self._dot.show_colour(label.colour)
        self._name.setText(label.name)
        self._name.setVisible(bool(label.name))
        self._badge.show_text(*(stage_pills(label) or (("", "neutral"),))[0])
        self._badge.setVisible(bool(label.stage))
        said = label_text(label)
        self.setAccessibleName(f"Registry: {said}" if said else "")
        self.setToolTip(said)
        self.setVisible(label != HostLabel())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        hint = super().sizeHint()
        return QSize(max(hint.width(), 160), hint.height())


def _paint_dot(painter: QPainter, place: QRectF, colour: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(MARK_COLOURS[colour]))
    radius = place.width() / 2
    painter.drawEllipse(QPointF(place.center()), radius, radius)
