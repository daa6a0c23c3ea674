"""The list of projects for a view."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication

from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.editor.project_rows import ProjectRow
from kitops_desktop.ui.icons import icon

Index = QModelIndex | QPersistentModelIndex


class ProjectColumn(IntEnum):
    NAME = 0
    STATE = 1
    FOLDER = 2
    REFERENCE = 3
    OPENED = 4


class Role(IntEnum):
    ROW = Qt.ItemDataRole.UserRole
    BADGES = Qt.ItemDataRole.UserRole + 1


class ProjectsModel(QAbstractTableModel):
    """A row for each project, the latest opened first."""

    HEADINGS = ("Name", "State", "Folder", "Last packed as", "Opened")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ProjectRow, ...] = ()

    def show_rows(self, rows: tuple[ProjectRow, ...]) -> None:
        if [row.folder for row in rows] == [row.folder for row in self.rows]:
            self.rows = rows
            if rows:
                last = self.index(len(rows) - 1, len(self.HEADINGS) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.HEADINGS)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.HEADINGS[section]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
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
