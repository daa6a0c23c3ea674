"""A job as a row: picture, title and state, what it does, and a bar."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from kitops_desktop.jobs.job import Job
from kitops_desktop.ui.colours import Colours, colours_of, palette_for
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.transfers.job_text import (
    fraction,
    icon_name,
    percent_text,
    state_text,
    state_tone,
    state_word,
)
from kitops_desktop.ui.transfers.jobs_model import Role
from kitops_desktop.ui.widgets.badge import Tone, badge_size, paint_badge

_HEIGHT = 76
_HEAD = 38
_WIDE = 420
_LEFT = 54
_RIGHT = 16


class JobDelegate(QStyledItemDelegate):
    """Rows have one height, whatever they show.

    What a row shows is kept as two pictures, the head, which seldom changes, and the rest: while other
    threads run Python as well, each call of Qt may have to wait for its turn, and all rows are drawn when one
    comes.
    """

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(160, _HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        job = index.data(Role.JOB)
        if not isinstance(job, Job):
            return
        colours = colours_of(option.palette)
        area: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option, colours)
        state = state_text(job) if area.width() >= _WIDE else state_word(job)
        ratio = painter.device().devicePixelRatioF()
        look = _Look(area.width(), ratio, option.font.toString(), colours)
        painter.drawPixmap(area.topLeft(), _head(job.title, icon_name(job), state, state_tone(job), look))
        part = fraction(job)
        bar = -1 if part is None else round(part * (area.width() - _LEFT - _RIGHT) * ratio)
        rest = _rest(str(index.data(Role.LINE)), percent_text(job), bar, look)
        painter.drawPixmap(area.left(), area.top() + _HEAD, rest)
        painter.restore()


@dataclass(frozen=True, slots=True)
class _Look:
    """How rows are drawn: ``ratio`` physical pixels for one of ``width``, ``font`` as Qt writes it down."""

    width: int
    ratio: float
    font: str
    colours: Colours


@lru_cache(maxsize=128)
def _head(title: str, picture: str, state: str, tone: Tone, look: _Look) -> QPixmap:
    """Picture, title and state of a row, on nothing."""
    font = QFont()
    font.fromString(look.font)
    head = QPixmap(round(look.width * look.ratio), round(_HEAD * look.ratio))
    head.setDevicePixelRatio(look.ratio)
    head.fill(Qt.GlobalColor.transparent)
    painter = QPainter(head)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    icon(picture, "muted").paint(painter, QRect(18, 16, 20, 20))
    pill = badge_size(state, font)
    corner = QPointF(look.width - 1 - _RIGHT - pill.width(), 14)
    paint_badge(painter, corner, state, tone, font, palette_for(look.colours))
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    painter.setFont(bold)
    painter.setPen(look.colours.colour("text"))
    _draw(painter, QRect(_LEFT, 12, int(corner.x()) - _LEFT - 10, 24), title)
    painter.end()
    return head


@lru_cache(maxsize=64)
def _rest(text: str, percent: str, bar: int, look: _Look) -> QPixmap:
    """What a job does and how far it is; ``bar`` is the length of that in physical pixels, -1 for no bar."""
    rest = QPixmap(round(look.width * look.ratio), round((_HEIGHT - _HEAD) * look.ratio))
    rest.setDevicePixelRatio(look.ratio)
    rest.fill(Qt.GlobalColor.transparent)
    painter = QPainter(rest)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont()
    font.fromString(look.font)
    painter.setFont(font)
    painter.setPen(look.colours.colour("muted"))
    room = painter.fontMetrics().horizontalAdvance("100 %") + 12 if percent else 0
    _draw(painter, QRect(_LEFT, 36 - _HEAD, look.width - _LEFT - _RIGHT - room, 22), text)
    if percent:
        right = QRect(look.width - 1 - _RIGHT - room, 36 - _HEAD, room, 22)
        painter.drawText(right, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), percent)
    if bar >= 0:
        _paint_bar(painter, look.width, bar / look.ratio, look.colours)
    painter.end()
    return rest


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem, colours: Colours) -> None:
    area = QRectF(option.rect).adjusted(4, 2, -4, -2)
    painter.setPen(Qt.PenStyle.NoPen)
    if option.state & QStyle.StateFlag.State_Selected:
        painter.setBrush(colours.colour("accent_soft"))
        painter.drawRoundedRect(area, 8, 8)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(colours.colour("hover"))
        painter.drawRoundedRect(area, 8, 8)
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(colours.colour("accent"))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


def _paint_bar(painter: QPainter, width: int, length: float, colours: Colours) -> None:
    whole = QRectF(_LEFT, _HEIGHT - _HEAD - 14, width - _LEFT - _RIGHT, 5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.colour("neutral_soft"))
    painter.drawRoundedRect(whole, 2.5, 2.5)
    painter.setBrush(colours.colour("accent"))
    whole.setWidth(max(5.0, length))
    painter.drawRoundedRect(whole, 2.5, 2.5)


def _draw(painter: QPainter, place: QRect, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
