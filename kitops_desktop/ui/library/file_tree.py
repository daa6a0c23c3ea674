"""Files of a kit, or of another place, as one tree, as they would lie in a folder: sizes and ticks.

Built while the listing streams in, so every sum is kept up to date on the way from a file to the root. No Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.oci.digest import Digest
from kitops_desktop.preview.file_index import TensorSummary
from kitops_desktop.preview.file_kinds import KindSizes
from kitops_desktop.preview.files import KitFile

UNTICKED, PARTLY, TICKED = 0, 1, 2
MAX_DEPTH = 200
"""Folders below one another. A deeper path, which nobody makes by hand, is shown as one name."""
_STEP = 2000
"""So many files are ticked between two pauses."""


@dataclass(frozen=True, slots=True)
class PlainFile:
    """A file that is in no layer. ``size`` is in bytes; ``unsafe`` says why it is never written, "" when it
    may be; ``note`` is a word or two about it for a column of its own.
    """

    path: str
    size: int
    unsafe: str = ""
    note: str = ""


class FileNode:
    """A file or folder. ``size`` (bytes) and ``files`` of a folder are those of everything below it. What
    nobody has stated, see ``KitFile.size``, is not in ``size``: ``unsized`` is how many files lack it.

    A file's bytes begin at ``offset`` of the layer ``blob``, which is None of a file that is in none.
    ``digest`` and ``tensors`` are what a file index says of them.
    """

    __slots__ = (
        "blob",
        "children",
        "digest",
        "files",
        "identity",
        "is_dir",
        "layer",
        "mode",
        "name",
        "note",
        "offset",
        "parent",
        "size",
        "tensors",
        "ticked",
        "unsafe",
        "unsized",
        "wanted",
    )

    def __init__(self, identity: int, name: str, parent: FileNode | None, is_dir: bool) -> None:
        self.identity, self.name, self.parent, self.is_dir = identity, name, parent, is_dir
        self.children: dict[str, FileNode] | None = {} if is_dir else None
        self.size = 0
        self.files = 0
        self.unsized = 0
        self.ticked = 0  # files ticked below; 0 or 1 for a file
        self.mode = 0
        self.layer = ""
        self.note = ""
        self.unsafe = ""
        self.offset = 0
        self.blob: KitLayer | None = None
        self.digest: Digest | None = None
        self.tensors: TensorSummary | None = None
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
        """What the listing of a kit said of a file; None for a folder, and for a file of no layer."""
        if self.blob is None:
            return None
        file = LayerFile(self.path, self.size, self.mode, False, self.offset, self.unsafe)
        return KitFile(self.blob, file, digest=self.digest, tensors=self.tensors)

    def files_in_it(self) -> Iterator[tuple[str, int]]:
        """Names and sizes of the files that lie in a folder itself."""
        children = self.children or {}
        return ((child.name, child.size) for child in children.values() if not child.is_dir)

    @property
    def tick(self) -> int:
        """UNTICKED, PARTLY or TICKED."""
        if not self.ticked:
            return UNTICKED
        return TICKED if self.ticked == self.files else PARTLY


Children = Callable[[FileNode], Iterable[FileNode]]


class FileTree:
    """All files of one place. The root is a folder without a name. ``ticked_size`` (bytes) is without the
    ``ticked_unsized`` files.
    """

    def __init__(self) -> None:
        self.root = FileNode(0, "", None, is_dir=True)
        self.nodes = [self.root]
        self.kinds = KindSizes()
        self.ticked_size = self.ticked_unsized = 0

    def add(self, kit_file: KitFile) -> FileNode:
        """Put one listed file or folder in its place and return its node; folders above are made."""
        file = kit_file.file
        folder, name = self._place(file.path)
        if file.is_dir:
            node = self._folder(folder, name)
            node.mode = file.mode
        else:
            node = self._new_file(folder, name, kit_file.size)
            node.mode, node.layer = file.mode, kit_file.layer.label
            node.offset, node.blob = file.offset, kit_file.layer
            node.digest, node.tensors = kit_file.digest, kit_file.tensors
        node.unsafe = file.unsafe
        return node

    def add_file(self, file: PlainFile) -> FileNode:
        """As ``add``, for a file that is in no layer."""
        folder, name = self._place(file.path)
        node = self._new_file(folder, name, file.size)
        node.unsafe, node.note = file.unsafe, file.note
        return node

    def ticking(self, node: FileNode, ticked: bool, children: Children | None = None) -> Iterator[None]:
        """Tick or untick a file, or all files below a folder, with a pause now and then. ``children`` gives
        those that are to be changed with a folder; else it is all of them, and what arrives in it later.
        """
        files = _files_below(node, children or _all_children)
        while some := list(islice(files, _STEP)):
            grown: dict[FileNode, int] = {}
            for file in some:
                if bool(file.ticked) != ticked and file.parent is not None:
                    file.ticked = int(ticked)
                    sign = 1 if ticked else -1
                    self.ticked_size += sign * file.size
                    self.ticked_unsized += sign * file.unsized
                    grown[file.parent] = grown.get(file.parent, 0) + sign
            for folder, amount in grown.items():
                _count_upwards(folder, amount)
            yield
        if node.is_dir and children is None:
            for number, folder in enumerate(_folders_below(node)):
                folder.wanted = ticked
                if number % _STEP == 0:
                    yield

    def ticked_paths(self) -> tuple[str, ...]:
        """What is ticked with as few words as possible: a wholly ticked folder's path ends with a slash."""
        paths: list[str] = []
        pending = [self.root]
        while pending:
            for node in _all_children(pending.pop()):
                if node.tick == TICKED:
                    paths.append(node.path + ("/" if node.is_dir else ""))
                elif node.tick == PARTLY:
                    pending.append(node)
        return tuple(paths)

    def ticking_paths(self, paths: Iterable[str]) -> Iterator[None]:
        """Tick what ``ticked_paths`` has named, as far as it is there, with a pause now and then."""
        wanted = frozenset(paths)
        above = {folder for path in wanted for folder in _folders_above(path)}
        pending = [(self.root, "")]
        while pending:
            folder, prefix = pending.pop()
            for number, child in enumerate(_all_children(folder)):
                path = f"{prefix}{child.name}" + ("/" if child.is_dir else "")
                if path in wanted:
                    yield from self.ticking(child, True)
                elif path in above:
                    pending.append((child, path))
                if number % _STEP == 0:
                    yield

    def find(self, path: str) -> FileNode | None:
        """The file of that path, else the folder; with a slash at its end only the folder."""
        *above, name = path.split("/")
        folder: FileNode | None = self.root
        for part in above:
            folder = folder.children.get(f"{part}/") if folder is not None and folder.children else None
        if not name or folder is None or not folder.children:
            return folder
        return folder.children.get(name) or folder.children.get(f"{name}/")

    # -- building

    def _place(self, path: str) -> tuple[FileNode, str]:
        """The folder something lies in, and what it is called there."""
        *above, name = _parts(path)
        folder = self.root
        for part in above:
            folder = self._folder(folder, part)
        return folder, name

    def _folder(self, parent: FileNode, name: str) -> FileNode:
        assert parent.children is not None
        found = parent.children.get(name + "/")  # a file may have the same name
        if found is not None:
            return found
        node = self._new(name, parent, is_dir=True)
        node.wanted = parent.wanted
        parent.children[name + "/"] = node
        return node

    def _new_file(self, parent: FileNode, name: str, size: int | None) -> FileNode:
        assert parent.children is not None
        node = self._new(name, parent, is_dir=False)
        if name in parent.children:  # two layers may hold the same path
            name = f"{name}\0{node.identity}"
        parent.children[name] = node
        node.size, node.unsized = size or 0, int(size is None)
        node.files, node.ticked = 1, int(parent.wanted)
        self.kinds.add(node.name, size)
        self.ticked_size += node.ticked * node.size
        self.ticked_unsized += node.ticked * node.unsized
        folder: FileNode | None = parent
        while folder is not None:
            folder.size += node.size
            folder.unsized += node.unsized
            folder.files += 1
            folder.ticked += node.ticked
            folder = folder.parent
        return node

    def _new(self, name: str, parent: FileNode, is_dir: bool) -> FileNode:
        node = FileNode(len(self.nodes), name, parent, is_dir)
        self.nodes.append(node)
        return node


def _all_children(folder: FileNode) -> Iterable[FileNode]:
    return folder.children.values() if folder.children is not None else ()


def _files_below(node: FileNode, children: Children) -> Iterator[FileNode]:
    pending = [node]
    while pending:
        item = pending.pop()
        if item.is_dir:
            pending.extend(children(item))
        else:
            yield item


def _folders_below(node: FileNode) -> Iterator[FileNode]:
    pending = [node]
    while pending:
        item = pending.pop()
        if item.is_dir:
            yield item
            pending.extend(child for child in _all_children(item) if child.is_dir)


def _folders_above(path: str) -> Iterator[str]:
    end = path.find("/")
    while end >= 0:
        yield path[: end + 1]
        end = path.find("/", end + 1)


def _count_upwards(folder: FileNode | None, amount: int) -> None:
    while folder is not None:
        folder.ticked += amount
        folder = folder.parent


def _parts(path: str) -> list[str]:
    """The names on the way to a file; what cannot be split sensibly stays one name."""
    parts = [part for part in path.split("/") if part and part != "."]
    return parts if 0 < len(parts) <= MAX_DEPTH else [path]
