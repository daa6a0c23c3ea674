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
from kitops_desktop.modelkit.unpack_profiles import BUILT_IN, UnpackProfile
from kitops_desktop.ui.library.conflict_model import ConflictColumn, ConflictModel
from kitops_desktop.ui.library.profile_form import ProfileChooser, ProfileSaver
from kitops_desktop.ui.library.unpack_choice import InTheWay, KindOption, UnpackChoice, What, counts_text
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.parts import label

_INDENT = 26
_ROW, _MOST_ROWS = 28, 6  # of the table: its height, and how many are shown without scrolling


class WhatForm(QWidget):
    """Everything, some kinds, what a profile says, or the ticked files.

    ``save_wanted`` and ``forget_wanted`` carry the name of a profile.
    """

    changed = Signal()
    save_wanted = Signal(str)
    forget_wanted = Signal(str)

    def __init__(
        self,
        options: tuple[KindOption, ...],
        ticked: int,
        profiles: tuple[UnpackProfile, ...] = BUILT_IN,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._radios = {
            What.EVERYTHING: QRadioButton("&Everything"),
            What.KINDS: QRadioButton("Only &some kinds"),
            What.PROFILE: QRadioButton("What a &profile says"),
            What.TICKED: QRadioButton("Only what is &ticked on the Files tab"),
        }
        self._kinds = {option.filter_type: QCheckBox(option.text) for option in options}
        self._profiles, self.saver = ProfileChooser(profiles), ProfileSaver()
        self._lay_out()
        self._profiles.changed.connect(self.changed)
        self._profiles.forget_wanted.connect(self.forget_wanted)
        self.saver.save_wanted.connect(self.save_wanted)
        group = QButtonGroup(self)
        self._radios[What.TICKED].setVisible(ticked > 0)
        for box in self._kinds.values():
            box.setChecked(True)
            box.toggled.connect(self.changed)
        for radio in self._radios.values():
            group.addButton(radio)
            radio.toggled.connect(self._on_toggled)
        self._radios[What.TICKED if ticked else What.EVERYTHING].setChecked(True)

    @property
    def what(self) -> What:
        return next(what for what, radio in self._radios.items() if radio.isChecked())

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(name for name, box in self._kinds.items() if box.isChecked())

    @property
    def profile(self) -> UnpackProfile | None:
        return self._profiles.profile

    def show_choice(self, choice: UnpackChoice) -> None:
        """Begin with these answers."""
        for name, box in self._kinds.items():
            box.setChecked(not choice.kinds or name in choice.kinds)
        if choice.profile is not None:
            self._profiles.choose(choice.profile.name)
        self._radios[choice.what].setChecked(True)

    def show_profiles(self, profiles: tuple[UnpackProfile, ...], chosen: str = "") -> None:
        """Offer these; with ``chosen``, that one is what is wanted from now on."""
        self._profiles.show_profiles(profiles, chosen)
        if chosen:
            self.saver.close_field()
            self._radios[What.PROFILE].setChecked(True)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for what, radio in self._radios.items():
            layout.addWidget(radio)
            inside = QVBoxLayout()
            inside.setContentsMargins(_INDENT, 0, 0, 0)
            inside.setSpacing(2)
            for box in self._kinds.values() if what is What.KINDS else ():
                inside.addWidget(box)
            if what is What.PROFILE:
                inside.addWidget(self._profiles)
            layout.addLayout(inside)
        layout.addWidget(self.saver)

    @Slot(bool)
    def _on_toggled(self, checked: bool) -> None:
        for box in self._kinds.values():
            box.setVisible(self._radios[What.KINDS].isChecked())
        self._profiles.setVisible(self._radios[What.PROFILE].isChecked())
        can_be_kept = self._radios[What.KINDS].isChecked() or self._radios[What.TICKED].isChecked()
        self.saver.setVisible(can_be_kept)
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
        text = f"{count_text(len(conflicts), 'file')} {verb} there already"
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
