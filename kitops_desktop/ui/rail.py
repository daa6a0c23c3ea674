"""The places of the window, at its left edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QIcon, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from kitops_desktop.ui.colours import Colours, colours_of
from kitops_desktop.ui.icons import application_icon, icon
from kitops_desktop.ui.widgets.badge import Tone, badge_font, badge_size
from kitops_desktop.ui.widgets.parts import label

WIDTH = 208
_HEIGHT = 38
_ICON = 18
_ENTRY_HEIGHT = 26
_AROUND = 80
"""Pixels of the rail that are no places: name of the program, margins."""
_DOT = 7
MOST_ENTRIES = 8


@dataclass(frozen=True, slots=True)
class RailEntry:
    """One of the things of a place. ``says`` is its state in words, for its tool tip and screen readers."""

    detail: str
    name: str
    says: str = ""
    tone: Tone = "neutral"


class RailButton(QPushButton):
    """One place: picture, name, and a number or a dot of activity at the right."""

    def __init__(self, text: str, icon_name: str, shortcut: str) -> None:
        super().__init__(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setShortcut(QKeySequence(shortcut))
        self.setToolTip(f"{text} ({shortcut})")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._icon = icon(icon_name, checked_role="on_accent")
        self._count = ""
        self._active = False

    def show_count(self, count: str, active: bool = False) -> None:
        """Show ``count`` ("" for none); ``active`` colours it, since something goes on there."""
        if (count, active) == (self._count, self._active):
            return
        self._count, self._active = count, active
        self.setAccessibleDescription(f"{count} running" if active else count)
        self.update()

    @property
    def count(self) -> str:
        return self._count

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(WIDTH - 24, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, colours)
        state = QIcon.State.On if self.isChecked() else QIcon.State.Off
        place = QRect(12, (self.height() - _ICON) // 2, _ICON, _ICON)
        self._icon.paint(painter, place, state=state)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Medium)
        painter.setFont(font)
        painter.setPen(colours.colour("on_accent" if self.isChecked() else "text"))
        painter.drawText(self.rect().adjusted(40, 0, -10, 0), int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if self._count:
            self._paint_count(painter, colours)
        painter.end()

    def _paint_ground(self, painter: QPainter, colours: Colours) -> None:
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(colours.colour("accent"))
            painter.drawRoundedRect(area, 7, 7)
        elif self.underMouse():
            painter.setBrush(colours.colour("neutral_soft"))
            painter.drawRoundedRect(area, 7, 7)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colours.colour("text" if self.isChecked() else "accent"))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)

    def _paint_count(self, painter: QPainter, colours: Colours) -> None:
        size = badge_size(self._count, self.font())
        size.setWidth(max(size.width(), size.height()))
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(QRectF(self.rect()).center())
        place.moveRight(self.width() - 10)
        painter.setFont(badge_font(self.font()))
        if self._active and not self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.colour("accent_soft"))
            painter.drawRoundedRect(place, place.height() / 2, place.height() / 2)
            painter.setPen(colours.colour("accent"))
        else:
            painter.setPen(colours.colour("on_accent" if self.isChecked() else "muted"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._count)


class EntryButton(QPushButton):
    """A thing under its place: a dot for its state, and its name."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setProperty("kind", "entry")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.entry = RailEntry("", "")

    def show_entry(self, entry: RailEntry) -> None:
        if entry == self.entry:
            return
        self.entry = entry
        says = f"{entry.name}, {entry.says}" if entry.says else entry.name
        self.setAccessibleName(f"Project {says}")
        self.setToolTip("\n".join(part for part in (entry.detail, entry.says) if part))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(WIDTH - 24, _ENTRY_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(colours.colour("accent_soft" if self.isChecked() else "neutral_soft"))
            painter.drawRoundedRect(area, 6, 6)
        painter.setBrush(colours.colour("muted" if self.entry.tone == "neutral" else self.entry.tone))
        painter.drawEllipse(QPointF(21, self.height() / 2), _DOT / 2, _DOT / 2)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colours.colour("accent"))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(colours.colour("accent" if self.isChecked() else "text"))
        painter.setFont(badge_font(self.font()))
        place = self.rect().adjusted(40, 0, -8, 0)
        name = painter.fontMetrics().elidedText(self.entry.name, Qt.TextElideMode.ElideMiddle, place.width())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), name)
        painter.end()


class RailEntries(QWidget):
    """The latest things of a place, below it. The arrow keys go from one to the next, Space opens.

    Those there is no room for are left out: the page of the place has them all.
    """

    opened = Signal(str)  # detail of an entry

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setVisible(False)
        self.buttons: list[EntryButton] = []
        self._shown = ""
        self._count, self._room = 0, MOST_ENTRIES
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 4)
        self._column.setSpacing(0)

    def show_entries(self, entries: Sequence[RailEntry]) -> None:
        self._count = min(len(entries), MOST_ENTRIES)
        while len(self.buttons) < self._count:
            made = EntryButton()
            made.clicked.connect(partial(self._open, made))
            self.buttons.append(made)
            self._column.addWidget(made)
        for made, entry in zip(self.buttons, entries, strict=False):
            made.show_entry(entry)
        self._arrange()

    def show_detail(self, detail: str) -> None:
        """Mark the one that is open."""
        self._shown = detail
        self._arrange()

    def give_room(self, height: int) -> None:
        """So many pixels are free."""
        self._room = max(0, min(MOST_ENTRIES, (height - 4) // _ENTRY_HEIGHT))
        self._arrange()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(0, 0)  # it gives way

    def _arrange(self) -> None:
        count = min(self._count, self._room)
        for number, made in enumerate(self.buttons):
            made.setVisible(number < count)
            made.setChecked(made.entry.detail == self._shown)
        self.setVisible(count > 0)

    def _open(self, made: EntryButton) -> None:
        self._arrange()  # a click must not take the mark away
        self.opened.emit(made.entry.detail)


class Rail(QFrame):
    """``chosen`` gives the name of the page the user went for, ``opened`` also which of its things. The arrow
    keys go from place to place.
    """

    chosen = Signal(str)
    opened = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "rail")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Places")
        self._buttons: dict[str, RailButton] = {}
        self._entries: dict[str, RailEntries] = {}
        self._head, self._foot = QVBoxLayout(), QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 14, 12, 12)
        layout.addLayout(_brand())
        layout.addSpacing(14)
        layout.addLayout(self._head)
        layout.addStretch(1)
        layout.addLayout(self._foot)
        self._head.setSpacing(4)

    def add_place(self, name: str, text: str, icon_name: str, *, at_foot: bool = False) -> None:
        """One more place, under the others, or at the foot of the rail."""
        made = RailButton(text, icon_name, f"Ctrl+{len(self._buttons) + 1}")
        made.clicked.connect(lambda: self.chosen.emit(name))
        self._buttons[name] = made
        column = self._foot if at_foot else self._head
        column.addWidget(made)
        below = RailEntries(text)
        below.opened.connect(lambda detail: self.opened.emit(name, detail))
        self._entries[name] = below
        column.addWidget(below)

    def show_place(self, name: str, detail: str = "") -> None:
        """Mark the place where the user is, and which of its things; one that is not on the rail marks
        none.
        """
        for key, made in self._buttons.items():
            made.setAutoExclusive(False)
            made.setChecked(key == name)
            made.setAutoExclusive(True)
            self._entries[key].show_detail(detail if key == name else "")

    def show_entries(self, name: str, entries: Sequence[RailEntry]) -> None:
        """The latest things of a place, to be gone to at once."""
        if name in self._entries:
            self._entries[name].show_entries(entries)

    def entries(self, name: str) -> RailEntries:
        return self._entries[name]

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        taken = _AROUND + len(self._buttons) * (_HEIGHT + self._head.spacing())
        for below in self._entries.values():
            below.give_room(event.size().height() - taken)

    def show_count(self, name: str, count: str, active: bool = False) -> None:
        if name in self._buttons:
            self._buttons[name].show_count(count, active)

    def place(self, name: str) -> RailButton:
        return self._buttons[name]


def _brand() -> QHBoxLayout:
    picture = QLabel()
    picture.setPixmap(application_icon().pixmap(QSize(24, 24)))
    row = QHBoxLayout()
    row.setContentsMargins(8, 0, 0, 0)
    row.setSpacing(9)
    row.addWidget(picture)
    row.addWidget(label("KitOps Desktop", "heading"), 1)
    return row
