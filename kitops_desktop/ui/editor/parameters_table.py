"""Parameters of a model or dataset as a table of names, values and types. Each edit is of one parameter;
numbers stay as they were typed.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.kitfile.kitfile import Parameters
from kitops_desktop.ui.editor.parameter_edits import (
    MoveParameter,
    RemoveParameter,
    RenameParameter,
    SetParameter,
)
from kitops_desktop.ui.editor.parameter_text import (
    ParameterError,
    ParameterType,
    converted,
    read_value,
    type_of,
    value_text,
)
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.widgets.parts import button, icon_button, label

ROW_HEIGHT = 32
MOST_ROWS_SHOWN = 8
"""Rows without scrolling."""
MOST_ROWS = 200
"""Parameters that are put into the table at a time."""
NAME, VALUE, TYPE = range(3)
_ALT = Qt.KeyboardModifier.AltModifier
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class ParametersTable(QWidget):
    """Lists and maps are shown as flow YAML. What cannot be read stays in its cell, with the reason."""

    edited = Signal(object)  # ParameterEdit

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: dict[str, Any] = {}
        self._wrong: dict[str, tuple[str, str]] = {}
        """By key: what was typed as its value, and why it cannot be."""
        self._showing = False
        self._new = ""
        self._name = name
        self._most = MOST_ROWS
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self._make_header())
        self._other = label("The parameters are no map of names; edit them in the text.", "muted", wrap=True)
        layout.addWidget(self._other)
        self._table = self._make_table()
        layout.addWidget(self._table)
        self._more = button("", kind="link")
        self._more.clicked.connect(self._on_more_clicked)
        layout.addWidget(self._more)
        self._says = label("", "danger", wrap=True)
        self._says.hide()
        layout.addWidget(self._says)
        self.show_parameters(None)

    def show_parameters(self, parameters: Parameters | None) -> None:
        value = {} if parameters is None else parameters.value
        is_map = isinstance(value, dict) and all(isinstance(key, str) for key in value)
        self._other.setVisible(not is_map)
        self._add.setEnabled(is_map)
        before, self._value = self._value, dict(value) if is_map else {}
        self._wrong = {
            key: wrong
            for key, wrong in self._wrong.items()
            if key in self._value and value_text(before.get(key)) == value_text(self._value[key])
        }
        self._show_rows()
        self._table.setVisible(bool(self._value))
        self._on_selection_changed()
        if self._new in self._value:
            self._most = max(self._most, len(self._value))
            self._show_rows()
            self._begin_name(self._new)

    # -- building

    def _make_header(self) -> QHBoxLayout:
        header = QHBoxLayout()
        header.setSpacing(2)
        header.addWidget(label("Parameters", "muted"))
        header.addStretch(1)
        of = self._name.lower()
        self._up = self._row_button("chevron-up", f"Move up in {of}", "Alt+Up", lambda: self._move(-1))
        self._down = self._row_button("chevron-down", f"Move down in {of}", "Alt+Down", lambda: self._move(1))
        self._remove = self._row_button("minus", f"Remove from {of}", "Del", self._remove_current)
        for one in (self._up, self._down, self._remove):
            header.addWidget(one)
        self._add = button("Add", "plus", "quiet")
        self._add.setAccessibleName(f"Add to {of}")
        self._add.clicked.connect(self._on_add_clicked)
        header.addWidget(self._add)
        return header

    def _row_button(self, image: str, name: str, key: str, clicked: Callable[[], None]) -> QWidget:
        made = icon_button(image, name, role="muted")
        made.setToolTip(f"{name} ({key})")  # the table takes the key itself
        made.clicked.connect(lambda: clicked())
        return made

    def _make_table(self) -> QTableWidget:
        table = _Table(self)
        table.setAccessibleName(self._name)
        table.setHorizontalHeaderLabels(["Name", "Value", "Type"])
        table.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setSectionResizeMode(TYPE, QHeaderView.ResizeMode.Fixed)
        table.setColumnWidth(TYPE, 142)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        table.setShowGrid(False)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setTabKeyNavigation(False)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        table.setItemDelegate(_CellDelegate(table))
        table.setItemDelegateForColumn(TYPE, _TypeDelegate(table))
        table.cellChanged.connect(self._on_cell_changed)
        table.itemSelectionChanged.connect(self._on_selection_changed)
        table.move_wanted.connect(self._move)
        table.remove_wanted.connect(self._remove_current)
        return table

    # -- showing

    def _show_rows(self) -> None:
        self._showing = True
        try:
            self._fill()
        finally:
            self._showing = False
        rows = min(max(len(self._value), 1), MOST_ROWS_SHOWN)
        self._table.setFixedHeight(self._table.horizontalHeader().sizeHint().height() + rows * ROW_HEIGHT + 4)
        self._says.setText("\n".join(f"{key}: {why}" for key, (_, why) in self._wrong.items()))
        self._says.setVisible(bool(self._wrong))
        left = len(self._value) - self._most
        self._more.setText(f"Show {min(left, MOST_ROWS)} more of {left:,}")
        self._more.setVisible(left > 0)

    def _fill(self) -> None:
        shown = list(islice(self._value.items(), self._most))
        self._table.setRowCount(len(shown))
        for row, (key, value) in enumerate(shown):
            typed, why = self._wrong.get(key, (value_text(value), ""))
            for column, text in enumerate((key, typed, type_of(value).value)):
                item = self._table.item(row, column)
                if item is None:
                    item = QTableWidgetItem(text)
                    self._table.setItem(row, column, item)
                elif item.text() != text:
                    item.setText(text)
                if column == VALUE:
                    _mark(item, why)

    def _begin_name(self, key: str) -> None:
        self._new = ""
        item = self._table.item(list(self._value).index(key), NAME)
        if item is not None:
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)
            self._table.setCurrentItem(item)
            self._table.editItem(item)

    # -- what the user asks for

    @Slot(int, int)
    def _on_cell_changed(self, row: int, column: int) -> None:
        item = self._table.item(row, column)
        keys = list(self._value)
        if self._showing or item is None or row >= len(keys):
            return
        key, text = keys[row], item.text()
        if column == NAME:
            self._rename(key, text.strip())
            return
        value = self._value[key]
        try:
            if column == TYPE:
                new = converted(value, ParameterType(text))
            elif text == value_text(value) and key not in self._wrong:
                return
            else:
                new = read_value(text, value)
        except ParameterError as error:
            self._wrong[key] = (value_text(value) if column == TYPE else text, str(error))
            self._show_rows()
            return
        self._wrong.pop(key, None)
        if type_of(new) is type_of(value) and value_text(new) == value_text(value):
            self._show_rows()
        else:
            self.edited.emit(SetParameter(key, new))

    def _rename(self, key: str, name: str) -> None:
        if not name or name == key:
            self._show_rows()
        elif name in self._value:
            self._show_rows()
            self._says.setText(f"There is a parameter {name} already.")
            self._says.show()
        else:
            self.edited.emit(RenameParameter(key, name))

    @Slot()
    def _on_more_clicked(self) -> None:
        self._most += MOST_ROWS
        self._show_rows()

    @Slot()
    def _on_add_clicked(self) -> None:
        number = 1
        while f"parameter{number}" in self._value:
            number += 1
        self._new = f"parameter{number}"
        self.edited.emit(SetParameter(self._new, ""))

    @Slot()
    def _remove_current(self) -> None:
        row, keys = self._table.currentRow(), list(self._value)
        if 0 <= row < len(keys):
            self.edited.emit(RemoveParameter(keys[row], is_last=len(keys) == 1))

    @Slot(int)
    def _move(self, step: int) -> None:
        row, keys = self._table.currentRow(), list(self._value)
        if 0 <= row < len(keys) and 0 <= row + step < len(keys):
            self.edited.emit(MoveParameter(keys[row], row + step))
            self._table.setCurrentCell(row + step, max(self._table.currentColumn(), NAME))

    @Slot()
    def _on_selection_changed(self) -> None:
        row, count = self._table.currentRow(), len(self._value)
        for one in (self._up, self._down, self._remove):
            one.setVisible(count > 0)
        self._remove.setEnabled(0 <= row < count)
        self._up.setEnabled(0 < row < count)
        self._down.setEnabled(0 <= row < count - 1)


class _Table(QTableWidget):
    """Takes the keys that move and remove a row."""

    move_wanted = Signal(int)
    remove_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(0, 3, parent)

    def event(self, event: QEvent) -> bool:
        # the card would take them for the whole entry
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.modifiers() == _ALT and event.key() in _MOVES:
            self.move_wanted.emit(_MOVES[Qt.Key(event.key())])
        elif _is_own(event):
            self.remove_wanted.emit()
        else:
            super().keyPressEvent(event)


def _is_own(event: QKeyEvent) -> bool:
    if event.modifiers() == _ALT:
        return event.key() in _MOVES
    return event.key() == Qt.Key.Key_Delete and event.modifiers() == Qt.KeyboardModifier.NoModifier


class _CellDelegate(QStyledItemDelegate):
    """A line that fills its cell."""

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        edit = QLineEdit(parent)
        edit.setAccessibleName(str(index.model().headerData(index.column(), Qt.Orientation.Horizontal)))
        edit.setProperty("kind", "cell")
        return edit


class _TypeDelegate(QStyledItemDelegate):
    """The types to choose from; choosing one is enough."""

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        box = QComboBox(parent)
        box.setAccessibleName("Type")
        box.setProperty("kind", "cell")
        box.addItems([one.value for one in ParameterType])
        box.activated.connect(lambda: self._done(box))
        return box

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:  # noqa: N802
        if isinstance(editor, QComboBox):
            editor.setCurrentText(str(index.data()))

    def setModelData(  # noqa: N802 - Qt's name
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText())

    def _done(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)


def _mark(item: QTableWidgetItem, why: str) -> None:
    """Show at a cell what is wrong with it, "" for nothing."""
    if item.toolTip() == why:
        return
    item.setToolTip(why)
    item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, why)
    item.setData(Qt.ItemDataRole.DecorationRole, icon("error", "danger") if why else None)
