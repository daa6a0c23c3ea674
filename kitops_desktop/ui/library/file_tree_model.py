"""The files of a kit as a Qt model, fed while they are listed."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from enum import IntEnum

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QIcon

from kitops_desktop.preview.files import KitFile
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.library.file_tree import PARTLY, TICKED, FileNode, FileTree
from kitops_desktop.ui.units import size_text

AnyIndex = QModelIndex | QPersistentModelIndex

_CHECK_STATES = {PARTLY: Qt.CheckState.PartiallyChecked, TICKED: Qt.CheckState.Checked}
_CHECKABLE = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled


class FileColumn(IntEnum):
    NAME = 0
    SIZE = 1
    MODE = 2
    LAYER = 3


HEADERS = ("Name", "Size", "Mode", "Layer")
_SORT_KEYS = {
    FileColumn.NAME: lambda node: (node.name.casefold(), node.name),
    FileColumn.SIZE: lambda node: node.size,
    FileColumn.MODE: lambda node: node.mode,
    FileColumn.LAYER: lambda node: node.layer,
}


class FileTreeModel(QAbstractItemModel):
    """``ticks_changed`` is emitted after what is ticked has changed."""

    ticks_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tree = FileTree()
        self._folder, self._file = icon("folder", "accent"), icon("file", "muted")
        self._unsafe = icon("warning", "warning")

    def clear(self) -> None:
        self.beginResetModel()
        self.tree = FileTree()
        self.endResetModel()

    def add(self, files: Iterable[KitFile]) -> None:
        """Add listed files at the ends of their folders."""
        first = len(self.tree.nodes)
        for file in files:
            self.tree.add(file)
        grown: dict[int, FileNode] = {}
        for folder, newcomers in self.tree.place(first).items():
            start = len(folder.shown)
            self.beginInsertRows(self.index_of(folder), start, start + len(newcomers) - 1)
            folder.shown.extend(newcomers)
            self.endInsertRows()
        for node in self.tree.nodes[first:]:
            self._collect_folders(node.parent, grown)
        self._announce(grown.values())

    def set_filter(self, text: str, layer: str = "") -> None:
        self.beginResetModel()
        self.tree.set_filter(text, layer)
        self.endResetModel()

    def node(self, index: AnyIndex) -> FileNode:
        """The node behind an index; the root for an invalid one."""
        return self.tree.nodes[index.internalId()] if index.isValid() else self.tree.root

    def index_of(self, node: FileNode) -> QModelIndex:
        return QModelIndex() if node.parent is None else self.createIndex(node.row, 0, node.identity)

    def set_all_ticked(self, ticked: bool) -> None:
        self._tick(self.tree.root, ticked)

    # -- what Qt asks

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:
        if parent.column() > 0:
            return QModelIndex()
        shown = self.node(parent).shown
        if not (0 <= row < len(shown) and 0 <= column < len(FileColumn)):
            return QModelIndex()
        return self.createIndex(row, column, shown[row].identity)

    def parent(self, index: AnyIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]
        above = self.node(index).parent
        return QModelIndex() if above is None else self.index_of(above)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return 0 if parent.column() > 0 else len(self.node(parent).shown)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802
        return len(FileColumn)

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
        node, column = self.node(index), FileColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(node, column)
        if role == Qt.ItemDataRole.DecorationRole and column == FileColumn.NAME:
            return self._icon(node)
        if role == Qt.ItemDataRole.CheckStateRole and column == FileColumn.NAME:
            return _CHECK_STATES.get(node.tick, Qt.CheckState.Unchecked)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tool_tip(node, column)
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
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(FileColumn):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == FileColumn.SIZE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(FileColumn):
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        kept = [(self.node(index), index.column()) for index in before]
        self.tree.sort(_SORT_KEYS[FileColumn(column)], order == Qt.SortOrder.DescendingOrder)
        after = [self.createIndex(node.row, place, node.identity) for node, place in kept]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _icon(self, node: FileNode) -> QIcon:
        if node.unsafe:
            return self._unsafe
        return self._folder if node.is_dir else self._file

    # -- ticks and sums

    def _tick(self, node: FileNode, ticked: bool) -> None:
        self.tree.set_ticked(node, ticked)
        self._announce_below(node)
        above: dict[int, FileNode] = {}
        self._collect_folders(node, above)
        self._announce(above.values())
        self.ticks_changed.emit()

    def _announce_below(self, node: FileNode) -> None:
        pending = [node]
        while pending:
            folder = pending.pop()
            if folder.shown:
                first, last = self.index_of(folder.shown[0]), self.index_of(folder.shown[-1])
                self.dataChanged.emit(first, last, [Qt.ItemDataRole.CheckStateRole])
                pending.extend(child for child in folder.shown if child.is_dir)

    def _collect_folders(self, node: FileNode | None, into: dict[int, FileNode]) -> None:
        """``node`` and the folders above it that are on view, except the root."""
        while node is not None and node.parent is not None and node.identity not in into:
            if node.row >= 0:
                into[node.identity] = node
            node = node.parent

    def _announce(self, nodes: Iterable[FileNode]) -> None:
        for node in nodes:
            first = self.index_of(node)
            self.dataChanged.emit(first, first.siblingAtColumn(FileColumn.SIZE))


def _text(node: FileNode, column: FileColumn) -> str:
    if column == FileColumn.NAME:
        return printable(node.name)
    if column == FileColumn.SIZE:
        return size_text(node.size)
    if column == FileColumn.MODE:
        return stat.filemode(node.mode)[1:] if node.mode else ""
    return node.layer


def _tool_tip(node: FileNode, column: FileColumn) -> str | None:
    if column == FileColumn.SIZE:
        return f"{node.size:,} bytes" + (f" in {node.files:,} files" if node.is_dir else "")
    if column == FileColumn.NAME:
        path = printable(node.path)
        return f"{path}\nWill not be unpacked: {node.unsafe}" if node.unsafe else path
    return None


def printable(name: str) -> str:
    """``name`` with control characters and undecodable bytes, which would garble a line, as escapes."""
    if name.isprintable():
        return name
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in name
    )
