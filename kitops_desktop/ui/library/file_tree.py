"""The files of a kit as one tree, as they would lie in a folder: sizes, ticks and what a filter leaves of it.

Built while the listing streams in, so every sum is kept up to date on the way from a file to the root. No Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.preview.files import KitFile

UNTICKED, PARTLY, TICKED = 0, 1, 2
MAX_DEPTH = 200
"""Folders below one another. A deeper path, which nobody makes by hand, is shown as one name."""
HIDDEN = -1


class FileNode:
    """A file or folder. ``size`` (bytes) and ``files`` of a folder are those of everything below it.

    ``shown`` are the children that pass the filter, in the order of the view; ``row`` is the node's own place
    among its parent's, or HIDDEN. A file's bytes begin at ``offset`` of the layer ``blob``.
    """

    __slots__ = (
        "blob",
        "children",
        "files",
        "identity",
        "is_dir",
        "layer",
        "mode",
        "name",
        "offset",
        "parent",
        "row",
        "shown",
        "size",
        "ticked",
        "unsafe",
        "wanted",
    )

    def __init__(self, identity: int, name: str, parent: FileNode | None, is_dir: bool) -> None:
        self.identity, self.name, self.parent, self.is_dir = identity, name, parent, is_dir
        self.children: dict[str, FileNode] | None = {} if is_dir else None
        self.shown: list[FileNode] = []
        self.row = HIDDEN
        self.size = 0
        self.files = 0
        self.ticked = 0  # files ticked below; 0 or 1 for a file
        self.mode = 0
        self.layer = ""
        self.unsafe = ""
        self.offset = 0
        self.blob: KitLayer | None = None
        self.wanted = False  # a folder whose later files are ticked as they arrive

    @property
    def path(self) -> str:
        parts: list[str] = []
        node: FileNode | None = self
        while node is not None and node.parent is not None:
            parts.append(node.name)
            node = node.parent
        return "/".join(reversed(parts))

    @property
    def entry(self) -> KitFile | None:
        """What the listing said of a file; None for a folder."""
        if self.blob is None:
            return None
        file = LayerFile(self.path, self.size, self.mode, False, self.offset, self.unsafe)
        return KitFile(self.blob, file)

    @property
    def tick(self) -> int:
        """UNTICKED, PARTLY or TICKED."""
        if not self.ticked:
            return UNTICKED
        return TICKED if self.ticked == self.files else PARTLY


class FileTree:
    """All files of a kit. The root is a folder without a name."""

    def __init__(self) -> None:
        self.root = FileNode(0, "", None, is_dir=True)
        self.root.row = 0
        self.nodes = [self.root]
        self.ticked_size = 0
        self._filter = ""
        self._layer = ""

    @property
    def filtering(self) -> bool:
        return bool(self._filter or self._layer)

    def add(self, kit_file: KitFile) -> FileNode:
        """Put one listed file or folder in its place and return its node; folders above are made.

        Nothing new is shown yet: ``place`` does that.
        """
        file = kit_file.file
        *above, name = _parts(file.path)
        folder = self.root
        for part in above:
            folder = self._folder(folder, part)
        if file.is_dir:
            node = self._folder(folder, name)
            node.mode = file.mode
        else:
            node = self._new_file(folder, name, file.size)
            node.mode, node.layer = file.mode, kit_file.layer.label
            node.offset, node.blob = file.offset, kit_file.layer
        node.unsafe = file.unsafe
        return node

    def place(self, first: int) -> dict[FileNode, list[FileNode]]:
        """Show what was added since there were ``first`` nodes: what comes to the end of each folder on view.

        Below those newcomers all is in place; appending them to ``shown`` is left to the caller, who tells
        the view before and after.
        """
        newcomers: dict[FileNode, list[FileNode]] = {}
        fresh: set[int] = set()
        for node in self.nodes[first:]:
            if self._passes(node):
                self._place(node, newcomers, fresh)
        return newcomers

    def set_filter(self, text: str, layer: str = "") -> None:
        """Show nodes whose path has ``text`` in it and that come from ``layer``, and the folders above."""
        self._filter, self._layer = text.strip().casefold(), layer
        matched = bytearray(len(self.nodes))  # also set for all that is below a folder that matched
        for node in self.nodes[1:]:
            assert node.parent is not None
            node.shown.clear()
            node.row = HIDDEN
            matched[node.identity] = matched[node.parent.identity] or self._matches(node)
        self.root.shown.clear()
        for node in reversed(self.nodes):  # children come after their parent, so from below to above
            node.shown.reverse()
            number(node.shown)
            of_layer = not self._layer or (node.layer == self._layer and not node.is_dir)
            if node.parent is not None and (node.shown or (matched[node.identity] and of_layer)):
                node.parent.shown.append(node)

    def sort(self, key: Callable[[FileNode], Any], reverse: bool) -> None:
        """Order what is shown; folders stay before files."""
        for node in self.nodes:
            if node.shown:
                node.shown.sort(key=key, reverse=reverse)
                node.shown.sort(key=lambda child: not child.is_dir)
                number(node.shown)

    def set_ticked(self, node: FileNode, ticked: bool) -> None:
        """Tick or untick a file, or all files below a folder that are shown."""
        changed = 0
        for file in self._shown_files(node):
            if bool(file.ticked) != ticked:
                file.ticked = int(ticked)
                self.ticked_size += file.size if ticked else -file.size
                changed += 1
                _count_upwards(file.parent, 1 if ticked else -1)
        if node.is_dir and not self.filtering:
            for folder in self._folders(node):
                folder.wanted = ticked

    def ticked_paths(self) -> tuple[str, ...]:
        """What is ticked with as few words as possible: a wholly ticked folder's path ends with a slash."""
        return tuple(
            node.path + ("/" if node.is_dir else "")
            for node in self.nodes[1:]
            if node.tick == TICKED and (node.parent is self.root or _parent_tick(node) != TICKED)
        )

    # -- building

    def _folder(self, parent: FileNode, name: str) -> FileNode:
        assert parent.children is not None
        found = parent.children.get(name + "/")  # a file may have the same name
        if found is not None:
            return found
        node = self._new(name, parent, is_dir=True)
        node.wanted = parent.wanted
        parent.children[name + "/"] = node
        return node

    def _new_file(self, parent: FileNode, name: str, size: int) -> FileNode:
        assert parent.children is not None
        node = self._new(name, parent, is_dir=False)
        if name in parent.children:  # two layers may hold the same path
            name = f"{name}\0{node.identity}"
        parent.children[name] = node
        node.size, node.files, node.ticked = size, 1, int(parent.wanted)
        self.ticked_size += size if parent.wanted else 0
        folder: FileNode | None = parent
        while folder is not None:
            folder.size += size
            folder.files += 1
            folder.ticked += node.ticked
            folder = folder.parent
        return node

    def _new(self, name: str, parent: FileNode, is_dir: bool) -> FileNode:
        node = FileNode(len(self.nodes), name, parent, is_dir)
        self.nodes.append(node)
        return node

    # -- showing and ticking

    def _matches(self, node: FileNode) -> bool:
        if "/" in self._filter:
            return self._filter in node.path.casefold()
        return not self._filter or self._filter in node.name.casefold()

    def _passes(self, node: FileNode) -> bool:
        """Whether the filter shows a newcomer for its own sake."""
        if self._layer and (node.is_dir or node.layer != self._layer):
            return False
        return not self._filter or self._filter in node.path.casefold()

    def _place(self, node: FileNode, newcomers: dict[FileNode, list[FileNode]], fresh: set[int]) -> None:
        while node.row == HIDDEN and node.parent is not None:
            folder = node.parent
            fresh.add(node.identity)
            if folder.row != HIDDEN and folder.identity not in fresh:
                arrived = newcomers.setdefault(folder, [])
                node.row = len(folder.shown) + len(arrived)
                arrived.append(node)
                return
            node.row = len(folder.shown)
            folder.shown.append(node)
            node = folder

    def _shown_files(self, node: FileNode) -> Iterator[FileNode]:
        pending = [node]
        while pending:
            item = pending.pop()
            if item.is_dir:
                pending.extend(item.shown)
            else:
                yield item

    def _folders(self, node: FileNode) -> Iterator[FileNode]:
        pending = [node]
        while pending:
            item = pending.pop()
            if item.children is not None:
                yield item
                pending.extend(item.children.values())


def number(nodes: Iterable[FileNode]) -> None:
    for row, node in enumerate(nodes):
        node.row = row


def _count_upwards(folder: FileNode | None, amount: int) -> None:
    while folder is not None:
        folder.ticked += amount
        folder = folder.parent


def _parent_tick(node: FileNode) -> int:
    return node.parent.tick if node.parent is not None else UNTICKED


def _parts(path: str) -> list[str]:
    """The names on the way to a file; what cannot be split sensibly stays one name."""
    parts = [part for part in path.split("/") if part and part != "."]
    return parts if 0 < len(parts) <= MAX_DEPTH else [path]
