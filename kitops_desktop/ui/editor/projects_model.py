"""The list of projects for a view."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.editor.project_rows import ProjectRow
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.widgets.row_model import AnyIndex, RowModel


class ProjectColumn(IntEnum):
    NAME = 0
    STATE = 1
    FOLDER = 2
    REFERENCE = 3
    OPENED = 4


class Role(IntEnum):
    ROW = Qt.ItemDataRole.UserRole
    BADGES = Qt.ItemDataRole.UserRole + 1


class ProjectsModel(RowModel[ProjectRow]):
    """A row for each project, the latest opened first."""

    HEADINGS = ("Name", "State", "Folder", "Last packed as", "Opened")

    def show_rows(self, rows: Iterable[ProjectRow]) -> None:
        """Show these; as long as the folders are the same, what is chosen stays chosen."""
        rows = tuple(rows)
        same = [row.folder for row in rows] == [row.folder for row in self.rows]
        (self.replace_rows if same else super().show_rows)(rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index)
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            packed = row.last_reference or "not yet"
            return (row.name, row.states, row.place, packed, row.opened)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            says = row.states if index.column() == ProjectColumn.STATE else ""
            return says or name_text(str(row.folder))
        if role == Qt.ItemDataRole.DecorationRole and index.column() == ProjectColumn.NAME:
            return icon("projects", "accent" if row.is_there else "muted")
        if role == Qt.ItemDataRole.ForegroundRole and (
            not row.is_there or index.column() != ProjectColumn.NAME
        ):
            return QGuiApplication.palette().placeholderText()
        if role == Role.BADGES and index.column() == ProjectColumn.STATE:
            return row.pills
        return row if role == Role.ROW else None
