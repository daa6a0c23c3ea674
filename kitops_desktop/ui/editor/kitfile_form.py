"""The Kitfile as a form: one card for each entry, built from ``form_fields``.

The form shows a Kitfile and says what the user asked for; it changes nothing itself. Widgets are kept while
the number of entries stays, so that focus and cursor survive every change of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kitops_desktop.kitfile.fields import KITFILE
from kitops_desktop.kitfile.kitfile import Kitfile, Model
from kitops_desktop.ui.editor.entry_card import EntryCard
from kitops_desktop.ui.editor.focus_order import follow_layout
from kitops_desktop.ui.editor.form_fields import SECTIONS, FormSection
from kitops_desktop.ui.widgets.parts import button, label

FieldPath = tuple[str | int, ...]
_FOCUS_MARGIN = 60
MOST_CARDS = 40
"""Entries of one section that are shown at a time: a folder may give thousands."""


class KitfileForm(QScrollArea):
    """All sections below one another."""

    field_edited = Signal(object, object)  # FieldPath, str or tuple[str, ...]
    parameters_edited = Signal(object, object)  # FieldPath of the entry, the new value of its parameters
    entry_added = Signal(object)  # FieldPath of the section
    entry_removed = Signal(object)  # FieldPath of the entry
    entry_moved = Signal(object, int)  # FieldPath of the entry, -1 up or 1 down
    path_wanted = Signal(object)  # FieldPath of a path that is to be chosen
    paths_dropped = Signal(object, object)  # FieldPath of the section, tuple[Path, ...]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kitfileForm")
        self.setAccessibleName("Kitfile form")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.takes_path: Callable[[Path], bool] = lambda path: True
        """Whether a path that is dragged over the form may be dropped on it."""
        self._content = QWidget()
        self._content.setProperty("kind", "page")
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(2, 2, 12, 12)
        layout.setSpacing(14)
        self._sections = {section.path: _Section(section, self) for section in SECTIONS}
        for widget in self._sections.values():
            layout.addWidget(widget)
        layout.addStretch(1)
        self.setWidget(self._content)
        self._ordering = QTimer(self, singleShot=True, interval=0)
        self._ordering.timeout.connect(lambda: follow_layout(self, self._content))

    def show_kitfile(self, kitfile: Kitfile, note: Callable[[str], str], problems: Mapping[str, str]) -> None:
        """``note`` says what the entry of a field takes ("3 files, 2 GiB"), ``problems`` what is wrong."""
        for path, widget in self._sections.items():
            widget.show_entries(entries_of(kitfile, path), note, problems)

    def order_focus_soon(self) -> None:
        """Cards were made: Tab has to go through them too."""
        self._ordering.start()

    def focus_field(self, path: FieldPath) -> bool:
        """Put the focus on the field of that path, if the form has it."""
        section, index, key = split_path(path)
        widget = self._sections.get(section)
        return widget is not None and self._shown(widget.focus_field(index, key))

    def focus_last(self, section: FieldPath) -> bool:
        """Put the focus on the path, or the first field, of the section's last entry."""
        widget = self._sections.get(tuple(str(step) for step in section))
        return widget is not None and self._shown(widget.focus_field(widget.count - 1, "path"))

    def _shown(self, focused: bool) -> bool:
        """Bring what has the focus into view, once new cards have their place."""
        if focused:
            QTimer.singleShot(0, self, self._show_focus)
        return focused

    @Slot()
    def _show_focus(self) -> None:
        focus = self._content.focusWidget()
        if focus is not None:
            self.ensureWidgetVisible(focus, 0, _FOCUS_MARGIN)

    def set_read_only(self, read_only: bool) -> None:
        self._content.setEnabled(not read_only)


class _Section(QWidget):
    """A heading, the cards of the entries, and a button that adds one."""

    def __init__(self, section: FormSection, form: KitfileForm) -> None:
        super().__init__()
        self._section = section
        self._form = form
        self.setAcceptDrops(True)
        self._cards: list[EntryCard] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._header = QWidget()
        header = QHBoxLayout(self._header)
        header.setContentsMargins(0, 0, 0, 0)
        header.addWidget(label(section.title, "heading"))
        header.addStretch(1)
        self._add = button(f"Add {section.one}", "plus", "quiet")
        self._add.setAccessibleName(f"Add {section.one}")
        self._add.clicked.connect(self._on_add_clicked)
        header.addWidget(self._add)
        layout.addWidget(self._header)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        layout.addLayout(self._list)
        self._more = button("", kind="link")
        self._more.clicked.connect(self._on_more_clicked)
        self._more.hide()
        layout.addWidget(self._more)
        self._most = MOST_CARDS
        self._entries: list[Any] = []
        self._texts: tuple[Callable[[str], str], Mapping[str, str]] = (lambda _: "", {})

    def show_entries(
        self, entries: list[Any], note: Callable[[str], str], problems: Mapping[str, str]
    ) -> None:
        self._entries, self._texts = entries, (note, problems)
        shown = entries[: self._most]
        while len(self._cards) > len(shown):
            card = self._cards.pop()
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        while len(self._cards) < len(shown):
            self._append_card()
        for index, (card, entry) in enumerate(zip(self._cards, shown, strict=True)):
            name = self._field_name(index)
            own = {rest: text for rest, text in _below(name, problems) if not rest.startswith("parts[")}
            card.show_entry(entry, note(name), own, is_first=index == 0, is_last=index == len(entries) - 1)
        self._header.setVisible(self._section.is_list or not entries)  # a lone card has the same title
        left = len(entries) - len(shown)
        self._more.setText(f"Show {min(left, MOST_CARDS)} more of {left:,}")
        self._more.setVisible(left > 0)

    @property
    def count(self) -> int:
        """How many entries there are, shown or not."""
        return len(self._entries)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        paths = dropped_paths(event.mimeData())
        has_room = self._section.is_list or not self._entries
        if paths and has_room and all(map(self._form.takes_path, paths)):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        event.acceptProposedAction()
        self._form.paths_dropped.emit(self._section.path, dropped_paths(event.mimeData()))

    def focus_field(self, index: int, key: str) -> bool:
        if index >= self._most:
            self._most = index + MOST_CARDS
            self.show_entries(self._entries, *self._texts)
        return index < len(self._cards) and self._cards[index].focus_field(key)

    def _append_card(self) -> None:
        index = len(self._cards)
        card = EntryCard(self._section, self._entry_path(index))
        card.field_edited.connect(self._form.field_edited)
        card.parameters_edited.connect(self._form.parameters_edited)
        card.removed.connect(self._form.entry_removed)
        card.moved.connect(self._form.entry_moved)
        card.path_wanted.connect(self._form.path_wanted)
        self._cards.append(card)
        self._list.addWidget(card)
        self._form.order_focus_soon()

    def _entry_path(self, index: int) -> FieldPath:
        return (*self._section.path, index) if self._section.is_list else self._section.path

    def _field_name(self, index: int) -> str:
        name = ".".join(self._section.path)
        return f"{name}[{index}]" if self._section.is_list else name

    @Slot()
    def _on_more_clicked(self) -> None:
        self._most += MOST_CARDS
        self.show_entries(self._entries, *self._texts)

    @Slot()
    def _on_add_clicked(self) -> None:
        self._form.entry_added.emit(self._section.path)


def _below(name: str, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The texts of what is inside ``name``, by their place there."""
    for key, text in texts.items():
        if key.startswith(name + "."):
            yield key.removeprefix(name + "."), text


def entries_of(kitfile: Kitfile, path: tuple[str, ...]) -> list[Any]:
    """The entries of a section; a single entry is a list of one, or of none when it is absent."""
    if path == ("model", "parts"):
        return list(kitfile.model.parts) if isinstance(kitfile.model, Model) else []
    field = KITFILE.find(path[0])
    value = getattr(kitfile, field.attribute) if field is not None else None
    if value is None:
        return []
    return list(value) if isinstance(value, tuple) else [value]


def dropped_paths(mime: QMimeData) -> tuple[Path, ...]:
    """The files and folders that are being dragged."""
    return tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())


def split_path(path: FieldPath) -> tuple[tuple[str, ...], int, str]:
    """``("model", "parts", 0, "path")`` as section, index in it, and key."""
    section = (
        tuple(step for step in path[:2] if isinstance(step, str))
        if path[:2] == ("model", "parts")
        else path[:1]
    )
    rest = path[len(section) :]
    index = rest[0] if rest and isinstance(rest[0], int) else 0
    key = next((step for step in rest if isinstance(step, str)), "")
    return tuple(str(step) for step in section), index, key
