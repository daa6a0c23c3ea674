"""What of the files of a kit is shown, and in which order. Worked out in steps, so that nobody waits for it.
No Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kitops_desktop.ui.library.file_tree import FileNode, FileTree

STEP = 1000
"""So many files are looked at between two pauses."""
AT_FIRST = 100
"""So many rows of a folder are made when it comes into view. The view asks for more as one scrolls: each row
that was made costs time whenever something opens or comes."""

SortKey = Callable[[FileNode], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Query:
    """Files whose path has ``text`` in it and that come from the layer called so ("": from any)."""

    text: str = ""
    layer: str = ""

    @property
    def is_given(self) -> bool:
        return bool(self.text or self.layer)

    def matches(self, node: FileNode) -> bool:
        """Whether the text is in its name, or in its path if it is a part of one."""
        if "/" in self.text:
            return self.text in node.path.casefold()
        return not self.text or self.text in node.name.casefold()

    def passes(self, node: FileNode) -> bool:
        """Whether it is shown for its own sake or for that of a folder it is in."""
        if self.layer and (node.is_dir or node.layer != self.layer):
            return False
        return not self.text or self.text in node.path.casefold()

    def is_of_layer(self, node: FileNode) -> bool:
        return not self.layer or (node.layer == self.layer and not node.is_dir)


@dataclass(frozen=True, slots=True)
class Order:
    """Folders come before files; ``key`` None is the order of the listing."""

    key: SortKey | None = None
    reverse: bool = False


class FileRows:
    """Rows of folders, by the folder's identity.

    ``lists`` has all children that are shown, ``made`` how many of them have rows by now, ``places`` the row
    of a folder in the one above. ``count`` is how many files and folders are shown.
    """

    def __init__(
        self, query: Query = Query(), order: Order = Order(), made_before: Mapping[int, int] | None = None
    ) -> None:
        self.query, self.order = query, order
        self.lists: dict[int, list[FileNode]] = {}
        self.made: dict[int, int] = {}
        self.places: dict[int, int] = {}
        self.count = 0
        self._made_before = made_before or {}

    def children(self, folder: FileNode) -> list[FileNode]:
        """All that is shown of a folder."""
        return self.lists.get(folder.identity, [])

    def row_count(self, folder: FileNode) -> int:
        return self.made.get(folder.identity, 0)

    def lacks(self, folder: FileNode) -> int:
        """How many rows of it are not made yet."""
        return len(self.children(folder)) - self.row_count(folder)

    def row_of(self, node: FileNode) -> int | None:
        """The row of a file or folder, or None when it is not shown; of a file it is looked for."""
        if node.is_dir:
            return self.places.get(node.identity)
        try:
            return self.children(node.parent).index(node) if node.parent is not None else None
        except ValueError:
            return None

    def is_in_reach(self, folder: FileNode) -> bool:
        """Whether the folder and all above it have rows."""
        node = folder
        while node.parent is not None:
            row = self.places.get(node.identity)
            if row is None or row >= self.row_count(node.parent):
                return False
            node = node.parent
        return True

    def append(self, node: FileNode) -> Iterator[FileNode]:
        """Put a newcomer at the end of its folder, and folders that were not shown at the end of theirs.

        Gives the folders that have grown.
        """
        while node.parent is not None:
            folder = node.parent
            children = self.lists.setdefault(folder.identity, [])
            if node.is_dir:
                if node.identity in self.places:
                    return
                self.places[node.identity] = len(children)
            children.append(node)
            self.count += 1
            yield folder
            node = folder

    # -- in steps

    def worked_out(self, tree: FileTree) -> Iterator[None]:
        """Fill these rows, which are empty; may be left alone at each pause, and is ready at the end."""
        yield from self._matched(tree) if self.query.is_given else self._all(tree)
        done = 0
        for identity, children in self.lists.items():
            if len(children) > STEP:
                yield from self._arranged(identity, children, tree)
            else:
                for _ in self._arranged(identity, children, tree):
                    continue
            done += len(children)
            if done > STEP:
                done = 0
                yield

    def _all(self, tree: FileTree) -> Iterator[None]:
        nodes, lists = tree.nodes, self.lists
        for start in range(1, len(nodes), STEP):
            for node in nodes[start : start + STEP]:
                assert node.parent is not None
                lists.setdefault(node.parent.identity, []).append(node)
            yield
        self.count = len(nodes) - 1

    def _matched(self, tree: FileTree) -> Iterator[None]:
        nodes, query, lists = tree.nodes, self.query, self.lists
        total = len(nodes)
        matched = bytearray(total)  # also set for all that is below a folder that matched
        for start in range(1, total, STEP):
            for node in nodes[start : start + STEP]:
                assert node.parent is not None
                matched[node.identity] = matched[node.parent.identity] or query.matches(node)
            yield
        for end in range(total, 1, -STEP):  # children come after their parent, so from below to above
            for node in reversed(nodes[max(end - STEP, 1) : end]):
                children = lists.get(node.identity)
                if children is not None:
                    children.reverse()
                if children or (matched[node.identity] and query.is_of_layer(node)):
                    assert node.parent is not None
                    lists.setdefault(node.parent.identity, []).append(node)
                    self.count += 1
            yield
        if 0 in lists:
            lists[0].reverse()

    def _arranged(self, identity: int, children: list[FileNode], tree: FileTree) -> Iterator[None]:
        folders = [node for node in children if node.is_dir]
        if self.order.key is not None:
            files = [node for node in children if not node.is_dir]
            for nodes in (folders, files):
                yield from _sorted_in_place(nodes, self.order.key, tree)
                if self.order.reverse:
                    nodes.reverse()
            children[:] = folders + files
            self.places.update((folder.identity, row) for row, folder in enumerate(folders))
        else:
            self.places.update((node.identity, row) for row, node in enumerate(children) if node.is_dir)
        before = self._made_before.get(identity, 0)
        self.made[identity] = min(len(children), max(AT_FIRST, before))


def _sorted_in_place(nodes: list[FileNode], key: SortKey, tree: FileTree) -> Iterator[None]:
    """Sort pieces, then merge two and two: no part of it takes long."""
    runs: list[list[tuple[Any, ...]]] = []
    for start in range(0, len(nodes), STEP):
        run = [(*key(node), node.identity) for node in nodes[start : start + STEP]]
        run.sort()
        runs.append(run)
        yield
    while len(runs) > 1:
        merged = []
        for left, right in zip(runs[::2], runs[1::2], strict=False):
            both = left + right
            both.sort()  # finds the two runs, and only merges them
            merged.append(both)
            yield
        runs = merged + runs[len(runs) & ~1 :]
    all_nodes = tree.nodes
    for start in range(0, len(nodes), STEP):
        nodes[start : start + STEP] = [all_nodes[row[-1]] for row in runs[0][start : start + STEP]]
        yield
