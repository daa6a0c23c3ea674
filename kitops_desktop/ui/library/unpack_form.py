"""The questions of the unpack sheet: which contents, and what about files in the way."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHeaderView,
    QRadioButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.modelkit.conflicts import Conflict
from kitops_desktop.ui.library.conflict_model import ConflictColumn, ConflictModel
from kitops_desktop.ui.library.unpack_choice import InTheWay, KindOption, What
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.parts import label

_INDENT = 26


class WhatForm(QWidget):
    """Everything, some kinds, or the ticked files."""

    changed = Signal()

    def __init__(self, options: tuple[KindOption, ...], ticked: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all = QRadioButton("&Everything")
        self._some = QRadioButton("Only &some kinds")
        self._ticked = QRadioButton("Only what is &ticked on the Files tab")
        group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._all)
        layout.addWidget(self._some)
        kinds = QVBoxLayout()
        kinds.setContentsMargins(_INDENT, 0, 0, 0)
        kinds.setSpacing(2)
        self._kinds: dict[str, QCheckBox] = {}
        for option in options:
            box = QCheckBox(option.text)
            box.setChecked(True)
            box.toggled.connect(self.changed)
            self._kinds[option.filter_type] = box
            kinds.addWidget(box)
        layout.addLayout(kinds)
        layout.addWidget(self._ticked)
        self._ticked.setVisible(ticked > 0)
        for each in (self._all, self._some, self._ticked):
            group.addButton(each)
            each.toggled.connect(self._on_toggled)
        (self._ticked if ticked else self._all).setChecked(True)

    @property
    def what(self) -> What:
        if self._some.isChecked():
            return What.KINDS
        return What.TICKED if self._ticked.isChecked() else What.EVERYTHING

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(name for name, box in self._kinds.items() if box.isChecked())

    @Slot(bool)
    def _on_toggled(self, checked: bool) -> None:
        for box in self._kinds.values():
            box.setVisible(self._some.isChecked())
        if checked:
            self.changed.emit()


class ConflictForm(QWidget):
    """The files in the way, and one rule for all or a tick for each. Hidden while there are none."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ConflictModel(self)
        self._title = label("", "strong", wrap=True)
        self._rules = {
            InTheWay.SKIP: QRadioButton("&Keep what is there"),
            InTheWay.REPLACE: QRadioButton("&Replace with what is unpacked"),
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
        self._table = self._make_table()
        layout.addWidget(self._table)
        self.model.choice_changed.connect(self.changed)
        self._rules[InTheWay.SKIP].setChecked(True)
        self.hide()

    @property
    def rule(self) -> InTheWay:
        return next(rule for rule, radio in self._rules.items() if radio.isChecked())

    def show_conflicts(self, conflicts: tuple[Conflict, ...], *, maybe: bool = False) -> None:
        """``maybe``: there may be others, which are found while unpacking."""
        self.model.show(conflicts)
        verb = "is" if len(conflicts) == 1 else "are"
        text = f"{count_text(len(conflicts), 'file')} {verb} there already"
        if maybe:
            text = f"{text}, and others may be" if conflicts else "Files may be there already"
        self._title.setText(text)
        self._table.setVisible(bool(conflicts))
        self._rules[InTheWay.EACH].setVisible(bool(conflicts))
        if not conflicts and self._rules[InTheWay.EACH].isChecked():
            self._rules[InTheWay.SKIP].setChecked(True)
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
        table.verticalHeader().setDefaultSectionSize(28)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(ConflictColumn.PATH, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(ConflictColumn.EXISTING, 90)
        header.resizeSection(ConflictColumn.NEW, 90)
        table.setMinimumHeight(150)
        return table

    @Slot(bool)
    def _on_rule(self, checked: bool) -> None:
        if checked:
            self.model.set_choosing(self.rule == InTheWay.EACH)
            self.changed.emit()
