"""Parameters of a model or dataset as a table of keys and values. Values are typed as in YAML, numbers stay
exact.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.kitfile.kitfile import Parameters
from kitops_desktop.ui.editor.parameter_text import parse_value, value_text
from kitops_desktop.ui.widgets.parts import button, label

ROW_HEIGHT = 30
MOST_ROWS_SHOWN = 8


class ParametersTable(QWidget):
    """Keys on the left, values on the right; nested values are shown as flow YAML."""

    edited = Signal(object)  # dict with the new parameters, or None when the last one was removed

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: dict[str, Any] = {}
        self._showing = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        header = QHBoxLayout()
        header.addWidget(label("Parameters", "muted"))
        header.addStretch(1)
        self._remove = button("Remove", "minus", "quiet")
        self._remove.setAccessibleName(f"Remove from {name.lower()}")
        self._remove.clicked.connect(self._on_remove_clicked)
        header.addWidget(self._remove)
        add = button("Add", "plus", "quiet")
        add.setAccessibleName(f"Add to {name.lower()}")
        add.clicked.connect(self._on_add_clicked)
        header.addWidget(add)
        layout.addLayout(header)
        self._other = label("The parameters are no map of names; edit them in the text.", "muted", wrap=True)
        layout.addWidget(self._other)
        self._table = QTableWidget(0, 2)
        self._table.setAccessibleName(name)
        self._table.setHorizontalHeaderLabels(["Name", "Value"])
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self._table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._table.setTabKeyNavigation(False)
        self._table.cellChanged.connect(self._on_cell_changed)
        self._table.itemSelectionChanged.connect(self._on_selection_changed)
        layout.addWidget(self._table)
        self.show_parameters(None)

    def show_parameters(self, parameters: Parameters | None) -> None:
        value = {} if parameters is None else parameters.value
        is_map = isinstance(value, dict) and all(isinstance(key, str) for key in value)
        self._other.setVisible(not is_map)
        self._value = dict(value) if is_map else {}
        self._showing = True
        try:
            self._fill()
        finally:
            self._showing = False
        self._table.setVisible(bool(self._value))
        self._on_selection_changed()

    def _fill(self) -> None:
        self._table.setRowCount(len(self._value))
        for row, (key, value) in enumerate(self._value.items()):
            for column, text in enumerate((key, value_text(value))):
                item = self._table.item(row, column)
                if item is None:
                    self._table.setItem(row, column, QTableWidgetItem(text))
                elif item.text() != text:
                    item.setText(text)
        rows = min(max(len(self._value), 1), MOST_ROWS_SHOWN)
        self._table.setFixedHeight(self._table.horizontalHeader().sizeHint().height() + rows * ROW_HEIGHT + 4)

    @Slot(int, int)
    def _on_cell_changed(self, row: int, column: int) -> None:
        if self._showing:
            return
        item = self._table.item(row, column)
        keys = list(self._value)
        if item is None or row >= len(keys):
            return
        if column == 1:
            self._emit({**self._value, keys[row]: parse_value(item.text())})
        else:
            name = item.text().strip()
            taken = name in keys and name != keys[row]
            renamed = keys[row] if taken or not name else name
            self._emit({renamed if key == keys[row] else key: value for key, value in self._value.items()})

    @Slot()
    def _on_add_clicked(self) -> None:
        number = 1
        while f"parameter{number}" in self._value:
            number += 1
        self._emit({**self._value, f"parameter{number}": ""})
        self._table.setCurrentCell(self._table.rowCount() - 1, 0)
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_remove_clicked(self) -> None:
        row = self._table.currentRow()
        keys = list(self._value)
        if 0 <= row < len(keys):
            left = {key: value for key, value in self._value.items() if key != keys[row]}
            self._emit(left or None)

    @Slot()
    def _on_selection_changed(self) -> None:
        self._remove.setEnabled(bool(self._value) and self._table.currentRow() >= 0)

    def _emit(self, value: dict[str, Any] | None) -> None:
        self.edited.emit(value)
