"""One entry of the Kitfile as a card of labelled fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QSize, QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCompleter,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.kitfile.fields import KITFILE, Struct
from kitops_desktop.ui.editor.field_edit import FieldEdit
from kitops_desktop.ui.editor.form_fields import FormField, FormSection
from kitops_desktop.ui.editor.parameters_table import ParametersTable
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.widgets.parts import icon_button, label, restyle

FieldPath = tuple[str | int, ...]


class EntryCard(QFrame):
    """The fields of one entry, what it takes, and buttons to move and remove it."""

    field_edited = Signal(object, object)  # FieldPath, str or tuple[str, ...]
    parameters_edited = Signal(object, object)
    removed = Signal(object)  # FieldPath of the entry
    moved = Signal(object, int)
    path_wanted = Signal(object)

    def __init__(self, section: FormSection, path: FieldPath, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._section = section
        self._path = path
        self._edits: dict[str, FieldEdit] = {}
        self._struct = struct_of(section)
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
        for field in self._section.fields:
            self._show_text(self._edits[field.key], shown_value(entry, self._struct, field))
        if self._parameters is not None:
            self._parameters.show_parameters(getattr(entry, "parameters", None))
        for key, edit in self._edits.items():
            if edit.property("invalid") != (key in problems):
                restyle(edit, invalid=key in problems)
            edit.setAccessibleDescription(problems.get(key, ""))
        self._note.setText(note)
        self._up.setEnabled(not is_first)
        self._down.setEnabled(not is_last)
        self._wrong.setText("\n".join(problems.values()))
        self._wrong.setVisible(bool(problems))

    def focus_field(self, key: str) -> bool:
        edit = self._edits.get(key) or next(iter(self._edits.values()))
        edit.selectAll()
        edit.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _make_header(self) -> QHBoxLayout:
        header = QHBoxLayout()
        number = f" {self._path[-1] + 1}" if isinstance(self._path[-1], int) else ""
        self._what = f"{self._section.one}{number}"
        header.setSpacing(4)
        header.addWidget(_Picture(self._section.icon))
        header.addWidget(label(capital(self._what), "strong"))
        header.addStretch(1)
        self._note = label("", "caption")
        header.addWidget(self._note)
        self._up = self._button(
            "chevron-up", f"Move {self._what} up", lambda: self.moved.emit(self._path, -1)
        )
        self._down = self._button(
            "chevron-down", f"Move {self._what} down", lambda: self.moved.emit(self._path, 1)
        )
        remove = self._button("trash", f"Remove {self._what}", lambda: self.removed.emit(self._path))
        for button in (self._up, self._down):
            if self._section.is_list:
                header.addWidget(button)
            else:
                button.setParent(self)
                button.hide()
        header.addWidget(remove)
        return header

    def _button(self, image: str, name: str, clicked: Callable[[], None]) -> QToolButton:
        button = icon_button(image, name, role="muted")
        button.setIconSize(QSize(15, 15))
        button.clicked.connect(lambda: clicked())
        return button

    def _add_row(self, form: QFormLayout, field: FormField) -> None:
        edit = FieldEdit()
        edit.setPlaceholderText(field.hint)
        edit.setAccessibleName(f"{capital(self._what)} {field.label.lower()}")
        if field.completions:
            completer = QCompleter(QStringListModel(list(field.completions), edit), edit)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            edit.setCompleter(completer)
            completer.activated.connect(lambda text, field=field: self._on_edited(field, str(text)))
        edit.textEdited.connect(lambda text, field=field: self._on_edited(field, text))
        self._edits[field.key] = edit
        name = label(field.label, "muted")
        name.setBuddy(edit)
        form.addRow(name, self._with_chooser(edit, field) if field.is_path else edit)

    def _with_chooser(self, edit: FieldEdit, field: FormField) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(edit, 1)
        place = (*self._path, field.key)
        choose = self._button(
            "folder-open", f"Choose path of {self._what}", lambda: self.path_wanted.emit(place)
        )
        layout.addWidget(choose)
        return row

    def _make_parameters(self, outer: QVBoxLayout) -> ParametersTable:
        table = ParametersTable(f"Parameters of {self._what}")
        table.edited.connect(self._on_parameters_edited)
        outer.addWidget(table)
        return table

    def _show_text(self, edit: FieldEdit, text: str) -> None:
        if not (edit.hasFocus() and same_list(edit.text(), text)):
            edit.show_text(text)

    def _on_edited(self, field: FormField, text: str) -> None:
        value: str | tuple[str, ...] = split_list(text) if field.is_list else text
        self.field_edited.emit((*self._path, field.key), value)

    @Slot(object)
    def _on_parameters_edited(self, value: object) -> None:
        self.parameters_edited.emit(self._path, value)


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


def struct_of(section: FormSection) -> Struct:
    """The table of fields of a section's entries."""
    struct = KITFILE
    for key in section.path:
        field = struct.find(key)
        assert field is not None
        assert field.struct is not None
        struct = field.struct
    return struct


def shown_value(entry: object, struct: Struct, field: FormField) -> str:
    """A field's value as one line of text."""
    known = struct.find(field.key)
    value: Any = getattr(entry, known.attribute) if known is not None else ""
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def split_list(text: str) -> tuple[str, ...]:
    """``a, b`` as two texts; blanks around and empty pieces do not count."""
    return tuple(piece.strip() for piece in text.split(",") if piece.strip())


def same_list(a: str, b: str) -> bool:
    """Whether two lines mean the same list, so that a comma just typed is not taken away again."""
    return split_list(a) == split_list(b)
