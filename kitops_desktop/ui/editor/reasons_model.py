"""Why a proposed Kitfile is as it is, as rows: by names, or by content with what else each could be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt

from kitops_desktop.classification.classification import Alternative, Guess, Section
from kitops_desktop.kitfile.generate import Reason
from kitops_desktop.kitfile.ignore import IGNORE_FILE
from kitops_desktop.kitfile.problems import field_path
from kitops_desktop.ui.editor.field_names import field_title
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.widgets.row_model import AnyIndex, RowModel

_ICONS = {
    "model": "model",
    "model part": "model",
    "dataset": "dataset",
    "docs": "docs",
    "code": "code",
    "left out": "eye-off",
}
_SECTION_ICONS = {
    "model": "model",
    "datasets": "dataset",
    "code": "code",
    "docs": "docs",
    "prompts": "prompt",
    "package": "projects",
    "mcpServers": "code",
}
_SECTION_TITLES = {Section.IGNORED: "leave it out"}


class ReasonsModel(RowModel[Reason | Guess]):
    """A row for each ``Reason`` or ``Guess``; a guess that was changed says what it is now."""

    HEADINGS = ("What", "Taken as", "Why", "Or, by its number")

    def __init__(self, rows: Sequence[Reason | Guess], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows = tuple(rows)
        self._changed: dict[int, str] = {}

    def guess(self, row: int) -> Guess | None:
        found = self.rows[row] if 0 <= row < len(self.rows) else None
        return found if isinstance(found, Guess) else None

    def alternative(self, row: int, number: int) -> Alternative | None:
        """The alternative that has this number, from 1, in a row."""
        guess = self.guess(row)
        if guess is None or not 1 <= number <= len(guess.alternatives):
            return None
        return guess.alternatives[number - 1]

    def show_changed(self, row: int, alternative: Alternative) -> None:
        """Say what the guess is now."""
        self._changed[row] = alternative_text(alternative)
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        found = self.row_at(index)
        if found is None:
            return None
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return icon(_icon_name(found), "muted")
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if isinstance(found, Reason):
            path = "the folder itself" if found.path == "." else name_text(found.path)
            return (path, found.choice, found.why, "")[index.column()]
        value = self._changed.get(index.row(), name_text(found.value))
        others = "   ".join(
            f"{number} {alternative_text(one)}" for number, one in enumerate(found.alternatives[:9], 1)
        )
        title = IGNORE_FILE if found.field == IGNORE_FILE else field_title(field_path(found.field))
        return (title, value, found.why, others)[index.column()]


def alternative_text(alternative: Alternative) -> str:
    """What an alternative is called: the value, or the section."""
    if alternative.section is None:
        return name_text(alternative.value)
    return _SECTION_TITLES.get(alternative.section, alternative.section.value)


def _icon_name(found: Reason | Guess) -> str:
    if isinstance(found, Reason):
        return _ICONS.get(found.choice, "file")
    if found.field == IGNORE_FILE:
        return "eye-off"
    section = found.field.partition(".")[0].partition("[")[0]
    return _SECTION_ICONS.get(section, "file")
