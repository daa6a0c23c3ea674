"""Pills: a word on a coloured ground, as a widget and in the cells of a list."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QApplication,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from kitops_desktop.ui.colours import Colours, colours_of

Tone = Literal["neutral", "accent", "success", "warning", "danger"]

_PADDING = 9
_GAP = 6
_FRAME = 0.4  # how much of the colour of the text a frame has


def tone_colours(colours: Colours, tone: Tone) -> tuple[str, str]:
    """Ground and text of a tone, as ``#rrggbb``."""
    return {
        "neutral": (colours.neutral_soft, colours.muted),
        "accent": (colours.accent_soft, colours.accent),
        "success": (colours.success_soft, colours.success),
        "warning": (colours.warning_soft, colours.warning),
        "danger": (colours.danger_soft, colours.danger),
    }[tone]


def badge_font(font: QFont) -> QFont:
    smaller = QFont(font)
    smaller.setPointSizeF(max(7.0, font.pointSizeF() - 1))
    smaller.setWeight(QFont.Weight.Medium)
    return smaller


def badge_size(text: str, font: QFont) -> QSize:
    metrics = QFontMetrics(badge_font(font))
    return QSize(metrics.horizontalAdvance(text) + 2 * _PADDING, metrics.height() + 6)


def fitting(text: str, font: QFont, width: int) -> str:
    """The text of a pill, shortened to ``width`` pixels; "" where not even a letter has room."""
    metrics = QFontMetrics(badge_font(font))
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 2 * _PADDING)
    return "" if shown == "…" else shown


def paint_badge(
    painter: QPainter,
    corner: QPointF,
    text: str,
    tone: Tone,
    font: QFont,
    palette: QPalette,
    *,
    framed: bool = False,
) -> QRectF:
    """Draw a pill with its upper left at ``corner``; gives the place it took. ``framed`` where the ground
    may have its colour, as that of a selected row.
    """
    place = QRectF(corner, badge_size(text, font).toSizeF())
    ground, ink = tone_colours(colours_of(palette), tone)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = QColor(ink)
    frame.setAlphaF(_FRAME)
    painter.setPen(QPen(frame, 1) if framed else QPen(Qt.PenStyle.NoPen))
    painter.setBrush(QColor(ground))
    inside = place.adjusted(0.5, 0.5, -0.5, -0.5) if framed else place
    painter.drawRoundedRect(inside, inside.height() / 2, inside.height() / 2)
    painter.setPen(QColor(ink))
    painter.setFont(badge_font(font))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return place


class Badge(QWidget):
    """One pill."""

    def __init__(self, text: str = "", tone: Tone = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = text, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        if not text:
            self.hide()

    def show_text(self, text: str, tone: Tone = "neutral") -> None:
        """Show another word; an empty one hides the pill."""
        if (text, tone) == (self._text, self._tone):
            return
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    @property
    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return badge_size(self._text, self.font())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        paint_badge(painter, QPointF(0, 0), self._text, self._tone, self.font(), self.palette())
        painter.end()


class BadgeDelegate(QStyledItemDelegate):
    """Draws a cell as pills, in a row.

    The model gives under ``role`` a sequence of ``(text, tone)``; its display text stays what screen readers
    say. Pills that do not fit are left out, but the first one is shortened: it says what matters most.
    """

    def __init__(self, role: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        cell.text = ""
        widget = cell.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, widget)
        rect: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        x = float(rect.left() + 8)
        for place, (text, tone) in enumerate(index.data(self._role) or ()):
            if place == 0:
                text = fitting(text, option.font, rect.right() - int(x))
            size = badge_size(text, option.font)
            if not text or x + size.width() > rect.right():
                break
            corner = QPointF(x, rect.center().y() - size.height() / 2 + 0.5)
            paint_badge(painter, corner, text, tone, option.font, option.palette, framed=selected)
            x += size.width() + _GAP

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        hint = super().sizeHint(option, index)
        sizes = [badge_size(text, option.font) for text, _ in index.data(self._role) or ()]
        width = sum(size.width() + _GAP for size in sizes) + 16
        return QSize(max(hint.width(), width), hint.height())
