"""The repositories of a registry as a Qt model. Rows are made when somebody looks into their folder."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon

from kitops_desktop.ui.browser.repository_names import Branch, branches
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.units import count_text

AnyIndex = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    REPOSITORY = Qt.ItemDataRole.UserRole  # its whole name, "" for a mere folder
    PATH = Qt.ItemDataRole.UserRole + 1  # of folders too


@dataclass(eq=False, slots=True)
class _Node:
    branch: Branch
    parent: _Node | None
    row: int
    depth: int
    children: list[_Node] = field(default_factory=list)
    is_filled: bool = False


class RepositoryModel(QAbstractItemModel):
    """``show`` takes the names in order (``repository_names.in_order``)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: Sequence[str] = ()
        self._root = _Node(Branch("", False, 0, 0), None, 0, 0)
        self._changing = False
        self._favourites: frozenset[str] = frozenset()

    def mark(self, favourites: Collection[str]) -> None:
        """The names of repositories that are favourites."""
        self._favourites = frozenset(favourites)
        waiting = [QModelIndex()]
        while waiting:
            above = waiting.pop()
            count = len(self._node(above).children)
            if count:
                self.dataChanged.emit(self.index(0, 0, above), self.index(count - 1, 0, above))
            filled = (row for row, node in enumerate(self._node(above).children) if node.children)
            waiting += [self.index(row, 0, above) for row in filled]

    def show(self, names: Sequence[str]) -> None:
        self._changing = True  # whoever hears of it may look into folders before all others have heard
        self.beginResetModel()
        self._names = names
        self._root = _Node(Branch("", False, 0, len(names)), None, 0, 0)
        self._root.children = self._made_in(self._root)
        self._root.is_filled = True
        self.endResetModel()
        self._changing = False

    @property
    def names(self) -> Sequence[str]:
        return self._names

    def find(self, path: str) -> QModelIndex:
        """The row of a repository or folder, whose folders are filled for it; invalid when there is none."""
        node = self._root
        pieces = path.split("/")
        for depth in range(len(pieces)):
            self.fetchMore(self._index_of(node))
            wanted = "/".join(pieces[: depth + 1])
            found = next((child for child in node.children if child.branch.path == wanted), None)
            if found is None:
                return QModelIndex()
            node = found
        return self._index_of(node)

    # -- what Qt asks

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:
        children = self._node(parent).children
        if column or not 0 <= row < len(children) or parent.column() > 0:
            return QModelIndex()
        return self.createIndex(row, column, children[row])

    def parent(self, index: AnyIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]
        above = self._node(index).parent
        return QModelIndex() if above is None else self._index_of(above)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.column() > 0 else len(self._node(parent).children)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return 1

    def hasChildren(self, parent: AnyIndex = QModelIndex()) -> bool:  # noqa: N802 - Qt's name
        return parent.column() <= 0 and self._node(parent).branch.inside > 0

    def canFetchMore(self, parent: AnyIndex) -> bool:  # noqa: N802 - Qt's name
        node = self._node(parent)
        wanted = parent.column() <= 0 and not node.is_filled and node.branch.inside > 0
        return wanted and not self._changing

    def fetchMore(self, parent: AnyIndex) -> None:  # noqa: N802 - Qt's name
        node = self._node(parent)
        if node.is_filled or self._changing:
            return
        node.is_filled = True
        made = self._made_in(node)
        if made:
            self._changing = True
            self.beginInsertRows(self._index_of(node), 0, len(made) - 1)
            node.children = made
            self.endInsertRows()
            self._changing = False

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        branch = self._node(index).branch
        if role == Qt.ItemDataRole.DisplayRole:
            return branch.name
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return _words(branch) + (", favourite" if self._is_favourite(branch) else "")
        if role == Qt.ItemDataRole.DecorationRole:
            return icon("star-filled", "warning") if self._is_favourite(branch) else _icon(branch)
        if role == Role.REPOSITORY:
            return branch.path if branch.is_repository else ""
        return branch.path if role == Role.PATH else None

    # -- inside

    def _made_in(self, node: _Node) -> list[_Node]:
        depth = node.depth
        found = branches(self._names, node.branch.start, node.branch.stop, depth)
        parent = node
        return [_Node(branch, parent, row, depth + 1) for row, branch in enumerate(found)]

    def _is_favourite(self, branch: Branch) -> bool:
        return branch.is_repository and branch.path in self._favourites

    def _node(self, index: AnyIndex) -> _Node:
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, _Node) else self._root

    def _index_of(self, node: _Node) -> QModelIndex:
        return QModelIndex() if node.parent is None else self.createIndex(node.row, 0, node)


def _words(branch: Branch) -> str:
    inside = count_text(branch.inside, "repository", "repositories")
    if branch.is_repository:
        return f"{branch.path}, with {inside} in it" if branch.inside else branch.path
    return f"{branch.path}/, {inside}"


def _icon(branch: Branch) -> QIcon:
    return icon("kit", "accent") if branch.is_repository else icon("folder", "muted")
