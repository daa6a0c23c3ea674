"""What a tag stood for over time as a Qt model."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication, QIcon

from kitops_desktop.oci.digest import short_digest
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.library.tag_story import StoryRow
from kitops_desktop.ui.units import age_text, time_text
from kitops_desktop.ui.widgets.row_model import AnyIndex, RowModel

BADGES = Qt.ItemDataRole.UserRole
_ICONS = {
    "pack": "pack",
    "push": "upload",
    "pull": "download",
    "copy": "forward",
    "unpack": "unpack",
    "stored": "tag",
    "deleted": "trash",
}


class HistoryColumn(IntEnum):
    SINCE = 0
    WHAT = 1
    TAG = 2
    VERSION = 3
    OTHERS = 4
    PLACE = 5
    LAST_SEEN = 6


class HistoryModel(RowModel[StoryRow]):
    """A row for each time that something was done or seen, the latest first."""

    HEADINGS = ("Since", "What", "Tag", "Version", "Other tags", "Where", "Last seen")

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index)
        if row is None:
            return None
        column = HistoryColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column is HistoryColumn.SINCE:
            return row.sentence
        if role == BADGES and column is HistoryColumn.PLACE:
            return _badges(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tool_tip(row, column)
        if role == Qt.ItemDataRole.DecorationRole and column is HistoryColumn.WHAT:
            return _icon(row)
        if role == Qt.ItemDataRole.FontRole and row.is_shown and column is HistoryColumn.VERSION:
            return _bold()
        if role == Qt.ItemDataRole.ForegroundRole and column is HistoryColumn.LAST_SEEN:
            return QGuiApplication.palette().placeholderText()
        return None


def _cell(row: StoryRow, column: HistoryColumn) -> str:
    event = row.event
    texts = {
        HistoryColumn.SINCE: time_text(event.first_at),
        HistoryColumn.WHAT: row.what,
        HistoryColumn.TAG: event.tag,
        HistoryColumn.VERSION: short_digest(event.digest),
        HistoryColumn.OTHERS: ", ".join(row.others),
        HistoryColumn.PLACE: ", ".join(text for text, _ in _badges(row)),
        HistoryColumn.LAST_SEEN: age_text(event.last_at),
    }
    return texts[column]


def _badges(row: StoryRow) -> tuple[tuple[str, str], ...]:
    shown = (("Shown", "accent"),) if row.is_shown else ()
    if row.is_here:
        return (*shown, ("On this computer", "success"))
    return shown if row.is_remote else (*shown, ("Gone", "neutral"))


def _tool_tip(row: StoryRow, column: HistoryColumn) -> str:
    if column is HistoryColumn.LAST_SEEN:
        return time_text(row.event.last_at)
    if column is HistoryColumn.OTHERS and row.others:
        return "\n".join(row.others)
    if not row.can_open:
        return f"{row.event.digest}\nThis version is no longer in the store."
    return str(row.event.digest)


def _icon(row: StoryRow) -> QIcon:
    return icon(_ICONS.get(row.event.what, "eye"), "muted")


def _bold() -> QFont:
    font = QFont(QGuiApplication.font())
    font.setBold(True)
    return font
