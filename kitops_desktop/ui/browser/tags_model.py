"""The tags of a repository as a Qt model: a row each, with what belongs to its version below it, and one for
signatures of which it is not known what they belong to.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import replace
from enum import IntEnum
from itertools import chain, islice

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QIcon, QStandardItem, QStandardItemModel

from kitops_desktop.ui.browser import tag_rows
from kitops_desktop.ui.browser.artifact_kinds import ArtifactKind, signature_text, signed_digest
from kitops_desktop.ui.browser.tag_rows import TagRow, Tags, Version
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.units import count_text

AnyIndex = QModelIndex | QPersistentModelIndex
MOST_SHOWN = 5_000
"""Rows at a time: the table would keep the window waiting for more, and nobody reads so many."""

_ICONS = {
    ArtifactKind.MODEL_KIT: ("kit", "accent"),
    ArtifactKind.MODEL_PACK: ("kit", "accent"),
    ArtifactKind.IMAGE: ("image", "muted"),
    ArtifactKind.INDEX: ("image", "muted"),
    ArtifactKind.SIGNATURE: ("signature", "success"),
    ArtifactKind.OTHER: ("artifact", "muted"),
}


class Column(IntEnum):
    TAG = 0
    KIND = 1
    SIZE = 2
    LICENCE = 3
    FRAMEWORK = 4
    HERE = 5
    DIGEST = 6
    CREATED = 7


_BY_NUMBER = tuple(Column)
_COLUMNS = len(_BY_NUMBER)
_AT_TIMES = (Column.LICENCE, Column.FRAMEWORK, Column.CREATED)
"""Columns that have something to say of some tags only."""


class Role(IntEnum):
    ROW = Qt.ItemDataRole.UserRole  # TagRow; None for the group of signatures
    PILLS = Qt.ItemDataRole.UserRole + 1


class TagsModel(QStandardItemModel):
    """``show`` takes the tags of a repository; what becomes known of them comes by ``set_version``, and what
    refers to a version by ``set_referrers``.

    Qt's own model has the rows and nothing in them: a table asks for each of thousands at once whether there
    is something below it, which takes too long when Python is asked. What is in a row is asked of it alone.
    """

    HEADINGS = ("Tag", "Kind", "Size", "Licence", "Framework", "Here", "Digest", "Made")
    filled = Signal()  # with other rows

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(0, _COLUMNS, parent)
        self.all = Tags()
        self.has_more = False
        """Whether more tags match than are shown."""
        self._tags: tuple[str, ...] = ()
        self._places: dict[str, int] = {}
        self._below: dict[int, tuple[TagRow, ...]] = {}
        self._loose: list[str] = []
        """Signatures whose version is not known, sorted."""
        self._referrers: dict[str, tuple[TagRow, ...]] = {}
        self._old_referrers: set[str] = set()
        self._known: dict[str, TagRow] = {}
        self._old: set[str] = set()
        self._said: set[Column] = set()
        self._here: Collection[str] | None = None
        self._filter = ""
        self._waiting = ""
        self._is_unsettled = False
        self._strong = QFont()
        self._strong.setWeight(QFont.Weight.DemiBold)

    @property
    def shown(self) -> Tags:
        """What is shown at the top, and the signatures that belong to nothing that is known."""
        return Tags(self._tags, tuple(self._loose))

    def show(self, tags: Tags) -> None:
        """Show these tags; what was known of those that stay is shown until it is known anew."""
        self.removeRows(0, self.rowCount())
        self.all = tags
        every = set(tags.tags).union(tags.signatures)
        self._known = {tag: row for tag, row in self._known.items() if tag in every}
        self._old, self._old_referrers = set(self._known), set(self._referrers)
        self._fill()

    def forget(self) -> None:
        """What was known of the tags may no longer hold."""
        self._known, self._referrers = {}, {}
        self._said = set()
        self.show(self.all)

    def set_filter(self, text: str) -> None:
        if text == self._filter:
            return
        self.removeRows(0, self.rowCount())
        self._filter = text
        self._fill()

    def set_version(self, tag: str, version: Version) -> None:
        is_here = None if self._here is None else version.digest in self._here
        before = self._known.get(tag)
        self._put(TagRow(tag, version, is_here=is_here))
        if before is not None and before.version is not None and before.version.digest != version.digest:
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
        self._put(TagRow(tag, problem=problem))

    def set_referrers(self, digest: str, rows: Sequence[TagRow]) -> None:
        """What is listed as referring to a version and has no tag of its own."""
        self._old_referrers.discard(digest)
        if self._referrers.get(digest) != tuple(rows):
            self._referrers[digest] = tuple(rows)
            self._fold(digest)

    def set_here(self, digests: Collection[str]) -> None:
        """Say which versions the local store has."""
        self._here = digests
        for row in tuple(self._known.values()):
            if row.version is not None:
                self._show(replace(row, is_here=row.version.digest in digests))

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
        return self._row(tag) if self.index_of(tag).isValid() else None

    def wants_look(self, tag: str) -> bool:
        """Whether it is to be found out what a tag stands for now."""
        return bool(tag) and (tag not in self._known or tag in self._old)

    def wants_referrers(self, tag: str) -> str:
        """The digest of a version of which it is to be found out what refers to it; "" for none."""
        row = self._known.get(tag)
        if row is None or row.version is None or signed_digest(tag) is not None:
            return ""
        digest = row.version.digest
        return digest if digest not in self._referrers or digest in self._old_referrers else ""

    def has_index_of(self, digest: str) -> bool:
        """Whether there is a tag under which referrers of a version are listed."""
        return digest.replace(":", "-") in self.all.of_versions.get(digest, ())

    @property
    def known(self) -> tuple[TagRow, ...]:
        """The rows of which something is known."""
        return tuple(self._known.values())

    def belonging_to(self, digest: str) -> tuple[str, ...]:
        """Signatures and the like of a version, by their tags or digests, as far as they are known."""
        return tuple(row.name for row in self._belonging(digest))

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
            return self.HEADINGS[section]
        return _alignment(Column(section)) if role == Qt.ItemDataRole.TextAlignmentRole else None

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
        for tag, row in self._known.items():
            if tag in self._places and row.version is not None:
                rows = self._belonging(row.version.digest)
                if rows:
                    self._below[self._places[tag]] = rows

    def _loose_of(self, tags: Tags) -> list[str]:
        known = {row.version.digest for row in self._known.values() if row.version is not None}
        loose = (found for digest, found in tags.of_versions.items() if digest not in known)
        return list(islice(chain.from_iterable(loose), MOST_SHOWN))

    def _found(self) -> Tags:
        return tag_rows.matching(self.all, self._filter) if self._filter.strip() else self.all

    def _belonging(self, digest: str) -> tuple[TagRow, ...]:
        """What is shown below a version. An index of referrers gives way to what is in it."""
        listed = self._referrers.get(digest, ())
        index = digest.replace(":", "-") if listed else ""
        tagged = (self._row(tag) for tag in self.all.of_versions.get(digest, ()) if tag != index)
        return (*tagged, *listed)

    def _fold_anew(self) -> None:
        """A tag was moved: what was below it may belong nowhere now."""
        self.removeRows(0, self.rowCount())
        self._fill()

    def _fold(self, digest: str, tags: Sequence[str] | None = None) -> None:
        """Show what belongs to a version below ``tags``, or below all that stand for it."""
        rows = self._belonging(digest)
        if not rows and not self._below:
            return
        for tag in self._tags_of(digest) if tags is None else tags:
            place = self._places.get(tag)
            if place is not None:
                self._put_below(place, rows)

    def _tags_of(self, digest: str) -> list[str]:
        rows = self._known.values()
        return [row.tag for row in rows if row.version is not None and row.version.digest == digest]

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

    def _put(self, row: TagRow) -> None:
        self._old.discard(row.tag)
        self._show(row)

    def _show(self, row: TagRow) -> None:
        if self._known.get(row.tag) == row:
            return
        self._known[row.tag] = row
        self._said.update(column for column in _AT_TIMES if _cell(row, column))
        place = self._places.get(row.tag)
        first = self.index_of(row.tag) if place is None else self.index(place, 0)
        if first.isValid():
            self.dataChanged.emit(first, first.siblingAtColumn(_COLUMNS - 1))

    def _row_at(self, index: AnyIndex) -> TagRow | None:
        above, row = index.parent(), index.row()
        if not above.isValid():
            return self._row(self._tags[row]) if row < len(self._tags) else None
        if above.row() >= len(self._tags):
            return self._row(self._loose[row])
        below = self._below[above.row()][row]
        return self._row(below.tag) if below.tag else below

    def _row(self, tag: str) -> TagRow:
        return self._known.get(tag) or TagRow(tag)

    def _is_waiting(self, row: TagRow, column: Column) -> bool:
        unknown = row.version is None and not row.problem and bool(self._waiting)
        return unknown and column is Column.KIND and signed_digest(row.tag) is None

    def _shown(self, row: TagRow, column: Column, index: AnyIndex) -> str:
        if self._is_waiting(row, column):
            return self._waiting
        above = index.parent() if column is Column.TAG and row.tag else QModelIndex()
        if above.isValid() and above.row() < len(self._tags):
            return signature_text(row.tag)  # which version it is for is what it stands below
        return _cell(row, column)

    def _spoken(self, row: TagRow, column: Column, index: AnyIndex) -> str:
        if self._is_waiting(row, column):
            return self._waiting
        text = tag_rows.spoken(row, column.name)
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


def _cell(row: TagRow, column: Column) -> str:
    if column is Column.TAG:
        return tag_rows.shown_name(row)
    return {
        Column.KIND: tag_rows.kind_text,
        Column.SIZE: tag_rows.size_of,
        Column.LICENCE: tag_rows.licence_text,
        Column.FRAMEWORK: tag_rows.framework_text,
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
