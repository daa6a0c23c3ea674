"""A bar of coloured parts with what they stand for below: how a whole is made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from kitops_desktop.ui.colours import colours_of

_LIGHT = ("#2f54d6", "#0f8a6c", "#b45309", "#9333b8", "#c2255c", "#0e7490", "#5c7a12", "#6b7686")
_DARK = ("#809aff", "#4fd1a5", "#f0a94e", "#d08bf0", "#ff8fb1", "#5cc8e0", "#b5d457", "#98a3b3")
MOST_PARTS = len(_LIGHT)
"""Further parts would have no colour that is told apart; the last is for all the rest."""
_BAR, _GAP, _DOT, _BETWEEN = 10, 7, 9, 18  # pixels
_LEAST = 2.0  # pixels: what is there is seen


@dataclass(frozen=True, slots=True)
class Part:
    """``text`` says how much of ``name`` it is ("12.9 GiB, 98 %"); ``detail`` more about it. What is muted
    stands for what is not known, and is said before what there may be no room for.
    """

    name: str
    amount: int
    text: str
    detail: str = ""
    is_muted: bool = False


class ShareBar(QWidget):
    """``show_parts`` shows at most MOST_PARTS, in their order; nothing is shown of no parts.

    Without a legend what the parts are is left to the tool tip and to screen readers.
    """

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = what
        self._parts: tuple[Part, ...] = ()
        self._has_legend = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(what)
        self.hide()

    @property
    def parts(self) -> tuple[Part, ...]:
        return self._parts

    def show_parts(self, parts: Sequence[Part]) -> None:
        parts = tuple(part for part in parts[:MOST_PARTS] if part.amount > 0)
        if parts == self._parts:
            return
        self._parts = parts
        said = "; ".join(f"{part.name} {part.text}" for part in parts)
        self.setAccessibleDescription(said)
        self.setAccessibleName(f"{self._what}: {said}" if said else self._what)
        self.setVisible(bool(parts))
        self.update()

    def set_legend(self, shown: bool) -> None:
        """Whether words stand below the bar."""
        self._has_legend = shown
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        legend = _GAP + QFontMetrics(self.font()).height() + 2 if self._has_legend else 0
        return QSize(300, _BAR + legend)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(120, self.sizeHint().height())

    def part_at(self, place: QPointF) -> Part | None:
        """What the bar or a word below it shows there."""
        for part, bar in zip(self._parts, self._bars(), strict=True):
            if bar.adjusted(0, -2, 0, 2).contains(place):
                return part
        return next((part for part, box in self._legend() if box.contains(place)), None)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            part = self.part_at(QPointF(event.pos()))
            text = "" if part is None else f"{part.name}: {part.text}\n{part.detail}".strip()
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self.palette())
        unknown = colours.colour("strong_border")
        inks = {
            part: unknown if part.is_muted else ink
            for part, ink in zip(self._parts, self._inks(), strict=False)
        }
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(0, 0, self.width(), _BAR), _BAR / 2, _BAR / 2)
        painter.save()
        painter.setClipPath(outline)
        for part, bar in zip(self._parts, self._bars(), strict=True):
            painter.fillRect(bar, inks[part])
        painter.restore()
        for part, box in self._legend():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(inks[part])
            painter.drawEllipse(QRectF(box.left(), box.center().y() - _DOT / 2, _DOT, _DOT))
            name = QRectF(box.left() + _DOT + 6, box.top(), box.width(), box.height())
            painter.setPen(colours.colour("text"))
            painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, part.name)
            left = self.fontMetrics().horizontalAdvance(f"{part.name} ")
            painter.setPen(colours.colour("muted"))
            painter.drawText(name.translated(left, 0), Qt.AlignmentFlag.AlignVCenter, part.text)
        painter.end()

    def _inks(self) -> tuple[QColor, ...]:
        scheme = _DARK if colours_of(self.palette()).scheme == "dark" else _LIGHT
        return tuple(map(QColor, scheme))

    def _bars(self) -> list[QRectF]:
        """Where each part is in the bar; the smallest are as wide as can be seen."""
        total = sum(part.amount for part in self._parts)
        widths = [max(_LEAST, self.width() * part.amount / total) for part in self._parts]
        scale = self.width() / sum(widths) if widths else 0.0
        bars, x = [], 0.0
        for width in widths:
            bars.append(QRectF(x, 0, max(width * scale - 1, 1), _BAR))
            x += width * scale
        return bars

    def _legend(self) -> list[tuple[Part, QRectF]]:
        """Where the words are; those that do not fit are left to the tool tip and to screen readers."""
        metrics, x = self.fontMetrics(), 0.0
        boxes: list[tuple[Part, QRectF]] = []
        for part in sorted(self._parts, key=lambda part: not part.is_muted) if self._has_legend else ():
            width = _DOT + 6 + metrics.horizontalAdvance(f"{part.name} {part.text}")
            if boxes and x + width > self.width():
                break
            boxes.append((part, QRectF(x, _BAR + _GAP, width, metrics.height())))
            x += width + _BETWEEN
        return boxes
