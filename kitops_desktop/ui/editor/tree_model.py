"""The folder of a project as a tree for a view: rows are made as they are looked at, folder by folder.

A row is an index whose id is that of the folder it is in; there are objects for folders that were opened,
none for files.
"""

from __future__ import annotations

import dataclasses
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from kitops_desktop.classification.folder_tree import (
    FILE,
    FOLDER,
    FolderTree,
    Listing,
)
from kitops_desktop.modelkit.destination import Destinations
from kitops_desktop.modelkit.tree_filter import Found
from kitops_desktop.ui.editor.dragged import PATHS_TYPE, paths_mime
from kitops_desktop.ui.editor.tree_cells import Column, TreeCells
from kitops_desktop.ui.editor.tree_order import SortBy, needs_time, sorted_numbers

Index = QModelIndex | QPersistentModelIndex
BATCH = 100
"""Rows that are added at a time; a view asks several questions about each."""
_MOST_FETCHED = 5000
"""So many rows of a folder are made to reach one of them."""

_FOLDER_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
_FILE_FLAGS = _FOLDER_FLAGS | Qt.ItemFlag.ItemNeverHasChildren


@dataclass(eq=False)
class _Folder:
    """A folder that was opened. ``rows`` are numbers of its listing as shown, ``shown`` how many of them have
    rows by now, ``row`` is its own in ``parent``."""

    key: int
    path: str
    parent: _Folder | None = None
    row: int = 0
    rows: Sequence[int] = ()
    shown: int = 0
    children: dict[str, _Folder] = dataclasses.field(default_factory=dict)


class TreeModel(QAbstractItemModel):
    """Show listings with ``take``, where they go with ``show_destinations``, some of them only with
    ``show_found``."""

    HEADINGS = ("Name", "Size", "Kind", "Goes to")
    order_wanted = Signal(str)  # path of a folder that takes too long to sort here

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self.tree = FolderTree()
        self.found: Found | None = None
        self.sort_by = SortBy()
        self.cells = TreeCells(self.tree)
        self._orders: dict[str, array[int]] = {}
        self._keys = count(1)
        self._clear()

    # -- what there is to show

    def clear(self) -> None:
        """Forget all listings."""
        self.beginResetModel()
        self.tree = FolderTree()
        self.found = None
        self.cells.begin(self.tree)
        self._orders = {}
        self._clear()
        self.endResetModel()

    def take(self, listing: Listing) -> None:
        """A folder was listed, for the first time or anew, or its sizes are known by now."""
        before = self.tree.listings.get(listing.path)
        opened = self._by_path.get(listing.path)
        if opened is None or not opened.shown:
            self._put(listing, before)
            if opened is not None:
                opened.rows = self._rows(listing.path)
                self._show_more(opened)
        elif before is not listing or self.sort_by.by_size:
            self._lay_out((opened,), lambda: self._put(listing, before))
        else:
            self._put(listing, before)

    def _put(self, listing: Listing, before: Listing | None) -> None:
        self.tree.take(listing)
        self._orders.pop(listing.path, None)
        if self.found is not None and before is not None and before is not listing:
            self.found = self.found.moved(before, listing)

    def show_destinations(self, destinations: Destinations) -> None:
        self.cells.take_destinations(destinations)
        self._changed(Column.GOES_TO)

    def show_found(self, found: Found | None) -> None:
        """Show only these, or with None everything."""
        self.beginResetModel()
        self.found = found
        self._clear()
        self.endResetModel()

    def show_order(self, path: str, by: SortBy, order: array[int]) -> None:
        """A folder was sorted elsewhere."""
        opened = self._by_path.get(path)
        if by == self.sort_by and opened is not None and len(order) == len(opened.rows):
            self._orders[path] = order
            self._lay_out((opened,))

    def field(self, index: Index) -> str:
        """The entry of the Kitfile that takes a row whole ("datasets[0]"), "" for none."""
        entry = self._entry(index)
        destination = None if entry is None else self.cells.destination(*entry)
        return destination.entries[0].field if destination is not None and destination.entries else ""

    # -- what is where

    def path(self, index: Index) -> str:
        """The path of a row; "" for none."""
        entry = self._entry(index)
        return "" if entry is None else entry[0].path_of(entry[1])

    def is_folder(self, index: Index) -> bool:
        entry = self._entry(index)
        return entry is not None and entry[0].letters[entry[1]] == FOLDER

    def is_file(self, index: Index) -> bool:
        entry = self._entry(index)
        return entry is not None and entry[0].letters[entry[1]] == FILE

    def index_of(self, path: str) -> QModelIndex:
        """The row of a path, made if need be; invalid when it is not shown or too far down."""
        index = QModelIndex()
        for step in path.split("/") if path else ():
            row = self._find(index, step)
            if row is None:
                return QModelIndex()
            index = self.index(row, 0, index)
        return index

    def _find(self, parent: QModelIndex, name: str) -> int | None:
        opened = self._opened(parent, make=True)
        listing = None if opened is None else self.tree.listings.get(opened.path)
        if opened is None or listing is None:
            return None
        try:
            row = list(opened.rows).index(listing.names.index(name))
        except ValueError:
            return None
        if row >= _MOST_FETCHED + opened.shown:
            return None
        while row >= opened.shown:
            self._show_more(opened)
        return row

    def _entry(self, index: Index) -> tuple[Listing, int] | None:
        opened = self._folders.get(index.internalId()) if index.isValid() else None
        listing = None if opened is None else self.tree.listings.get(opened.path)
        if opened is None or listing is None or index.row() >= len(opened.rows):
            return None
        number = opened.rows[index.row()]
        return (listing, number) if number < len(listing) else None

    def _opened(self, index: Index, *, make: bool = False) -> _Folder | None:
        """The folder of a row, if it was opened."""
        if not index.isValid():
            return self._top
        inside = self._folders.get(index.internalId())
        entry = self._entry(index)
        if inside is None or entry is None or entry[0].letters[entry[1]] != FOLDER:
            return None
        listing, number = entry
        name = listing.names[number]
        found = inside.children.get(name)
        if found is None and make:
            found = self._make(listing.path_of(number), inside, index.row())
            inside.children[name] = found
        return found

    def _make(self, path: str, parent: _Folder | None, row: int) -> _Folder:
        made = _Folder(next(self._keys), path, parent, row, self._rows(path))
        self._folders[made.key] = made
        self._by_path[path] = made
        return made

    def _clear(self) -> None:
        self._folders: dict[int, _Folder] = {}
        self._by_path: dict[str, _Folder] = {}
        self._top = self._make("", None, 0)
        self._top.shown = min(BATCH, len(self._top.rows))

    def _rows(self, path: str) -> Sequence[int]:
        """The numbers of a folder's entries as they are to be shown."""
        listing = self.tree.listings.get(path)
        if listing is None:
            return ()
        numbers: Sequence[int] = listing.order
        if self.found is not None:
            numbers = [number for number in self.found.rows.get(path, ()) if number < len(listing)]
        if not self.sort_by.is_given:
            if path in self._orders:
                return self._orders[path]
            if needs_time(numbers):
                self.order_wanted.emit(path)
            else:
                numbers = sorted_numbers(self.tree, listing, numbers, self.sort_by)
        return numbers

    def numbers(self, path: str) -> Sequence[int]:
        """What of a folder is shown, for who sorts it elsewhere."""
        opened = self._by_path.get(path)
        return () if opened is None else tuple(opened.rows)

    # -- rows that come, go and move

    def _index_of(self, opened: _Folder) -> QModelIndex:
        if opened.parent is None:
            return QModelIndex()
        return self.createIndex(opened.row, 0, opened.parent.key)

    def _show_more(self, opened: _Folder) -> None:
        new = min(BATCH, len(opened.rows) - opened.shown)
        if new <= 0:
            return
        self.beginInsertRows(self._index_of(opened), opened.shown, opened.shown + new - 1)
        opened.shown += new
        self.endInsertRows()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.sort_by = SortBy(column, order is Qt.SortOrder.DescendingOrder)
        self._orders = {}
        self._lay_out(tuple(self._by_path.values()))

    def _lay_out(self, folders: Sequence[_Folder], change: Callable[[], None] = lambda: None) -> None:
        """Work out anew what these folders show; selected and opened rows stay what they are."""
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self.path(index)) for index in self.persistentIndexList()]
        change()
        for opened in folders:
            if opened.key in self._folders:
                opened.rows = self._rows(opened.path)
                opened.shown = min(max(opened.shown, BATCH), len(opened.rows))
                self._place_children(opened)
        for before, path in kept:
            after = self._shown_at(path)
            if after.isValid():
                after = self.createIndex(after.row(), before.column(), after.internalId())
            self.changePersistentIndex(before, after)
        self.layoutChanged.emit()

    def _place_children(self, opened: _Folder) -> None:
        if not opened.children:
            return
        listing = self.tree.listings[opened.path]
        rows = {
            listing.names[opened.rows[row]]: row
            for row in range(opened.shown)
            if listing.letters[opened.rows[row]] == FOLDER
        }
        for name, child in list(opened.children.items()):
            row = rows.get(name)
            if row is None:
                del opened.children[name]
                self._forget(child)
            else:
                child.row = row

    def _forget(self, opened: _Folder) -> None:
        waiting = [opened]
        while waiting:
            gone = waiting.pop()
            del self._folders[gone.key], self._by_path[gone.path]
            waiting += gone.children.values()

    def _shown_at(self, path: str) -> QModelIndex:
        """The row that a path has now; nothing is made for it."""
        parent, _, name = path.rpartition("/")
        opened = self._by_path.get(parent)
        listing = self.tree.listings.get(parent)
        if not path or opened is None or listing is None:
            return QModelIndex()
        for row in range(opened.shown):
            if listing.names[opened.rows[row]] == name:
                return self.createIndex(row, 0, opened.key)
        return QModelIndex()

    def _changed(self, column: Column) -> None:
        for opened in self._by_path.values():
            if opened.shown:
                first = self.createIndex(0, column, opened.key)
                self.dataChanged.emit(first, self.createIndex(opened.shown - 1, column, opened.key))

    # -- Qt's questions

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        opened = self._opened(parent) if parent.column() <= 0 else None
        if opened is None or not (0 <= row < opened.shown and 0 <= column < len(self.HEADINGS)):
            return QModelIndex()
        return self.createIndex(row, column, opened.key)

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]
        opened = self._folders.get(index.internalId()) if index.isValid() else None
        return QModelIndex() if opened is None else self._index_of(opened)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802
        opened = self._opened(parent) if parent.column() <= 0 else None
        return 0 if opened is None else opened.shown

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802
        return len(self.HEADINGS)

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: N802
        if not parent.isValid():
            return self._top.shown > 0
        if parent.column() > 0 or not self.is_folder(parent):
            return False
        path = self.path(parent)
        if self.found is not None:
            return bool(self.found.rows.get(path))
        listing = self.tree.listings.get(path)
        return listing is None or len(listing) > 0

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802
        if parent.column() > 0:
            return False
        opened = self._opened(parent)
        if opened is not None:
            return opened.shown < len(opened.rows)
        return self.is_folder(parent)

    def fetchMore(self, parent: Index) -> None:  # noqa: N802
        opened = self._opened(parent, make=True) if parent.column() <= 0 else None
        if opened is not None:
            self._show_more(opened)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _FOLDER_FLAGS if self.is_folder(index) else _FILE_FLAGS

    def supportedDragActions(self) -> Qt.DropAction:  # noqa: N802
        return Qt.DropAction.CopyAction  # a program that takes the file may not take it away

    def mimeTypes(self) -> list[str]:  # noqa: N802
        return [PATHS_TYPE, "text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        return paths_mime(self.folder, topmost(self.path(index) for index in indexes))

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == Column.SIZE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self._entry(index)
        return None if entry is None else self.cells.data(*entry, index.column(), role)


def topmost(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths without those that lie in a folder that is among them."""
    found: list[str] = []
    chosen = dict.fromkeys(path for path in paths if path)
    for path in chosen:
        above, _, _ = path.rpartition("/")
        while above and above not in chosen:
            above = above.rpartition("/")[0]
        if not above:
            found.append(path)
    return tuple(found)
