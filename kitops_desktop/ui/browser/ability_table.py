"""What a registry can do: as its documentation says, and as it turned out to be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kitops_desktop.registry.well_known import NOT_MEASURED, Ability, can_text, what_text
from kitops_desktop.ui.widgets.parts import label

_DOCUMENTED, _MEASURED = "Documented", "Measured here"
_NOT_YET = "Nothing was measured here in the last 30 days: what it does is learnt while it is used."
_ABOUT = f"Documented: {NOT_MEASURED[0].lower()}{NOT_MEASURED[1:]} Measured here: in the last 30 days."
_MEASURED_ONLY = "Learnt while it was used, in the last 30 days."


class AbilityTable(QWidget):
    """``show_abilities`` puts both beside one another, a line for each thing that is known of."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What it can do")
        self._note = label("", "caption", wrap=True)
        self._lines = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self._lines)
        self._column.addWidget(self._note)

    def show_abilities(self, documented: Sequence[Ability], measured: Sequence[Ability]) -> None:
        lines = _made_lines({_DOCUMENTED: documented, _MEASURED: measured})
        self._column.replaceWidget(self._lines, lines)
        self._lines.deleteLater()
        self._lines = lines
        notes = {(True, True): _ABOUT, (True, False): f"{NOT_MEASURED} {_NOT_YET}"}
        notes |= {(False, True): _MEASURED_ONLY, (False, False): _NOT_YET}
        self._note.setText(notes[bool(documented), bool(measured)])


def _made_lines(columns: dict[str, Sequence[Ability]]) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(5)
    grid.addWidget(label("What it can do", "strong"), 0, 0)
    rows: dict[str, int] = {}
    for title, abilities in columns.items():
        if not abilities:
            continue
        place = grid.columnCount() if rows else 1
        grid.addWidget(label(title, "muted"), 0, place)
        grid.setColumnStretch(place, 3)
        for ability in abilities:
            row = rows.setdefault(ability.what, len(rows) + 1)
            text = label(can_text(ability), "caption", wrap=True)
            text.setAccessibleName(f"{what_text(ability.what)}, {title.lower()}: {text.text()}")
            grid.addWidget(text, row, place, Qt.AlignmentFlag.AlignTop)
    for what, row in rows.items():
        grid.addWidget(label(what_text(what), "caption", wrap=True), row, 0, Qt.AlignmentFlag.AlignTop)
    grid.setColumnStretch(0, 3)
    return made
