"""A tree of files as a Qt model, fed while they are listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QIcon

from kitops_desktop.preview.files import KitFile
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.library.file_columns import KIT_COLUMNS, FurtherColumn
from kitops_desktop.ui.library.file_rows import AT_FIRST, FileRows, Order, Query, SortKey
from kitops_desktop.ui.library.file_tree import PARTLY, TICKED, FileNode, FileTree, PlainFile
from kitops_desktop.ui.slices import Slices
from kitops_desktop.ui.units import size_text

AnyIndex = QModelIndex | QPersistentModelIndex

_CHECK_STATES = {PARTLY: Qt.CheckState.PartiallyChecked, TICKED: Qt.CheckState.Checked}
_CHECKABLE = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled


class FileColumn(IntEnum):
    """The columns of every tree; further ones follow them."""

    NAME = 0
    SIZE = 1


_HEADERS = ("Name", "Size")
_NO_SIZE = "unknown"
_WHY_NO_SIZE = "It is stored compressed, and nobody has stated its size"
_MORE = 200
"""Rows of a folder that are made at a time."""
_MOST_MADE = 5000
"""So far down a row is made because it is selected."""
_FEW = 3000
"""Of so many files everything is done at once."""
_MOST_ANNOUNCED = 5


class FileTreeModel(QAbstractItemModel):
    """What takes time is done in slices: ``busy`` until ``settled``. Of a folder some rows are made at first;
    ``show_more`` makes the next.

    ``columns`` come after names and sizes. ``refused`` is what is said of a file with an unsafe name, before
    the reason. ``ticks_changed`` is emitted after what is ticked has changed.
    """

    ticks_changed = Signal()
    settled = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        columns: Sequence[FurtherColumn] = KIT_COLUMNS,
        refused: str = "Will not be unpacked",
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._headers = (*_HEADERS, *(column.header for column in self.columns))
        self._refused = refused
        self.tree = FileTree()
        self.rows = FileRows()
        self._query, self._order = Query(), Order()
        self._ticks = 0
        self._anew = False  # what is being worked out shows other files than before
        self._slices = Slices(self)
        self._slices.idle.connect(self.settled)
        self._folder, self._file = icon("folder", "accent"), icon("file", "muted")
        self._unsafe = icon("warning", "warning")

    @property
    def busy(self) -> bool:
        """Whether something is still being worked out."""
        return self._slices.busy

    def clear(self) -> None:
        self._slices.clear()
        self._anew = False
        self.beginResetModel()
        self.tree = FileTree()
        self.rows = FileRows(self._query, self._order)
        self.endResetModel()

    def add(self, files: Iterable[KitFile]) -> None:
        """Add listed files at the ends of their folders. Not while the model is busy."""
        self._add(map(self.tree.add, files))

    def add_files(self, files: Iterable[PlainFile]) -> None:
        """As ``add``, for files that are in no layer."""
        self._add(map(self.tree.add_file, files))

    def _add(self, added: Iterator[FileNode]) -> None:
        first = len(self.tree.nodes)
        for _ in added:
            continue
        grown: dict[int, FileNode] = {}
        for node in self.tree.nodes[first:]:
            if self.rows.query.passes(node):
                grown.update((folder.identity, folder) for folder in self.rows.append(node))
        for folder in grown.values():
            self._make_rows(folder, AT_FIRST)
        above: dict[int, FileNode] = {}
        for node in self.tree.nodes[first:]:
            self._collect_folders(node.parent, above)
        self._announce(above.values())

    def set_filter(self, text: str, layer: str = "") -> None:
        """Show nodes whose path has ``text`` in it and that come from ``layer``, and the folders above."""
        query = Query(text.strip().casefold(), layer)
        if query != self._query:
            self._query, self._anew = query, True
            self._work_out()

    def show_more(self, folder: FileNode) -> None:
        """Make some more rows of a folder."""
        self._make_rows(folder, self.rows.row_count(folder) + _MORE)

    def node(self, index: AnyIndex) -> FileNode:
        """The node behind an index; the root for an invalid one."""
        return self.tree.nodes[index.internalId()] if index.isValid() else self.tree.root

    def index_of(self, node: FileNode) -> QModelIndex:
        """The index of a node; invalid when it has no row."""
        row = self.rows.row_of(node)
        if row is None or node.parent is None or row >= self.rows.row_count(node.parent):
            return QModelIndex()
        return self.createIndex(row, 0, node.identity)

    def made_index(self, node: FileNode) -> QModelIndex:
        """As ``index_of``; rows are made for it if it is not too far down."""
        folder = node.parent
        if folder is None or (folder.parent is not None and not self.made_index(folder).isValid()):
            return QModelIndex()
        row = self.rows.row_of(node)
        if row is None or row >= _MOST_MADE:
            return QModelIndex()
        self._make_rows(folder, row + 1)
        return self.index_of(node)

    def set_all_ticked(self, ticked: bool) -> None:
        self._tick(self.tree.root, ticked)

    def tick_paths(self, paths: Sequence[str]) -> None:
        """Tick what ``FileTree.ticked_paths`` has named, as far as it is there."""
        self._begin_ticking(self.tree.ticking_paths(paths), self.tree.root)

    # -- rows

    def _make_rows(self, folder: FileNode, wanted: int) -> None:
        before = self.rows.row_count(folder)
        after = min(wanted, len(self.rows.children(folder)))
        if after <= before:
            return
        if not self.rows.is_in_reach(folder):
            self.rows.made[folder.identity] = after
            return
        self.beginInsertRows(self.index_of(folder), before, after - 1)
        self.rows.made[folder.identity] = after
        self.endInsertRows()

    def _work_out(self) -> None:
        fresh = FileRows(self._query, self._order, None if self._anew else self.rows.made)
        at_once = len(self.tree.nodes) <= _FEW
        self._slices.begin(
            "rows", fresh.worked_out(self.tree), lambda: self._show_rows(fresh), at_once=at_once
        )

    def _show_rows(self, fresh: FileRows) -> None:
        if self._anew:
            self._anew = False
            self.beginResetModel()
            self.rows = fresh
            self.endResetModel()
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        kept = [(self.node(index), index.column()) for index in before]
        self.rows = fresh
        after = [self._kept_index(node, column) for node, column in kept]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _kept_index(self, node: FileNode, column: int) -> QModelIndex:
        """The new place of a row; made if it is not too far down."""
        row = self.rows.row_of(node)
        if row is None or node.parent is None:
            return QModelIndex()
        made = self.rows.made
        if made.get(node.parent.identity, 0) <= row < _MOST_MADE:
            made[node.parent.identity] = row + 1
        return self.createIndex(row, column, node.identity) if row < _MOST_MADE else QModelIndex()

    # -- what Qt asks

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:
        if parent.column() > 0:
            return QModelIndex()
        folder = self.node(parent).identity
        if not (0 <= row < self.rows.made.get(folder, 0) and 0 <= column < len(self._headers)):
            return QModelIndex()
        return self.createIndex(row, column, self.rows.lists[folder][row].identity)

    def parent(self, index: AnyIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]
        above = self.node(index).parent
        return QModelIndex() if above is None else self.index_of(above)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return 0 if parent.column() > 0 else self.rows.row_count(self.node(parent))

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return len(self._headers)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = (
            _CHECKABLE if index.column() == FileColumn.NAME else _CHECKABLE & ~Qt.ItemFlag.ItemIsUserCheckable
        )
        return flags if self.node(index).is_dir else flags | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        node, column = self.node(index), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(node, column)
        if role == Qt.ItemDataRole.DecorationRole and column == FileColumn.NAME:
            return self._icon(node)
        if role == Qt.ItemDataRole.CheckStateRole and column == FileColumn.NAME:
            return _CHECK_STATES.get(node.tick, Qt.CheckState.Unchecked)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(node, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == FileColumn.SIZE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid() or index.column() != FileColumn.NAME:
            return False
        self._tick(self.node(index), Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._headers):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == FileColumn.SIZE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(self._headers):
            self._order = Order(self._sort_key(column), order == Qt.SortOrder.DescendingOrder)
            self._work_out()

    def _sort_key(self, column: int) -> SortKey:
        if column == FileColumn.NAME:
            return lambda node: (node.name.casefold(), node.name)
        if column == FileColumn.SIZE:
            return lambda node: (node.size, node.name.casefold())
        key = self.columns[column - len(FileColumn)].key
        return lambda node: (key(node), node.name.casefold())

    def _text(self, node: FileNode, column: int) -> str:
        if column == FileColumn.NAME:
            return printable(node.name)
        if column == FileColumn.SIZE:
            return _size_text(node)
        return self.columns[column - len(FileColumn)].text(node)

    def _tool_tip(self, node: FileNode, column: int) -> str | None:
        if column == FileColumn.SIZE and node.unsized and not node.is_dir:
            return _WHY_NO_SIZE
        if column == FileColumn.SIZE:
            lacking = f", {node.unsized:,} of unknown size" if node.unsized else ""
            return f"{node.size:,} bytes" + (f" in {node.files:,} files{lacking}" if node.is_dir else "")
        if column == FileColumn.NAME:
            path = printable(node.path)
            return f"{path}\n{self._refused}: {node.unsafe}" if node.unsafe else path
        return None

    def _icon(self, node: FileNode) -> QIcon:
        if node.unsafe:
            return self._unsafe
        return self._folder if node.is_dir else self._file

    # -- ticks and sums

    def _tick(self, node: FileNode, ticked: bool) -> None:
        children = self.rows.children if self.rows.query.is_given else None
        self._begin_ticking(self.tree.ticking(node, ticked, children), node)

    def _begin_ticking(self, work: Iterator[None], node: FileNode) -> None:
        """``work`` changes what is ticked below ``node``."""
        at_once = node.files <= _FEW and len(self.tree.nodes) <= 10 * _FEW
        self._ticks += 1
        kind = f"ticks {self._ticks}"  # one gives up no other
        self._slices.begin(kind, work, lambda: self._announce_ticks(node), at_once=at_once)

    def _announce_ticks(self, node: FileNode) -> None:
        announced, pending = 0, [node]
        while pending and announced < _MOST_ANNOUNCED:
            folder = pending.pop()
            children = self.rows.children(folder)[: self.rows.row_count(folder)]
            if children and self.rows.is_in_reach(folder):
                first, last = self.index_of(children[0]), self.index_of(children[-1])
                self.dataChanged.emit(first, last, [Qt.ItemDataRole.CheckStateRole])
                pending.extend(child for child in children if child.is_dir)
                announced += 1
        above: dict[int, FileNode] = {}
        self._collect_folders(node, above)
        self._announce(above.values())
        self.ticks_changed.emit()

    def _collect_folders(self, node: FileNode | None, into: dict[int, FileNode]) -> None:
        """``node`` and the folders above it, except the root."""
        while node is not None and node.parent is not None and node.identity not in into:
            into[node.identity] = node
            node = node.parent

    def _announce(self, nodes: Iterable[FileNode]) -> None:
        for node in nodes:
            if node.parent is not None and self.rows.is_in_reach(node if node.is_dir else node.parent):
                first = self.index_of(node)
                if first.isValid():
                    self.dataChanged.emit(first, first.siblingAtColumn(FileColumn.SIZE))


def _size_text(node: FileNode) -> str:
    if not node.unsized:
        return size_text(node.size)
    return f"≥ {size_text(node.size)}" if node.size else _NO_SIZE


def printable(name: str) -> str:
    """``name`` with control characters and undecodable bytes, which would garble a line, as escapes."""
    if name.isprintable():
        return name
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in name
    )
