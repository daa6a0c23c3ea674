"""One entry of the Kitfile as a card of labelled fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from kitops_desktop.kitfile.fields import KITFILE, Struct
from kitops_desktop.kitfile.licence_list import licence_note
from kitops_desktop.kitfile.paths import effective_path
from kitops_desktop.ui.editor.card_menu import move_menu, target_of_key
from kitops_desktop.ui.editor.chips_field import ChipsField
from kitops_desktop.ui.editor.entry_grip import EntryGrip
from kitops_desktop.ui.editor.field_edit import FieldEdit
from kitops_desktop.ui.editor.form_fields import FormField, FormSection
from kitops_desktop.ui.editor.parameters_table import ParametersTable
from kitops_desktop.ui.editor.path_suggestions import PathSuggestions
from kitops_desktop.ui.editor.suggestions import Suggest, suggest_licences, suggest_words
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import icon_button, label, restyle

FieldPath = tuple[str | int, ...]
_ALT = Qt.KeyboardModifier.AltModifier
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
REST = "everything else"
_EMPTY_IS_FOLDER = (("model", "parts"), ("datasets",), ("code",), ("docs",))


class EntryCard(QFrame):
    """The fields of one entry, what it takes, and ways to move and remove it."""

    field_edited = Signal(object, object)  # FieldPath, str or tuple[str, ...]
    parameter_edited = Signal(object, object)  # FieldPath of the entry, ParameterEdit
    removed = Signal(object)  # FieldPath of the entry
    moved = Signal(object, int)
    sent = Signal(object, object)  # FieldPath of the entry, FieldPath of another section
    path_wanted = Signal(object)
    drag_began = Signal(object, object)  # FieldPath of the entry, the card's QPixmap

    def __init__(
        self,
        section: FormSection,
        path: FieldPath,
        paths: PathSuggestions | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._section, self.path, self.paths = section, path, paths
        self._edits: dict[str, FieldEdit] = {}
        self._chips: dict[str, ChipsField] = {}
        self._notes: dict[str, QLabel] = {}
        self._shown: tuple[object, ...] = ()
        self._can_go = {-1: False, 1: False}
        """Whether there is a place above and below."""
        self._struct = struct_of(section)
        self._can_move = section.is_list or section.path == ("model",)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 10, 14, 12)
        outer.setSpacing(8)
        outer.addLayout(self._make_header())
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(7)
        for field in section.fields:
            self._add_row(form, field)
        outer.addLayout(form)
        self._parameters = self._make_parameters(outer) if section.has_parameters else None
        self._wrong = label("", "danger", wrap=True)
        self._wrong.hide()
        outer.addWidget(self._wrong)

    def show_entry(
        self, entry: object, note: str, problems: Mapping[str, str], *, is_first: bool, is_last: bool
    ) -> None:
        """Show the values; a field that has the focus is left alone unless its value is another."""
        shown = (entry, note, dict(problems), is_first, is_last)
        if self._parameters is None and shown == self._shown:
            return
        self._shown = shown
        for field in self._section.fields:
            self._show_field(field, entry, problems.get(field.key, ""))
        if self._parameters is not None:
            self._parameters.show_parameters(getattr(entry, "parameters", None))
        rest = REST if takes_the_rest(self._section.path, entry) else ""
        self._note.setText(", ".join(filter(None, (rest, note))))
        self._can_go = {-1: not is_first, 1: not is_last}
        self._wrong.setText("\n".join(problems.values()))
        self._wrong.setVisible(bool(problems))

    def focus_field(self, key: str) -> bool:
        first = self._section.fields[0].key
        edit = self._edits.get(key) or self._edits[first]
        edit.selectAll()
        edit.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def suggest_paths_again(self) -> None:
        """Folders were listed meanwhile."""
        for field in self._section.fields:
            if field.is_path:
                self._edits[field.key].suggest_again()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if self._section.is_list and event.modifiers() == _ALT and event.key() in _MOVES:
            step = _MOVES[Qt.Key(event.key())]
            if self._can_go[step]:
                self.moved.emit(self.path, step)
            return
        target = target_of_key(event) if self._can_move else None
        if target is not None and target != self._section.path:
            self.sent.emit(self.path, target)
            return
        super().keyPressEvent(event)

    # -- building

    def _make_header(self) -> QHBoxLayout:
        header = QHBoxLayout()
        number = f" {self.path[-1] + 1}" if self.path and isinstance(self.path[-1], int) else ""
        self._what = f"{self._section.one}{number}"
        header.setSpacing(4)
        if self._can_move:
            grip = EntryGrip(f"Drag {self._what} to another place or section")
            grip.drag_began.connect(lambda: self.drag_began.emit(self.path, self.grab()))
            header.addWidget(grip)
        header.addWidget(_Picture(self._section.icon))
        header.addWidget(label(capital(self._what), "strong"))
        self._note = _Note()
        header.addWidget(self._note, 1)
        self._add_buttons(header)
        return header

    def _add_buttons(self, header: QHBoxLayout) -> None:
        path = self.path
        if self._can_move:
            self._more = self._button("more", f"Move {self._what}", self._show_menu)
            header.addWidget(self._more)
        if path:
            remove = self._button("trash", f"Remove {self._what}", lambda: self.removed.emit(path))
            header.addWidget(remove)

    def _show_menu(self) -> None:
        steps = self._can_go if self._section.is_list else {}
        menu = move_menu(self._what, self._section.path, steps, self)
        menu.step_chosen.connect(lambda step: self.moved.emit(self.path, step))
        menu.chosen.connect(lambda section: self.sent.emit(self.path, section))
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _button(self, image: str, name: str, clicked: Callable[[], None]) -> QToolButton:
        button = icon_button(image, name, role="muted")
        button.setIconSize(QSize(15, 15))
        button.clicked.connect(lambda: clicked())
        return button

    def _add_row(self, form: QFormLayout, field: FormField) -> None:
        name = label(field.label, "muted")
        accessible = f"{capital(self._what)} {field.label.lower()}"
        if field.is_list:
            chips = self._make_chips(field, accessible)
            name.setBuddy(chips.edit)
            form.addRow(name, chips)
            return
        edit = FieldEdit(self._suggest(field))
        edit.setPlaceholderText(field.hint)
        edit.setAccessibleName(accessible)
        edit.textEdited.connect(lambda text: self._on_edited(field, text))
        edit.chosen.connect(lambda text: self._on_edited(field, text))
        if field.is_path and self.paths is not None:
            edit.entered.connect(self.paths.forget)
        self._edits[field.key] = edit
        name.setBuddy(edit)
        form.addRow(name, self._with_chooser(edit, field) if field.is_path else edit)
        if field.is_licence:
            self._notes[field.key] = label("", "caption", wrap=True)
            self._notes[field.key].hide()
            form.addRow("", self._notes[field.key])

    def _suggest(self, field: FormField) -> Suggest | None:
        if field.is_licence:
            return suggest_licences
        if field.is_path:
            return None if self.paths is None else self.paths.suggest
        return suggest_words(field.completions) if field.completions else None

    def _make_chips(self, field: FormField, name: str) -> ChipsField:
        chips = ChipsField(name, field.label.lower().removesuffix("s"), field.hint)
        place = (*self.path, field.key)
        chips.edited.connect(lambda values: self.field_edited.emit(place, values))
        self._chips[field.key], self._edits[field.key] = chips, chips.edit
        return chips

    def _with_chooser(self, edit: FieldEdit, field: FormField) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(edit, 1)
        place = (*self.path, field.key)
        layout.addWidget(
            self._button("folder-open", f"Choose path of {self._what}", lambda: self.path_wanted.emit(place))
        )
        return row

    def _make_parameters(self, outer: QVBoxLayout) -> ParametersTable:
        table = ParametersTable(f"Parameters of {self._what}")
        table.edited.connect(self._on_parameter_edited)
        outer.addWidget(table)
        return table

    # -- showing

    def _show_field(self, field: FormField, entry: object, problem: str) -> None:
        known = self._struct.find(field.key)
        value: Any = getattr(entry, known.attribute) if known is not None else ""
        frame: QWidget
        if field.is_list:
            frame = self._chips[field.key]
            self._chips[field.key].show_values(tuple(value))
        else:
            frame = edit = self._edits[field.key]
            edit.show_text(str(value))
        if bool(frame.property("invalid")) != bool(problem):
            restyle(frame, invalid=bool(problem))
        about = licence_note(str(value)) if field.is_licence else ""
        self._edits[field.key].setAccessibleDescription(problem or about)
        if field.is_licence:
            self._show_licence(field, about)

    def _show_licence(self, field: FormField, about: str) -> None:
        """The title as a tip; what is odd about the identifier below the field."""
        note = self._notes[field.key]
        is_odd = "SPDX" in about
        self._edits[field.key].setToolTip(about)
        note.setText(about if is_odd else "")
        note.setVisible(is_odd)

    def _on_edited(self, field: FormField, text: str) -> None:
        self.field_edited.emit((*self.path, field.key), text)

    @Slot(object)
    def _on_parameter_edited(self, edit: object) -> None:
        self.parameter_edited.emit(self.path, edit)


class _Note(ElidedLabel):
    """At the right, in what room is left."""

    def __init__(self) -> None:
        super().__init__(kind="caption", mode=Qt.TextElideMode.ElideRight)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        area = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


class _Picture(QLabel):
    """The picture of a section, in the colour of the scheme."""

    def __init__(self, image: str) -> None:
        super().__init__()
        self._image = image
        self._draw()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        self.setPixmap(icon(self._image, "accent").pixmap(QSize(16, 16), self.devicePixelRatioF()))


def capital(text: str) -> str:
    """With a capital at its start."""
    return text[:1].upper() + text[1:]


def takes_the_rest(section: tuple[str, ...], entry: object) -> bool:
    """Whether an entry takes all that no other one names: its path is the folder itself, or empty where that
    means the same.
    """
    path = str(getattr(entry, "path", ""))
    if getattr(entry, "remote_path", "") or (not path and section not in _EMPTY_IS_FOLDER):
        return False
    return bool(section) and section != ("package",) and effective_path(path) == "."


def struct_of(section: FormSection) -> Struct:
    """The table of fields of a section's entries."""
    struct = KITFILE
    for key in section.path:
        field = struct.find(key)
        assert field is not None
        assert field.struct is not None
        struct = field.struct
    return struct
