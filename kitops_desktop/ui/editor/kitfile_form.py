"""The Kitfile as a form: one card for each entry, built from ``form_fields``.

The form shows a Kitfile and says what the user asked for; it changes nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDrag, QPixmap
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from kitops_desktop.jobs.background import Background
from kitops_desktop.kitfile.fields import KITFILE
from kitops_desktop.kitfile.kitfile import Kitfile, Model
from kitops_desktop.ui.editor.dragged import dragged_entry, dragged_files, dragged_paths, entry_mime
from kitops_desktop.ui.editor.form_fields import SECTIONS
from kitops_desktop.ui.editor.form_section import SectionWidget
from kitops_desktop.ui.editor.path_suggestions import PathSuggestions

FieldPath = tuple[str | int, ...]
_FOCUS_MARGIN = 60
SLICE = 0.006
"""Seconds for making cards before the window gets its turn again."""
_DRAG_EDGE, _DRAG_STEP = 36, 14
"""Pixels from an edge within which a drag scrolls, and by how much at a time."""
_DRAG_PICTURE = 320
"""Pixels that the picture of a dragged entry is wide."""


class KitfileForm(QScrollArea):
    """All sections below one another."""

    field_edited = Signal(object, object)  # FieldPath, str or tuple[str, ...]
    parameter_edited = Signal(object, object)  # FieldPath of the entry, ParameterEdit
    entry_added = Signal(object)  # FieldPath of the section
    entry_removed = Signal(object)  # FieldPath of the entry
    entry_moved = Signal(object, int)  # FieldPath of the entry, -1 up or 1 down
    entry_sent = Signal(object, object, object)  # FieldPaths of entry and section, before which index or None
    path_wanted = Signal(object)  # FieldPath of a path that is to be chosen
    paths_dropped = Signal(object, object)  # FieldPath of the section, tuple[str, ...] inside of the folder
    files_dropped = Signal(object, object)  # FieldPath of the section, tuple[Path, ...] of this computer

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kitfileForm")
        self.setAccessibleName("Kitfile form")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.folder = Path()
        self.paths: PathSuggestions | None = None
        self._wanted: tuple[SectionWidget, int, str] | None = None
        self._content = QWidget()
        self._content.setProperty("kind", "page")
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(2, 2, 12, 12)
        layout.setSpacing(14)
        self._sections = {section.path: SectionWidget(section, self) for section in SECTIONS}
        for widget in self._sections.values():
            widget.dropped.connect(self._on_dropped)
            layout.addWidget(widget)
        layout.addStretch(1)
        self.setWidget(self._content)
        self._filling = QTimer(self, singleShot=True, interval=0)
        self._filling.timeout.connect(self._fill)
        self._drag_step = 0
        self._dragging = QTimer(self, interval=30)
        self._dragging.timeout.connect(self._scroll_for_drag)

    def use_folder(self, folder: Path, background: Background) -> None:
        """Paths are of this folder: they complete from it, and entries are dragged within it. To be called
        before anything is shown.
        """
        self.folder = folder
        self.paths = PathSuggestions(folder, background, self)
        self.paths.listed.connect(self._on_listed)

    def show_kitfile(self, kitfile: Kitfile, note: Callable[[str], str], problems: Mapping[str, str]) -> None:
        """``note`` says what the entry of a field takes ("3 files, 2 GiB"), ``problems`` what is wrong."""
        by_entry = problems_by_entry(problems)
        for path, widget in self._sections.items():
            widget.show_entries(entries_of(kitfile, path), note, by_entry)
        self._fill()

    @property
    def is_filled(self) -> bool:
        """Whether all cards that are to be shown are there."""
        return not self._filling.isActive()

    def fill_soon(self) -> None:
        """Cards are missing."""
        self._filling.start()

    def focus_field(self, path: FieldPath) -> bool:
        """Put the focus on the field of that path, if the form has it; at once or when its card is made."""
        section, index, key = split_path(path)
        widget = self._sections.get(section)
        if widget is None or not 0 <= index < widget.count:
            return False
        widget.reveal(index)
        self._wanted = (widget, index, key)
        self._focus_wanted()
        return True

    def focus_last(self, section: FieldPath) -> bool:
        """Put the focus on the path, or the first field, of the section's last entry."""
        widget = self._sections.get(tuple(str(step) for step in section))
        if widget is None:
            return False
        last = (widget.count - 1,) if widget.section.is_list else ()
        return self.focus_field((*section, *last, "path"))

    @Slot(object, object)
    def send_entry(self, entry: FieldPath, section: FieldPath) -> None:
        """An entry shall go to the end of another section."""
        self.entry_sent.emit(entry, section, None)

    @Slot(object, object)
    def drag_entry(self, entry: FieldPath, picture: QPixmap) -> None:
        """An entry is dragged by its grip."""
        drag = QDrag(self)
        drag.setMimeData(entry_mime(self.folder, entry))
        ratio = picture.devicePixelRatio()
        shown = picture.copy(0, 0, picture.width(), min(picture.height(), round(90 * ratio)))
        width = round(_DRAG_PICTURE * ratio)
        if shown.width() > width:
            shown = shown.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        drag.setPixmap(shown)
        drag.exec(Qt.DropAction.MoveAction | Qt.DropAction.CopyAction, Qt.DropAction.MoveAction)

    def drag_at(self, widget: QWidget, point: QPoint) -> None:
        """Something is dragged over ``widget``: near an edge the form is scrolled, also while it rests."""
        y, height = widget.mapTo(self.viewport(), point).y(), self.viewport().height()
        self._drag_step = -_DRAG_STEP if y < _DRAG_EDGE else _DRAG_STEP if y > height - _DRAG_EDGE else 0
        if not self._drag_step:
            self._dragging.stop()
        elif not self._dragging.isActive():
            self._dragging.start()

    def drag_ended(self) -> None:
        self._dragging.stop()

    @Slot()
    def _scroll_for_drag(self) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self._drag_step)

    def set_read_only(self, read_only: bool) -> None:
        self._content.setEnabled(not read_only)

    @Slot()
    def _fill(self) -> None:
        """Make cards for a while; the rest when the window had its turn."""
        end = perf_counter() + SLICE
        for widget in self._sections.values():
            if not widget.fill(lambda: perf_counter() < end):
                self._filling.start()
                break
        if self._wanted is not None:
            self._focus_wanted()

    def _focus_wanted(self) -> None:
        if self._wanted is None:
            return
        widget, index, key = self._wanted
        if widget.focus_field(index, key):
            self._wanted = None
            QTimer.singleShot(0, self, self._show_focus)  # once new cards have their place

    @Slot()
    def _show_focus(self) -> None:
        focus = self._content.focusWidget()
        if focus is not None:
            self.ensureWidgetVisible(focus, 0, _FOCUS_MARGIN)

    @Slot()
    def _on_listed(self) -> None:
        for widget in self._sections.values():
            widget.suggest_paths_again()

    @Slot(object, int)
    def _on_dropped(self, mime: QMimeData, index: int) -> None:
        sender = self.sender()
        if not isinstance(sender, SectionWidget):
            return
        section = sender.section
        entry = dragged_entry(mime, self.folder)
        paths = dragged_paths(mime, self.folder)
        if entry:
            self.entry_sent.emit(entry, section.path, index if section.is_list else None)
        elif paths:
            self.paths_dropped.emit(section.path, paths)
        else:
            self.files_dropped.emit(section.path, dragged_files(mime))


def problems_by_entry(problems: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Texts by field ("datasets[0].path") as texts by the field of an entry, by the entry's name."""
    found: dict[str, dict[str, str]] = {}
    for name, text in problems.items():
        entry, field = _entry_and_field(name)
        found.setdefault(entry, {})[field] = text
    return found


def _entry_and_field(name: str) -> tuple[str, str]:
    """``model.parts[0].path`` is the field ``path`` of the entry ``model.parts[0]``."""
    if name.startswith("model.parts["):
        part, _, rest = name.removeprefix("model.").partition(".")
        return f"model.{part}", rest
    entry, dot, rest = name.partition(".")
    return (entry, rest) if dot or name.endswith("]") else ("", name)


def entries_of(kitfile: Kitfile, path: tuple[str, ...]) -> list[Any]:
    """The entries of a section; a single entry is a list of one, or of none when it is absent."""
    if not path:
        return [kitfile]
    if path == ("model", "parts"):
        return list(kitfile.model.parts) if isinstance(kitfile.model, Model) else []
    field = KITFILE.find(path[0])
    value = getattr(kitfile, field.attribute) if field is not None else None
    if value is None:
        return []
    return list(value) if isinstance(value, tuple) else [value]


def split_path(path: FieldPath) -> tuple[tuple[str, ...], int, str]:
    """``("model", "parts", 0, "path")`` as section, index in it, and key."""
    keys = {section.path for section in SECTIONS}
    length = 2 if path[:2] == ("model", "parts") else 1
    section = tuple(str(step) for step in path[:length])
    if section not in keys:
        section = ()
    rest = path[len(section) :]
    index = rest[0] if rest and isinstance(rest[0], int) else 0
    key = next((step for step in rest if isinstance(step, str)), "")
    return section, index, key
