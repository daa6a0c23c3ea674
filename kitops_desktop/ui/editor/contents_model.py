"""What would be packed, layer by layer, and what would be left out and why, as a tree for a view."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication

from kitops_desktop.modelkit.layer_plan import LayerPlan, PlannedFile
from kitops_desktop.modelkit.left_out import LeftOut, LeftOutReason
from kitops_desktop.modelkit.pack_plan import PackPlan, PlannedLayer
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.units import count_text, exact_size_text, size_text

Index = QModelIndex | QPersistentModelIndex
BATCH = 200
"""Rows that are added at a time: a layer may have hundreds of thousands."""

KIND_TITLES = {
    "model": "Model",
    "modelpart": "Model part",
    "dataset": "Dataset",
    "code": "Code",
    "docs": "Docs",
    "prompt": "Prompt",
    "mcpserver": "MCP server",
}
KIND_ICONS = {"modelpart": "model"}


class Column(IntEnum):
    NAME = 0
    SIZE = 1


class Role(IntEnum):
    PATH = Qt.ItemDataRole.UserRole
    FIELD = Qt.ItemDataRole.UserRole + 1


@dataclass(eq=False)
class Node:
    """A row. ``rest`` yields children that were not asked for yet."""

    name: str
    size: str = ""
    tip: str = ""
    image: str = "file"
    path: str = ""
    field: str = ""
    muted: bool = False
    packed: bool = False
    """A single file that would be packed."""
    parent: Node | None = None
    row: int = 0
    children: list[Node] = dataclasses.field(default_factory=list)
    rest: Iterator[Node] | None = None


class ContentsModel(QAbstractItemModel):
    """Layers in manifest order, then a group of what is left out."""

    HEADINGS = ("Name", "Size")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = Node("")
        self._inserting = False

    def show_plan(self, plan: PackPlan | None) -> None:
        self.beginResetModel()
        self._root = Node("")
        if plan is not None:
            nodes = _top_nodes(plan)
            for node in islice(nodes, BATCH):
                _append(self._root, node)
            self._root.rest = nodes if len(self._root.children) == BATCH else None
        self.endResetModel()

    def node(self, index: Index) -> Node:
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, Node) else self._root

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self.node(parent).children[row])

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]
        above = self.node(index).parent
        if not index.isValid() or above is None or above is self._root:
            return QModelIndex()
        return self.createIndex(above.row, 0, above)

    def _index_of(self, node: Node) -> QModelIndex:
        return QModelIndex() if node is self._root else self.createIndex(node.row, 0, node)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802
        return 0 if parent.column() > 0 else len(self.node(parent).children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802
        return len(self.HEADINGS)

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: N802
        node = self.node(parent)
        return parent.column() <= 0 and (bool(node.children) or node.rest is not None)

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802
        return not self._inserting and parent.column() <= 0 and self.node(parent).rest is not None

    def fetchMore(self, parent: Index) -> None:  # noqa: N802
        node = self.node(parent)
        if node.rest is None or self._inserting:
            return
        new = list(islice(node.rest, BATCH))
        if len(new) < BATCH:
            node.rest = None
        if new:
            start = len(node.children)
            self._inserting = True  # whoever hears of the rows may ask for more of them
            self.beginInsertRows(self._index_of(node), start, start + len(new) - 1)
            for child in new:
                _append(node, child)
            self.endInsertRows()
            self._inserting = False

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == Column.SIZE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        node = self.node(index)
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (node.name, node.size)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return node.tip or node.name
        if role == Qt.ItemDataRole.AccessibleTextRole and column == Column.NAME:
            return node.tip or node.name
        if role == Qt.ItemDataRole.DecorationRole and column == Column.NAME:
            return icon(node.image)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == Column.SIZE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and (node.muted or column != Column.NAME):
            return QGuiApplication.palette().placeholderText()
        if role == Role.PATH:
            return node.path
        if role == Role.FIELD:
            return node.field
        return None


def _append(parent: Node, child: Node) -> None:
    child.parent, child.row = parent, len(parent.children)
    parent.children.append(child)


def _top_nodes(plan: PackPlan) -> Iterator[Node]:
    for layer in plan.layers:
        yield _layer_node(layer)
    left_out = [one for one in plan.left_out if one.why is not LeftOutReason.KITFILE]
    if left_out:
        text = f"Left out: {count_text(len(left_out), 'path')}"
        yield Node(text, image="eye-off", muted=True, rest=_reason_nodes(left_out))


def _reason_nodes(left_out: Iterable[LeftOut]) -> Iterator[Node]:
    """A group for each reason; a folder that is left out stands for all its content."""
    groups: dict[str, list[LeftOut]] = {}
    for one in left_out:
        groups.setdefault(why_left_out(one), []).append(one)
    for why, members in groups.items():
        yield Node(f"{why} ({len(members):,})", image="info", muted=True, rest=map(_left_out_node, members))


def _layer_node(layer: PlannedLayer) -> Node:
    title = KIND_TITLES[layer.kind.value]
    path = name_text(layer.path) or "."
    files = count_text(layer.plan.file_count, "file")
    return Node(
        "all that no other layer takes" if path == "." else path,
        size_text(layer.plan.size),
        f"{title}: {path}, {files}, {exact_size_text(layer.plan.size)}",
        KIND_ICONS.get(layer.kind.value, layer.kind.value),
        path=layer.path,
        field=layer.field,
        rest=_file_nodes(layer.plan) if len(layer.plan) else None,
    )


def _file_nodes(plan: LayerPlan) -> Iterator[Node]:
    for entry in plan.entries():
        if isinstance(entry, PlannedFile):
            yield Node(
                name_text(entry.name),
                size_text(entry.identity.size),
                path=os.fsdecode(entry.name),
                packed=True,
            )


def _left_out_node(one: LeftOut) -> Node:
    name = name_text(one.path)
    if one.why is LeftOutReason.LINK:
        name = f"{name} → {name_text(one.detail)}"
    return Node(
        f"{name}/" if one.is_dir else name,
        "" if one.is_dir else size_text(one.size),
        f"{name}: {why_left_out(one)}",
        "folder" if one.is_dir else "file",
        path=one.path,
        muted=True,
    )


def why_left_out(one: LeftOut) -> str:
    """The reason in words."""
    match one.why:
        case LeftOutReason.KITFILE:
            return "The kit's configuration, not a file of it"
        case LeftOutReason.IGNORED:
            return f"Ignored by {one.detail}"
        case LeftOutReason.LINK:
            return "Links are not packed"
        case LeftOutReason.SPECIAL:
            return "Neither file nor folder"
        case LeftOutReason.NOT_COVERED:
            return "In no entry of the Kitfile"
        case LeftOutReason.PARENT_KIT:
            return "In the kit that model.path refers to"
        case LeftOutReason.REMOTE:
            return "In a dataset that stays elsewhere"
