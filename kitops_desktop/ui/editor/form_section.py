"""One section of the form: a heading, the cards of its entries, a place to drop things, and a button that
adds one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from kitops_desktop.kitfile.entry_moves import LISTS, MODEL
from kitops_desktop.ui.colours import colours_of
from kitops_desktop.ui.editor.dragged import dragged_entry, dragged_files, dragged_paths
from kitops_desktop.ui.editor.entry_card import EntryCard
from kitops_desktop.ui.editor.focus_order import follow_layout
from kitops_desktop.ui.editor.form_fields import FormSection
from kitops_desktop.ui.widgets.parts import button, label

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

    from kitops_desktop.ui.editor.kitfile_form import KitfileForm

FieldPath = tuple[str | int, ...]
MOST_CARDS = 40
"""Entries of one section that are shown at a time: a folder may give thousands."""


class SectionWidget(QWidget):
    """Cards are kept while the number of entries stays, so that focus and cursor survive every change of the
    text. They are made a few at a time; ``fill`` is called until it says that all are there.
    """

    dropped = Signal(object, int)  # QMimeData, before which entry

    def __init__(self, section: FormSection, form: KitfileForm) -> None:
        super().__init__()
        self.section = section
        self._form = form
        self._cards: list[EntryCard] = []
        self._stops: list[QWidget] = []
        """The last widget of each card that Tab goes to."""
        self._start, self._end = 0, MOST_CARDS
        self._entries: list[Any] = []
        self._note: Callable[[str], str] = lambda _: ""
        self._problems: Mapping[str, Mapping[str, str]] = {}
        self._drop_at: int | None = None
        takes_drops = section.path in LISTS or section.path == MODEL
        self.setAcceptDrops(takes_drops)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._header = self._make_header()
        layout.addWidget(self._header)
        self._earlier = self._link(self._on_earlier_clicked, layout)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        layout.addLayout(self._list)
        self._more = self._link(self._on_more_clicked, layout)

    @property
    def count(self) -> int:
        """How many entries there are, shown or not."""
        return len(self._entries)

    def show_entries(
        self, entries: list[Any], note: Callable[[str], str], problems: Mapping[str, Mapping[str, str]]
    ) -> None:
        """``problems`` are texts by field, by the name of the entry. Cards that are missing are left to
        ``fill``.
        """
        self._entries, self._note, self._problems = entries, note, problems
        if self._start and self._start >= len(entries):
            self._show_from(max(0, (len(entries) - 1) // MOST_CARDS * MOST_CARDS))
        while len(self._cards) > len(self._shown):
            self._drop_card()
        for place in range(len(self._cards)):
            self._show_card(place)
        self._header.setVisible(self.section.is_list or not entries)  # a lone card has the same title
        self._show_links()

    def fill(self, may_go_on: Callable[[], bool]) -> bool:
        """Make cards that are missing, at least one, while ``may_go_on``; whether all are there."""
        while len(self._cards) < len(self._shown):
            self._append_card()
            self._show_card(len(self._cards) - 1)
            if not may_go_on():
                break
        return len(self._cards) >= len(self._shown)

    def reveal(self, index: int) -> None:
        """Have the card of an entry among those that are shown."""
        if 0 <= index < len(self._entries) and not self._start <= index < self._end:
            self._show_from(index // MOST_CARDS * MOST_CARDS)

    def focus_field(self, index: int, key: str) -> bool:
        """Put the focus on a field of an entry; False when its card is not there."""
        place = index - self._start
        return 0 <= place < len(self._cards) and self._cards[place].focus_field(key)

    def suggest_paths_again(self) -> None:
        for card in self._cards:
            card.suggest_paths_again()

    # -- dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if self._takes(event.mimeData()):
            event.acceptProposedAction()
            self._show_drop(self._place_at(event.position().toPoint()))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 - Qt's name
        event.acceptProposedAction()
        self._form.drag_at(self, event.position().toPoint())
        self._show_drop(self._place_at(event.position().toPoint()))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        self._show_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        self._show_drop(None)
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData(), self._place_at(event.position().toPoint()))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        if self._drop_at is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = colours_of(self.palette()).colour("accent")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours_of(self.palette()).colour("accent_soft"))
        painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
        if self.section.is_list and self._cards:
            painter.setPen(QPen(accent, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            y = self._line_at(self._drop_at)
            painter.drawLine(6, y, self.width() - 6, y)
        painter.end()

    def _takes(self, mime: QMimeData) -> bool:
        form = self._form
        entry = dragged_entry(mime, form.folder)
        if entry:
            return entry != self.section.path
        return bool(dragged_paths(mime, form.folder) or dragged_files(mime))

    def _show_drop(self, index: int | None) -> None:
        if index is None:
            self._form.drag_ended()
        if self._drop_at != index:
            self._drop_at = index
            self.update()

    def _place_at(self, point: QPoint) -> int:
        """Before which entry a drop at ``point`` puts something."""
        for place, card in enumerate(self._cards):
            if point.y() < card.y() + card.height() / 2:
                return self._start + place
        return len(self._entries) if self._end >= len(self._entries) else self._start + len(self._cards)

    def _line_at(self, index: int) -> int:
        place = index - self._start
        if place < len(self._cards):
            return max(2, self._cards[place].y() - 4)
        return min(self.height() - 3, self._cards[-1].geometry().bottom() + 4)

    # -- cards

    @property
    def _shown(self) -> list[Any]:
        return self._entries[self._start : self._end]

    def _show_from(self, start: int) -> None:
        """Show other entries; all cards are made anew, for they know their numbers."""
        self._start, self._end = start, start + MOST_CARDS
        while self._cards:
            self._drop_card()
        self._show_links()
        self._form.fill_soon()

    def _drop_card(self) -> None:
        card = self._cards.pop()
        self._stops.pop()
        self._list.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _append_card(self) -> None:
        index = self._start + len(self._cards)
        path: FieldPath = (*self.section.path, index) if self.section.is_list else self.section.path
        form = self._form
        card = EntryCard(self.section, path, form.paths)
        card.field_edited.connect(form.field_edited)
        card.parameter_edited.connect(form.parameter_edited)
        card.removed.connect(form.entry_removed)
        card.moved.connect(form.entry_moved)
        card.sent.connect(form.send_entry)
        card.path_wanted.connect(form.path_wanted)
        card.drag_began.connect(form.drag_entry)
        before = self._stops[-1] if self._stops else self._earlier
        self._cards.append(card)
        self._list.addWidget(card)
        self._stops.append(follow_layout(before, card))

    def _show_card(self, place: int) -> None:
        index = self._start + place
        name = self._entry_name(index)
        own = self._problems.get(name, {})
        last = len(self._entries) - 1
        self._cards[place].show_entry(
            self._entries[index], self._note(name), own, is_first=index == 0, is_last=index == last
        )

    def _entry_name(self, index: int) -> str:
        name = ".".join(self.section.path)
        return f"{name}[{index}]" if self.section.is_list else name

    # -- building

    def _make_header(self) -> QWidget:
        widget = QWidget()
        header = QHBoxLayout(widget)
        header.setContentsMargins(0, 0, 0, 0)
        header.addWidget(label(self.section.title, "heading"))
        header.addStretch(1)
        add = button(f"Add {self.section.one}", "plus", "quiet")
        add.setAccessibleName(f"Add {self.section.one}")
        add.clicked.connect(self._on_add_clicked)
        header.addWidget(add)
        return widget

    def _link(self, clicked: Callable[[], None], layout: QVBoxLayout) -> QPushButton:
        made = button("", kind="link")
        made.clicked.connect(lambda: clicked())
        made.hide()
        layout.addWidget(made)
        return made

    def _show_links(self) -> None:
        left = len(self._entries) - self._end
        self._more.setText(f"Show {min(left, MOST_CARDS)} more of {left:,}")
        self._more.setVisible(left > 0)
        self._earlier.setText(f"Show {min(self._start, MOST_CARDS)} earlier of {self._start:,}")
        self._earlier.setVisible(self._start > 0)

    def _on_more_clicked(self) -> None:
        self._end += MOST_CARDS
        self._show_links()
        self._form.fill_soon()

    def _on_earlier_clicked(self) -> None:
        self._show_from(max(0, self._start - MOST_CARDS))

    @Slot()
    def _on_add_clicked(self) -> None:
        self._form.entry_added.emit(self.section.path)
