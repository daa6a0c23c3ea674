"""The question what is to happen to files in the way."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHeaderView, QRadioButton, QTableView, QVBoxLayout, QWidget

from kitops_desktop.modelkit.conflicts import Conflict
from kitops_desktop.ui.library.conflict_model import ConflictColumn, ConflictModel
from kitops_desktop.ui.library.in_the_way import InTheWay, counts_text
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.parts import label

_ROW, _MOST_ROWS = 28, 6  # of the table: its height, and how many are shown without scrolling


class ConflictForm(QWidget):
    """The files in the way, and one rule for all or a tick for each. Hidden while there are none."""

    changed = Signal()

    def __init__(
        self, done: str = "unpacked", there: str = "there already", parent: QWidget | None = None
    ) -> None:
        """``done`` is what happens to the new files, ``there`` what is said of those in the way."""
        super().__init__(parent)
        self._there = there
        self.model = ConflictModel(self)
        self._title = label("", "strong", wrap=True)
        self._rules = {
            InTheWay.SKIP: QRadioButton("&Keep what is there"),
            InTheWay.REPLACE: QRadioButton(f"&Replace with what is {done}"),
            InTheWay.BOTH: QRadioButton("Keep &both, the new one with a number"),
            InTheWay.EACH: QRadioButton("&Decide for each file"),
        }
        group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._title)
        for rule in self._rules.values():
            group.addButton(rule)
            layout.addWidget(rule)
            rule.toggled.connect(self._on_rule)
        self._counts = label("", "muted", wrap=True)
        layout.addWidget(self._counts)
        self._table = self._make_table()
        layout.addWidget(self._table)
        self.model.choice_changed.connect(self.changed)
        self.changed.connect(self._show_counts)
        self._rules[InTheWay.SKIP].setChecked(True)
        self.hide()

    @property
    def rule(self) -> InTheWay:
        return next(rule for rule, radio in self._rules.items() if radio.isChecked())

    def show_conflicts(self, conflicts: tuple[Conflict, ...], *, maybe: bool = False) -> None:
        """``maybe``: there may be others, which are found while unpacking."""
        self.model.show_rows(conflicts)
        verb = "is" if len(conflicts) == 1 else "are"
        text = f"{count_text(len(conflicts), 'file')} {verb} {self._there}"
        if maybe:
            text = f"{text}, and others may be" if conflicts else "Files may be there already"
        self._title.setText(text)
        self._table.setVisible(bool(conflicts))
        self._table.setFixedHeight(_table_height(self._table, len(conflicts)))
        self._rules[InTheWay.EACH].setVisible(bool(conflicts))
        if not conflicts and self._rules[InTheWay.EACH].isChecked():
            self._rules[InTheWay.SKIP].setChecked(True)
        self._show_counts()
        self.setVisible(maybe or bool(conflicts))

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName("Files in the way")
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(ConflictColumn.PATH, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(ConflictColumn.EXISTING, 90)
        header.resizeSection(ConflictColumn.NEW, 90)
        return table

    @Slot()
    def _show_counts(self) -> None:
        self._counts.setText(counts_text(self.model.rows, self.rule, self.model.replace))
        self._counts.setVisible(bool(self._counts.text()))

    @Slot(bool)
    def _on_rule(self, checked: bool) -> None:
        if checked:
            self.model.set_choosing(self.rule == InTheWay.EACH)
            self.changed.emit()


def _table_height(table: QTableView, rows: int) -> int:
    """As high as its rows, so that what is beside them keeps the room; from some number on it scrolls."""
    head = table.horizontalHeader().sizeHint().height()
    return head + min(rows, _MOST_ROWS) * _ROW + 2 * table.frameWidth()
