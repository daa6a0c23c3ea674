"""The tags of a repository as a Qt model: a row each, and one that holds all signatures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from enum import IntEnum

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QGuiApplication, QIcon

from kitops_desktop.ui.browser import tag_rows
from kitops_desktop.ui.browser.artifact_kinds import ArtifactKind
from kitops_desktop.ui.browser.tag_rows import TagRow, Tags, Version
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.units import count_text

AnyIndex = QModelIndex | QPersistentModelIndex
MOST_SHOWN = 5_000
"""Rows at a time: the table would keep the window waiting for more, and nobody reads so many."""
_TOP, _SIGNATURE = 0, 1  # internal ids: what kind of row an index belongs to

_ICONS = {
    ArtifactKind.MODEL_KIT: ("kit", "accent"),
    ArtifactKind.IMAGE: ("image", "muted"),
    ArtifactKind.INDEX: ("image", "muted"),
    ArtifactKind.SIGNATURE: ("signature", "success"),
    ArtifactKind.OTHER: ("artifact", "muted"),
}


class Column(IntEnum):
    TAG = 0
    KIND = 1
    SIZE = 2
    HERE = 3
    DIGEST = 4
    CREATED = 5


_COLUMNS = len(Column)


class Role(IntEnum):
    ROW = Qt.ItemDataRole.UserRole  # TagRow; None for the group of signatures
    PILLS = Qt.ItemDataRole.UserRole + 1


class TagsModel(QAbstractItemModel):
    """``show`` takes the tags of a repository; what becomes known of them comes by ``set_version``."""

    HEADINGS = ("Tag", "Kind", "Size", "Here", "Digest", "Made")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all = Tags()
        self.shown = Tags()
        self.has_more = False
        """Whether more tags match than are shown."""
        self._known: dict[str, TagRow] = {}
        self._old: set[str] = set()
        self._places: dict[str, int] = {}
        self._here: Collection[str] | None = None
        self._filter = ""
        self._strong = QFont()
        self._strong.setWeight(QFont.Weight.DemiBold)

    def show(self, tags: Tags) -> None:
        """Show these tags; what was known of those that stay is shown until it is known anew."""
        self.beginResetModel()
        self.all = tags
        self._arrange()
        every = set(tags.tags).union(tags.signatures)
        self._known = {tag: row for tag, row in self._known.items() if tag in every}
        self._old = set(self._known)
        self.endResetModel()

    def forget(self) -> None:
        """What was known of the tags may no longer hold."""
        self._known = {}
        self.show(self.all)

    def set_filter(self, text: str) -> None:
        if text == self._filter:
            return
        self.beginResetModel()
        self._filter = text
        self._arrange()
        self.endResetModel()

    def set_version(self, tag: str, version: Version) -> None:
        is_here = None if self._here is None else version.digest in self._here
        self._put(TagRow(tag, version, is_here=is_here))

    def set_problem(self, tag: str, problem: str) -> None:
        self._put(TagRow(tag, problem=problem))

    def set_here(self, digests: Collection[str]) -> None:
        """Say which versions the local store has."""
        self._here = digests
        for row in tuple(self._known.values()):
            if row.version is not None:
                self._show(replace(row, is_here=row.version.digest in digests))

    def row_of(self, tag: str) -> TagRow | None:
        """What is known of a tag; None for one that is not shown."""
        return self._row(tag) if tag in self._places else None

    def wants_look(self, tag: str) -> bool:
        """Whether it is to be found out what a tag stands for now."""
        return tag not in self._known or tag in self._old

    @property
    def known(self) -> tuple[TagRow, ...]:
        """The rows of which something is known."""
        return tuple(self._known.values())

    @property
    def any_created(self) -> bool:
        """Whether some version says when it was made."""
        rows = self._known.values()
        return any(row.version is not None and row.version.artifact.created is not None for row in rows)

    def index_of(self, tag: str) -> QModelIndex:
        """Invalid for a tag that is not shown."""
        place = self._places.get(tag)
        if place is None:
            return QModelIndex()
        is_signature = place >= len(self.shown.tags)
        row = place - len(self.shown.tags) if is_signature else place
        return self.createIndex(row, 0, _SIGNATURE if is_signature else _TOP)

    # -- what Qt asks

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:
        if not (0 <= row < self.rowCount(parent) and 0 <= column < _COLUMNS):
            return QModelIndex()
        return self.createIndex(row, column, _SIGNATURE if parent.isValid() else _TOP)

    def parent(self, index: AnyIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]
        if not index.isValid() or index.internalId() == _TOP:
            return QModelIndex()
        return self.createIndex(len(self.shown.tags), 0, _TOP)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        if not parent.isValid():
            return len(self.shown.tags) + bool(self.shown.signatures)
        return len(self.shown.signatures) if self._is_group(parent) else 0

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return _COLUMNS

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.HEADINGS[section]
        return _alignment(Column(section)) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        column = Column(index.column())
        row = self._row_at(index)
        if row is None:
            return self._group_data(column, role)
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tag_rows.spoken(row, column.name)
        if role == Qt.ItemDataRole.ToolTipRole:
            here = column is Column.HERE and row.is_here
            return "On this computer" if here else tag_rows.tool_tip(row)
        if role == Qt.ItemDataRole.DecorationRole:
            return _icon(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole and column is not Column.TAG:
            return QGuiApplication.palette().placeholderText()
        if role == Role.PILLS:
            return tag_rows.kind_pills(row) if column is Column.KIND else ()
        return row if role == Role.ROW else None

    # -- inside

    def _arrange(self) -> None:
        found = tag_rows.matching(self.all, self._filter) if self._filter.strip() else self.all
        self.shown = Tags(found.tags[:MOST_SHOWN], found.signatures[:MOST_SHOWN])
        self.has_more = len(found.tags) > MOST_SHOWN
        names = (*self.shown.tags, *self.shown.signatures)
        self._places = {tag: place for place, tag in enumerate(names)}

    def _put(self, row: TagRow) -> None:
        self._old.discard(row.tag)
        self._show(row)

    def _show(self, row: TagRow) -> None:
        if self._known.get(row.tag) == row:
            return
        self._known[row.tag] = row
        first = self.index_of(row.tag)
        if first.isValid():
            self.dataChanged.emit(first, first.siblingAtColumn(len(Column) - 1))

    def _is_group(self, index: AnyIndex) -> bool:
        return index.internalId() == _TOP and index.row() == len(self.shown.tags) and index.column() <= 0

    def _row_at(self, index: AnyIndex) -> TagRow | None:
        if index.internalId() == _SIGNATURE:
            return self._row(self.shown.signatures[index.row()])
        tags = self.shown.tags
        return self._row(tags[index.row()]) if index.row() < len(tags) else None

    def _row(self, tag: str) -> TagRow:
        return self._known.get(tag) or TagRow(tag)

    def _group_data(self, column: Column, role: int) -> object:
        count = len(self.shown.signatures)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"Signatures ({count:,})" if column is Column.TAG else ""
        if role == Qt.ItemDataRole.ToolTipRole or (
            role == Qt.ItemDataRole.AccessibleTextRole and column is Column.TAG
        ):
            return f"{count_text(count, 'tag')} of signatures, attestations and the like"
        if role == Qt.ItemDataRole.DecorationRole and column is Column.TAG:
            return icon("signature", "muted")
        if role == Qt.ItemDataRole.FontRole:
            return self._strong
        return () if role == Role.PILLS else None


def _cell(row: TagRow, column: Column) -> str:
    if column is Column.TAG:
        return tag_rows.shown_name(row)
    return {
        Column.KIND: tag_rows.kind_text,
        Column.SIZE: tag_rows.size_of,
        Column.HERE: tag_rows.here_text,
        Column.DIGEST: tag_rows.digest_text,
        Column.CREATED: tag_rows.created_text,
    }[column](row)


def _icon(row: TagRow, column: Column) -> QIcon | None:
    if column is Column.HERE:
        return icon("check", "success") if row.is_here else None
    if column is not Column.TAG:
        return None
    if row.problem:
        return icon("warning", "danger")
    if row.version is None:
        return icon("tag", "muted")
    name, role = _ICONS[row.version.artifact.kind]
    return icon(name, role)


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column is Column.SIZE else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
