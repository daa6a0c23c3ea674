"""The registries of the user as a Qt model."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QIcon

from kitops_desktop.ui.browser import registry_rows
from kitops_desktop.ui.browser.registry_mark import MARK_COLOURS, stage_pills
from kitops_desktop.ui.browser.registry_rows import Answers, RegistryRow
from kitops_desktop.ui.icons import icon, tinted
from kitops_desktop.ui.widgets.badge import Tone
from kitops_desktop.ui.widgets.row_model import AnyIndex, RowModel


class Column(IntEnum):
    HOST = 0
    STAGE = 1
    SIGN_IN = 2
    KEPT = 3
    STATE = 4


class Role(IntEnum):
    ROW = Qt.ItemDataRole.UserRole
    PILLS = Qt.ItemDataRole.UserRole + 1


class RegistriesModel(RowModel[RegistryRow]):
    """A row for each registry, by name."""

    HEADINGS = ("Registry", "Stage", "Sign-in", "Kept", "Connection")

    def show_rows(self, rows: Iterable[RegistryRow]) -> None:
        """Show these; as long as the hosts are the same, what is chosen stays chosen."""
        rows = tuple(rows)
        same = [row.host for row in rows] == [row.host for row in self.rows]
        (self.replace_rows if same else super().show_rows)(rows)

    def put(self, row: RegistryRow) -> None:
        """Show what is known of one registry now; one that is not shown is not added."""
        for place, one in enumerate(self.rows):
            if one.host == row.host and one != row:
                self.rows = (*self.rows[:place], row, *self.rows[place + 1 :])
                self.dataChanged.emit(self.index(place, 0), self.index(place, len(Column) - 1))

    def touch(self, host: str) -> None:
        """What is said of a registry counts with the time."""
        for place, one in enumerate(self.rows):
            if one.host == host:
                index = self.index(place, Column.STATE)
                self.dataChanged.emit(index, index)

    def row_of(self, host: str) -> RegistryRow | None:
        return next((row for row in self.rows if row.host == host), None)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index)
        if row is None:
            return None
        column = Column(index.column())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _cell(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return registry_rows.tool_tip(row)
        if role == Qt.ItemDataRole.DecorationRole and column is Column.HOST:
            return _icon(row)
        if role == Qt.ItemDataRole.ForegroundRole and column is not Column.HOST:
            return QGuiApplication.palette().placeholderText()
        if role == Role.PILLS:
            return _pills(row, column)
        return row if role == Role.ROW else None


def _cell(row: RegistryRow, column: Column) -> str:
    match column:
        case Column.HOST:
            return registry_rows.name_text(row)
        case Column.STAGE:
            return "".join(text for text, _ in stage_pills(row.label))
        case Column.SIGN_IN:
            return registry_rows.sign_in_pills(row)[0][0]
        case Column.KEPT:
            return registry_rows.where_kept(row)
    return registry_rows.state_text(row)


def _pills(row: RegistryRow, column: Column) -> tuple[tuple[str, Tone], ...]:
    if column is Column.SIGN_IN:
        return registry_rows.sign_in_pills(row)
    if column is Column.STAGE:
        return stage_pills(row.label)
    return registry_rows.state_pills(row) if column is Column.STATE else ()


def _icon(row: RegistryRow) -> QIcon:
    if row.answers is Answers.NO:
        return icon("warning", "danger")
    if row.label.colour:
        return tinted("registries", MARK_COLOURS[row.label.colour])
    return icon("registries", "accent" if row.answers is Answers.YES else "muted")
