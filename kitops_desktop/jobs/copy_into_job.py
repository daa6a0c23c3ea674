"""Copying files and folders from elsewhere into the folder of a project."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from kitops_desktop.errors import DiskFull, FileAccessError, InvalidArgument
from kitops_desktop.free_space import free_space
from kitops_desktop.jobs.space import check_space
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.modelkit.staging import Staging, staging_in
from kitops_desktop.modelkit.target_folder import Folder
from kitops_desktop.progress import CancelToken, Report, Tally, ignore_progress

_BLOCK = 1 << 20
_TRIES = 10_000
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class SameName(StrEnum):
    """What is done where the folder has a file of that name already."""

    SKIP = "skip"
    KEEP_BOTH = "keep-both"
    """What is copied gets another name: ``data (2)``."""
    REPLACE = "replace"
    """File by file: what else is in a folder of the same name stays."""


@dataclass(frozen=True, slots=True)
class Copied:
    """``names`` are what the sources are called in the folder, in their order; "" for one that was skipped as
    a whole. ``skipped`` are files that were there already, ``left_out`` links to nothing or to folders, and
    what is neither file nor folder. ``size`` is in bytes.
    """

    names: tuple[str, ...]
    files: int
    size: int
    skipped: int
    left_out: int


@dataclass(frozen=True, slots=True)
class CopyIntoWork:
    """Copy ``sources``, files and folders, into ``folder``."""

    kind: ClassVar[str] = "copy-into"
    folder: Path
    sources: tuple[Path, ...]
    same_name: SameName = SameName.SKIP

    @property
    def title(self) -> str:
        what = self.sources[0].name if len(self.sources) == 1 else f"{len(self.sources):,} things"
        return f"Copy {what} into {self.folder.name}"

    def parameters(self) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "sources": [str(source) for source in self.sources],
            "same_name": self.same_name.value,
        }

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> CopyIntoWork:
        sources = tuple(Path(source) for source in given["sources"])
        return cls(Path(given["folder"]), sources, SameName(given["same_name"]))

    def run(self, context: WorkContext) -> Result:
        done = copy_into(
            self.folder, self.sources, self.same_name, token=context.token, report=context.report
        )
        return Result(
            _summary(done, self.folder),
            {
                "folder": str(self.folder),
                "names": list(done.names),
                "files": done.files,
                "size": done.size,
                "skipped": done.skipped,
                "left_out": done.left_out,
            },
        )


@dataclass(frozen=True, slots=True)
class Survey:
    """What copying would do: so many files of ``size`` bytes; ``in_the_way`` are names the folder has
    already, ``free`` the free bytes there, None when that is not known.
    """

    files: int
    size: int
    in_the_way: tuple[str, ...]
    free: int | None


def survey(folder: Path, sources: Sequence[Path], token: CancelToken) -> Survey:
    """Look at what would be copied. Raises what ``copy_into`` raises before it copies."""
    check_sources(folder, sources)
    trees = [_tree(source, token) for source in sources]
    return Survey(
        sum(len(tree.files) for tree in trees),
        sum(tree.size for tree in trees),
        names_in_the_way(folder, sources),
        free_space(folder),
    )


def names_in_the_way(folder: Path, sources: Sequence[Path]) -> tuple[str, ...]:
    """Which of the sources have a name that ``folder`` has already."""
    return tuple(source.name for source in sources if os.path.lexists(folder / source.name))


def check_sources(folder: Path, sources: Sequence[Path]) -> None:
    """Raise ``InvalidArgument`` for what cannot be copied into ``folder``: itself, a folder it is in, a name
    twice, something that has no name.
    """
    real = folder.resolve()
    seen: set[str] = set()
    for source in sources:
        there = source.resolve()
        if there == real or there in real.parents:
            raise InvalidArgument(f"{folder.name} is in {source} and cannot have a copy of it")
        if not source.name or source.name == "..":
            raise InvalidArgument(f"{source} has no name of its own")
        if source.name in seen:
            raise InvalidArgument(f"two of the files are called {source.name}; copy one after the other")
        seen.add(source.name)


def copy_into(
    folder: Path,
    sources: Sequence[Path],
    same_name: SameName = SameName.SKIP,
    *,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
) -> Copied:
    """The copies are made in a hidden folder and get their names at the end: what fails or is cancelled
    before leaves nothing behind.

    Links to files are copied as the files; links inside of folders that lead to folders or nowhere are left
    out. Raises ``InvalidArgument``, ``FileAccessError`` (also where a folder is in the way of a file, or the
    reverse, that is to be replaced), ``DiskFull``, ``Cancelled``.
    """
    token = token or CancelToken()
    check_sources(folder, sources)
    trees = [_tree(source, token) for source in sources]
    tally = Tally(report, sum(tree.size for tree in trees))
    with _os_errors(folder):
        places = [_place(folder, tree, same_name) for tree in trees]
        for place in places:
            _check_clashes(place)
        check_space(folder, sum(place.size for place in places))
        with Folder.open(folder) as root, staging_in(root) as staging:
            for place in places:
                _copy(place, staging, token, tally)
            token.check()
            return _publish(places, staging)


@dataclass(slots=True)
class _Tree:
    """What is copied of one source: folders, parents first, and files with their sizes; paths are relative to
    it, and a source that is a file is the file "".
    """

    source: Path
    folders: list[str] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)
    left_out: int = 0

    @property
    def size(self) -> int:
        return sum(self.files.values())


@dataclass(slots=True)
class _Place:
    """Where a tree goes. ``skipped`` of its files are not copied; ``name`` is its name in the folder,
    ``is_new`` that nothing is there; ``staged`` is the name it has until then.
    """

    tree: _Tree
    target: Path
    is_new: bool
    skipped: frozenset[str] = frozenset()
    staged: str = ""

    @property
    def files(self) -> Iterator[str]:
        return (path for path in self.tree.files if path not in self.skipped)

    @property
    def size(self) -> int:
        return sum(self.tree.files[path] for path in self.files)

    @property
    def copies_nothing(self) -> bool:
        return not self.is_new and len(self.skipped) == len(self.tree.files)


def _tree(source: Path, token: CancelToken) -> _Tree:
    """Look through a source. Raises ``FileAccessError``."""
    tree = _Tree(source)
    try:
        status = source.stat()
        if stat.S_ISREG(status.st_mode):
            tree.files[""] = status.st_size
        elif stat.S_ISDIR(status.st_mode):
            _look_through(tree, token)
        else:
            raise FileAccessError(source, "copy", "it is neither a file nor a folder")
    except OSError as error:
        raise FileAccessError(source, "copy", error.strerror or str(error)) from error
    return tree


def _look_through(tree: _Tree, token: CancelToken) -> None:
    waiting = [""]
    while waiting:
        token.check()
        inside = waiting.pop()
        tree.folders.append(inside)
        with os.scandir(tree.source / inside) as entries:
            for entry in entries:
                path = f"{inside}/{entry.name}" if inside else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif entry.is_file():
                    tree.files[path] = entry.stat().st_size
                else:
                    tree.left_out += 1


def _place(folder: Path, tree: _Tree, same_name: SameName) -> _Place:
    target = folder / tree.source.name
    if not os.path.lexists(target):
        return _Place(tree, target, True)
    if same_name is SameName.KEEP_BOTH:
        return _Place(tree, _free_name(target), True)
    skipped = frozenset[str]()
    if same_name is SameName.SKIP:
        skipped = frozenset(path for path in tree.files if os.path.lexists(target / path))
        if not tree.folders or not target.is_dir():  # what is in the way is no folder: all of it is skipped
            skipped = frozenset(tree.files)
    return _Place(tree, target, False, skipped)


def _free_name(target: Path) -> Path:
    stem, suffix = (target.stem, target.suffix) if not target.is_dir() else (target.name, "")
    for number in range(2, _TRIES):
        free = target.with_name(f"{stem} ({number}){suffix}")
        if not os.path.lexists(free):
            return free
    raise FileAccessError(target, "copy to", "all names are taken")


def _check_clashes(place: _Place) -> None:
    """Raise ``FileAccessError`` where a folder would have to become a file or the reverse, or a link would be
    followed.
    """
    if place.is_new or place.copies_nothing:
        return
    for path in place.tree.folders:
        there = place.target / path
        if os.path.lexists(there) and (there.is_symlink() or not there.is_dir()):
            raise FileAccessError(there, "copy over", "a folder is to be where a file or a link is")
    for path in place.files:
        there = place.target / path
        if there.is_dir():
            raise FileAccessError(there, "copy over", "a file is to be where a folder is")


def _copy(place: _Place, staging: Staging, token: CancelToken, tally: Tally) -> None:
    """Copy a tree into the staging folder, in the shape it is to have."""
    place.staged = staging.new_name()
    top = staging.folder.path / place.staged
    for path in place.tree.folders:
        token.check()
        (top / path).mkdir()
    for path in place.tree.files:
        token.check()
        if path in place.skipped:
            tally.skip(place.tree.files[path])
        else:
            _copy_file(place.tree.source / path, top / path, token, tally)


def _copy_file(source: Path, target: Path, token: CancelToken, tally: Tally) -> None:
    try:
        reading = source.open("rb", buffering=0)
    except OSError as error:
        raise FileAccessError(source, "read", error.strerror or str(error)) from error
    with reading, target.open("xb", buffering=0) as writing:
        status = os.fstat(reading.fileno())
        while block := reading.read(_BLOCK):
            token.check()
            rest = memoryview(block)
            while rest:
                rest = rest[writing.write(rest) :]
            tally.add(len(block), source.name)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    target.chmod(stat.S_IMODE(status.st_mode) & 0o777 | 0o600)


def _publish(places: list[_Place], staging: Staging) -> Copied:
    """Give everything its name. What is new appears whole; over a folder that is there, file by file."""
    for place in places:
        staged = staging.folder.path / place.staged
        if place.is_new:
            _rename_new(staged, place)
        else:
            _merge(staged, place)
    return Copied(
        tuple("" if place.copies_nothing else place.target.name for place in places),
        sum(len(place.tree.files) - len(place.skipped) for place in places),
        sum(place.size for place in places),
        sum(len(place.skipped) for place in places),
        sum(place.tree.left_out for place in places),
    )


def _rename_new(staged: Path, place: _Place) -> None:
    """Nobody agreed to replace what another program put there meanwhile."""
    if os.path.lexists(place.target):
        place.target = _free_name(place.target)
    staged.rename(place.target)


def _merge(staged: Path, place: _Place) -> None:
    if place.copies_nothing:
        return
    for path in place.tree.folders:
        (place.target / path).mkdir(exist_ok=True)
    for path in place.files:
        (staged / path).replace(place.target / path)


@contextmanager
def _os_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(folder, None, free_space(folder) or 0) from error
        raise FileAccessError(folder, "copy into", error.strerror or str(error)) from error


def _summary(done: Copied, folder: Path) -> str:
    files = "1 file" if done.files == 1 else f"{done.files:,} files"
    parts = [f"Copied {files} into {folder.name}"]
    if done.skipped:
        parts.append(f"{done.skipped:,} {'was' if done.skipped == 1 else 'were'} there already")
    if done.left_out:
        parts.append(f"{done.left_out:,} {'link was' if done.left_out == 1 else 'links were'} left out")
    return "; ".join(parts)
