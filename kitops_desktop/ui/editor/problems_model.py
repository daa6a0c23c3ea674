"""The problems of a project as a list for a view."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from kitops_desktop.ui.editor.problem_rows import ProblemRow
from kitops_desktop.ui.editor.severity_look import SEVERITY_LOOKS
from kitops_desktop.ui.icons import icon

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    ROW = Qt.ItemDataRole.UserRole


class ProblemsModel(QAbstractListModel):
    """One row for each problem."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ProblemRow, ...] = ()

    def show_rows(self, rows: tuple[ProblemRow, ...]) -> None:
        if [_shown(row) for row in rows] == [_shown(row) for row in self.rows]:
            self.rows = rows
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def row_like(self, row: ProblemRow) -> int:
        """Where the row that says the same stands now, -1 when none does."""
        wanted = row.severity, row.part, row.text, row.path
        return next(
            (
                number
                for number, one in enumerate(self.rows)
                if (one.severity, one.part, one.text, one.path) == wanted
            ),
            -1,
        )

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        look = SEVERITY_LOOKS[row.severity]
        if role == Qt.ItemDataRole.DisplayRole:
            return problem_text(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{look.word}: {problem_text(row)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.text}\n{row.suggestion}".strip()
        if role == Qt.ItemDataRole.DecorationRole:
            return icon(look.icon, look.colour)
        return row if role == Role.ROW else None


def problem_text(row: ProblemRow) -> str:
    """Where and what; what to do stands in a line of its own."""
    return "\n".join(filter(None, (f"{row.place}: {row.text}" if row.place else row.text, row.suggestion)))


def _shown(row: ProblemRow) -> tuple[object, ...]:
    return row.severity, row.part, row.text, row.place, row.suggestion, row.column
