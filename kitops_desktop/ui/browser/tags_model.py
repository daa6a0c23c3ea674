"""The tags of a repository as a Qt model: a row each, with what belongs to its version below it, and one for
signatures of which it is not known what they belong to.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from enum import IntEnum
from itertools import chain, islice

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QStandardItem, QStandardItemModel

from kitops_desktop.ui.browser import tag_cells
from kitops_desktop.ui.browser.artifact_kinds import signature_text, signed_digest
from kitops_desktop.ui.browser.known_tags import KnownTags
from kitops_desktop.ui.browser.tag_cells import AT_TIMES, HEADINGS, Column
from kitops_desktop.ui.browser.tag_rows import TagRow, Tags, Version, kind_pills, matching
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.units import count_text

AnyIndex = QModelIndex | QPersistentModelIndex
MOST_SHOWN = 5_000
"""Rows at a time: the table would keep the window waiting for more, and nobody reads so many."""

_BY_NUMBER = tuple(Column)
_COLUMNS = len(_BY_NUMBER)


class Role(IntEnum):
    ROW = Qt.ItemDataRole.UserRole  # TagRow; None for the group of signatures
    PILLS = Qt.ItemDataRole.UserRole + 1


class TagsModel(QStandardItemModel):
    """``show`` takes the tags of a repository; what becomes known of them comes by ``set_version``, and what
    refers to a version by ``set_referrers``. ``known`` has what was found out; this decides which rows there
    are.

    Qt's own model has the rows and nothing in them: a table asks for each of thousands at once whether there
    is something below it, which takes too long when Python is asked. What is in a row is asked of it alone.
    """

    filled = Signal()  # with other rows

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(0, _COLUMNS, parent)
        self.known = KnownTags()
        self.has_more = False
        """Whether more tags match than are shown."""
        self._tags: tuple[str, ...] = ()
        self._places: dict[str, int] = {}
        self._below: dict[int, tuple[TagRow, ...]] = {}
        self._loose: list[str] = []
        """Signatures whose version is not known, sorted."""
        self._said: set[Column] = set()
        self._filter = ""
        self._waiting = ""
        self._is_unsettled = False
        self._strong = QFont()
        self._strong.setWeight(QFont.Weight.DemiBold)

    @property
    def all(self) -> Tags:
        """Those there are, shown or not."""
        return self.known.all

    @property
    def shown(self) -> Tags:
        """What is shown at the top, and the signatures that belong to nothing that is known."""
        return Tags(self._tags, tuple(self._loose))

    def show(self, tags: Tags) -> None:
        """Show these tags; what was known of those that stay is shown until it is known anew."""
        self.removeRows(0, self.rowCount())
        self.known.keep(tags)
        self._fill()

    def forget(self) -> None:
        """What was known of the tags may no longer hold."""
        self.known.forget()
        self._said = set()
        self.show(self.all)

    def set_filter(self, text: str) -> None:
        if text == self._filter:
            return
        self.removeRows(0, self.rowCount())
        self._filter = text
        self._fill()

    def set_version(self, tag: str, version: Version) -> None:
        before = self.known.row(tag).version
        if self.known.put_version(tag, version):
            self._announce(self.known.row(tag))
        if before is not None and before.digest != version.digest:
            self._fold_anew()
        elif signed_digest(tag) is None:
            self._is_unsettled |= version.digest in self.all.of_versions
            self._fold(version.digest, (tag,))

    def settle(self) -> None:
        """Take signatures of which it is known by now what they belong to from those of which it is not.

        All at once, since a table goes through all rows for every one that is taken away.
        """
        if not self._is_unsettled:
            return
        self._is_unsettled = False
        kept = self._loose_of(self._found())
        if kept == self._loose:
            return
        if not kept:
            self.removeRows(len(self._tags), 1)
            self._loose = []
            return
        self._make_below(len(self._tags), 0)
        self._loose = kept
        self._make_below(len(self._tags), len(kept))

    def set_problem(self, tag: str, problem: str) -> None:
        if self.known.put_problem(tag, problem):
            self._announce(self.known.row(tag))

    def set_referrers(self, digest: str, rows: Sequence[TagRow]) -> None:
        """What is listed as referring to a version and has no tag of its own."""
        if self.known.put_referrers(digest, rows):
            self._fold(digest)

    def set_here(self, digests: Collection[str]) -> None:
        """Say which versions the local store has."""
        for row in self.known.put_here(digests):
            self._announce(row)

    def set_waiting(self, text: str) -> None:
        """Say of all rows of which nothing is known yet what they are waiting for; "" for nothing unusual."""
        if text == self._waiting:
            return
        self._waiting = text
        if self._tags:
            last = self.index(len(self._tags) - 1, Column.KIND)
            self.dataChanged.emit(self.index(0, Column.KIND), last)

    def row_of(self, tag: str) -> TagRow | None:
        """What is known of a tag; None for one that is not shown."""
        return self.known.row(tag) if self.index_of(tag).isValid() else None

    def any_with(self, column: Column) -> bool:
        """Whether some row has something to say in a column."""
        return column in self._said

    def index_of(self, name: str) -> QModelIndex:
        """Of a tag, or of the digest of what has none; invalid for one that is not shown."""
        place = self._places.get(name)
        if place is not None:
            return self.index(place, 0)
        loose = bisect_left(self._loose, name)
        if loose < len(self._loose) and self._loose[loose] == name:
            return self.index(loose, 0, self.index(len(self._tags), 0))
        for above, rows in self._below.items():
            for number, row in enumerate(rows):
                if row.name == name:
                    return self.index(number, 0, self.index(above, 0))
        return QModelIndex()

    # -- what Qt asks

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        return tag_cells.alignment(Column(section)) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        column = _BY_NUMBER[index.column()]
        row = self._row_at(index)
        if row is None:
            return self._group_data(column, role)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(row, column, index)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row, column, index)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tag_cells.tool_tip(row, column)
        if role == Qt.ItemDataRole.DecorationRole:
            return tag_cells.decoration(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return tag_cells.alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole and column is not Column.TAG:
            return QGuiApplication.palette().placeholderText()
        if role == Role.PILLS:
            return kind_pills(row) if column is Column.KIND else ()
        return row if role == Role.ROW else None

    # -- inside

    def _fill(self) -> None:
        """Make the rows anew; there are none."""
        self._arrange()
        self.setRowCount(len(self._tags) + bool(self._loose))
        for place, rows in self._below.items():
            self._make_below(place, len(rows))
        if self._loose:
            self._make_below(len(self._tags), len(self._loose))
        self.filled.emit()

    def _make_below(self, place: int, count: int) -> None:
        item = self.item(place) or QStandardItem()
        if item.model() is None:
            self.setItem(place, item)
            item.setColumnCount(_COLUMNS)
        item.setRowCount(count)

    def _arrange(self) -> None:
        found = self._found()
        self._tags = found.tags[:MOST_SHOWN]
        self.has_more = len(found.tags) > MOST_SHOWN
        self._places = {tag: place for place, tag in enumerate(self._tags)}
        self._loose = self._loose_of(found)
        self._below = {}
        for row in self.known.rows:
            if row.tag in self._places and row.version is not None:
                rows = self.known.belonging_to(row.version.digest)
                if rows:
                    self._below[self._places[row.tag]] = rows

    def _loose_of(self, tags: Tags) -> list[str]:
        known = self.known.digests()
        loose = (found for digest, found in tags.of_versions.items() if digest not in known)
        return list(islice(chain.from_iterable(loose), MOST_SHOWN))

    def _found(self) -> Tags:
        return matching(self.all, self._filter) if self._filter.strip() else self.all

    def _fold_anew(self) -> None:
        """A tag was moved: what was below it may belong nowhere now."""
        self.removeRows(0, self.rowCount())
        self._fill()

    def _fold(self, digest: str, tags: Sequence[str] | None = None) -> None:
        """Show what belongs to a version below ``tags``, or below all that stand for it."""
        rows = self.known.belonging_to(digest)
        if not rows and not self._below:
            return
        for tag in self.known.tags_of(digest) if tags is None else tags:
            place = self._places.get(tag)
            if place is not None:
                self._put_below(place, rows)

    def _put_below(self, place: int, rows: tuple[TagRow, ...]) -> None:
        before = self._below.get(place, ())
        if [row.name for row in before] == [row.name for row in rows]:
            return
        if before:
            self._make_below(place, 0)
        self._below.pop(place, None)
        if rows:
            self._below[place] = rows
            self._make_below(place, len(rows))
        above = self.index(place, 0)
        self.dataChanged.emit(above, above)  # it is said how many there are

    def _announce(self, row: TagRow) -> None:
        """Have what is known now shown."""
        self._said.update(column for column in AT_TIMES if tag_cells.text(row, column))
        place = self._places.get(row.tag)
        first = self.index_of(row.tag) if place is None else self.index(place, 0)
        if first.isValid():
            self.dataChanged.emit(first, first.siblingAtColumn(_COLUMNS - 1))

    def _row_at(self, index: AnyIndex) -> TagRow | None:
        above, row = index.parent(), index.row()
        if not above.isValid():
            return self.known.row(self._tags[row]) if row < len(self._tags) else None
        if above.row() >= len(self._tags):
            return self.known.row(self._loose[row])
        below = self._below[above.row()][row]
        return self.known.row(below.tag) if below.tag else below

    def _is_waiting(self, row: TagRow, column: Column) -> bool:
        unknown = row.version is None and not row.problem and bool(self._waiting)
        return unknown and column is Column.KIND and signed_digest(row.tag) is None

    def _shown(self, row: TagRow, column: Column, index: AnyIndex) -> str:
        if self._is_waiting(row, column):
            return self._waiting
        above = index.parent() if column is Column.TAG and row.tag else QModelIndex()
        if above.isValid() and above.row() < len(self._tags):
            return signature_text(row.tag)  # which version it is for is what it stands below
        return tag_cells.text(row, column)

    def _spoken(self, row: TagRow, column: Column, index: AnyIndex) -> str:
        if self._is_waiting(row, column):
            return self._waiting
        text = tag_cells.spoken(row, column)
        below = () if index.parent().isValid() else self._below.get(index.row(), ())
        if column is Column.TAG and below:
            return (
                f"{text}, with {count_text(len(below), 'signature or the like', 'signatures and the like')}"
            )
        return text

    def _group_data(self, column: Column, role: int) -> object:
        count = len(self._loose)
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
