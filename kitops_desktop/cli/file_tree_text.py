"""Files as a tree of lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kitops_desktop.cli.console import printable
from kitops_desktop.cli.sizes import UNKNOWN, kit_size, size_or_unknown, sum_or_unknown
from kitops_desktop.preview.file_kinds import KindSizes
from kitops_desktop.preview.files import KitFile

MAX_DEPTH = 200
"""Folders below one another; a deeper path is one name."""


@dataclass(frozen=True, slots=True)
class Branches:
    """What stands before the names."""

    middle: str = "├── "
    last: str = "└── "
    beside: str = "│   "
    below: str = "    "


ASCII = Branches("|-- ", "`-- ", "|   ", "    ")


def branches_for(encoding: str | None) -> Branches:
    """Lines where they can be written, else what looks like them."""
    try:
        "├└│".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return Branches()


@dataclass(frozen=True, slots=True)
class TreeFile:
    """A file or folder. ``size`` is None where nobody has stated it; ``note`` is shown behind a file."""

    path: str
    size: int | None
    is_dir: bool = False
    note: str = ""


def of_kit(files: Iterable[KitFile]) -> Iterator[TreeFile]:
    for one in files:
        why = one.file.unsafe
        yield TreeFile(one.file.path, one.size, one.file.is_dir, f"not unpacked: {why}" if why else "")


@dataclass(eq=False, slots=True)
class _Folder:
    folders: dict[str, _Folder] = field(default_factory=dict)
    files: list[tuple[str, str, str]] = field(default_factory=list)  # name, size, note
    size: int = 0
    unsized: int = 0  # files below it whose size nobody has stated

    def add(self, size: int | None) -> None:
        self.size += size or 0
        self.unsized += size is None


def file_tree(files: Iterable[TreeFile], branches: Branches) -> str:
    """Folders before files, by name, with sizes (a folder's are those of all below it); at the end how many
    there are, and the bytes of each kind.
    """
    top, folders, count, kinds = _Folder(), 0, 0, KindSizes()
    for found in files:
        *above, name = _parts(found.path)
        if found.is_dir:
            above.append(name)
        folder = top
        for part in above:
            folder.add(found.size)
            if part not in folder.folders:
                folder.folders[part] = _Folder()
                folders += 1
            folder = folder.folders[part]
        folder.add(found.size)
        if not found.is_dir:
            folder.files.append((name, size_or_unknown(found.size), found.note))
            count += 1
            kinds.add(name, found.size)
    shares = ", ".join(f"{one.kind} {sum_or_unknown(one.size, one.unknown)}" for one in kinds.shares())
    size = sum_or_unknown(top.size, top.unsized)
    ending = [f"{_count(folders, 'folder')}, {_count(count, 'file')}, {size}"]
    return "\n".join([".", *_lines(top, branches), "", *ending, *([shares] if shares else [])])


def _lines(top: _Folder, branches: Branches) -> list[str]:
    lines: list[str] = []
    pending: list[tuple[str, str, _Folder | None]] = list(reversed(_entries(top, "", branches)))
    while pending:
        text, prefix, folder = pending.pop()
        lines.append(text)
        if folder is not None:
            pending.extend(reversed(_entries(folder, prefix, branches)))
    return lines


def _entries(folder: _Folder, prefix: str, branches: Branches) -> list[tuple[str, str, _Folder | None]]:
    """The lines of a folder, each with the prefix of what is below it."""
    inside: list[tuple[str, _Folder | None]] = [
        (f"{_one_line(name)}/  {_folder_size(below)}", below)
        for name, below in sorted(folder.folders.items())
    ]
    for name, size, note in sorted(folder.files):
        behind = f"  ({note})" if note else ""
        inside.append((f"{_one_line(name)}  {size}{behind}", None))
    made: list[tuple[str, str, _Folder | None]] = []
    for number, (text, below) in enumerate(inside, 1):
        is_last = number == len(inside)
        branch, rest = (branches.last, branches.below) if is_last else (branches.middle, branches.beside)
        made.append((prefix + branch + text, prefix + rest, below))
    return made


def _folder_size(folder: _Folder) -> str:
    if not folder.unsized:
        return kit_size(folder.size)
    return f"at least {kit_size(folder.size)}" if folder.size else UNKNOWN


def _one_line(name: str) -> str:
    return printable(name).replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _parts(path: str) -> list[str]:
    parts = [part for part in path.split("/") if part and part != "."]
    return parts if 0 < len(parts) <= MAX_DEPTH else [path]


def _count(count: int, one: str) -> str:
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"
