"""One walk through a folder that finds the entries of all its layers at once, and what is in none of them.

A layer takes its own path, all that is below it, and the folders above it. Where another layer begins below
it, it gives way: a catch-all ``.`` to all others, a folder to the folders inside it. Paths are compared by
their components. Children come in the order of their raw names, each folder before its content.
"""

from __future__ import annotations

import os
import stat as file_modes
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.errors import SourceChanged, SourceUnreadable
from kitops_desktop.kitfile.ignore import IgnorePattern, IgnoreRules
from kitops_desktop.modelkit.entry_table import EntryTable
from kitops_desktop.modelkit.layers import LayerEntry
from kitops_desktop.modelkit.left_out import FollowedLink, LeftOut, LeftOutReason
from kitops_desktop.modelkit.media_types import Packaging
from kitops_desktop.modelkit.source_files import FileIdentity
from kitops_desktop.progress import CancelToken, Progress, Report

_CHECK_EVERY = 1000
"""After so many children the walk looks whether it should stop, and reports."""


@dataclass(slots=True)
class _Folder:
    """A folder being walked. ``inside`` are the layers that take all of it, ``above`` those further down, by
    the name of the child that leads there. Children are raw names followed by a zero byte and a letter for
    their type."""

    name: bytes
    children: Iterator[bytes]
    inside: tuple[int, ...]
    above: dict[bytes, tuple[int, ...]]
    depth: int
    place: tuple[int, int]
    ignored: LeftOut | None = None
    left_out_before: int = 0
    found_before: int = 0


class Walk:
    """Fills one ``EntryTable`` per entry of the Kitfile (``tables``, in their order), ``left_out`` and
    ``followed``.

    ``elsewhere`` are paths that no layer takes along with a folder around them, and why.
    """

    def __init__(
        self,
        context: Path,
        entries: Sequence[LayerEntry],
        rules: IgnoreRules,
        *,
        elsewhere: Mapping[str, LeftOutReason],
        follow_links: bool,
        token: CancelToken,
        report: Report,
    ) -> None:
        self.tables = tuple(EntryTable() for _ in entries)
        self.left_out: list[LeftOut] = []
        self.followed: list[FollowedLink] = []
        self._root = os.fsencode(context)
        self._rules = rules
        self._follow_links = follow_links
        self._token = token
        self._report = report
        self._elsewhere = {os.fsencode(path): why for path, why in elsewhere.items()}
        paths = [os.fsencode(entry.clean_path) for entry in entries]
        self._parts = [() if path == b"." else tuple(path.split(b"/")) for path in paths]
        self._raw = [entry.packaging is Packaging.RAW for entry in entries]
        self._begins = frozenset(paths).union(self._elsewhere)
        self._stack: list[_Folder] = []
        self._found = 0
        self._found_bytes = 0
        self._seen = 0
        self._listed = 0

    def run(self) -> None:
        """Raises ``SourceUnreadable`` for a folder that a layer needs, ``SourceChanged`` when one vanishes,
        and ``Cancelled``."""
        everything = tuple(i for i, parts in enumerate(self._parts) if not parts)
        further = [i for i, parts in enumerate(self._parts) if parts]
        self._enter(b"", everything, further, self._stat_root())
        while self._stack:
            folder = self._stack[-1]
            if not any(self._child(folder, child) for child in folder.children):
                self._leave(self._stack.pop())

    def _stat_root(self) -> os.stat_result:
        try:
            return os.stat(self._root)  # noqa: PTH116 - bytes, as names need not be text
        except OSError as error:
            raise _unreadable(self._root, error) from error

    def _enter(
        self,
        name: bytes,
        inside: tuple[int, ...],
        further: Sequence[int],
        stat: os.stat_result,
        ignored: LeftOut | None = None,
    ) -> None:
        depth = name.count(b"/") + 1 if name else 0
        above: dict[bytes, tuple[int, ...]] = {}
        for index in further:
            step = self._parts[index][depth]
            above[step] = (*above.get(step, ()), index)
        self._stack.append(
            _Folder(
                name,
                iter(self._list(name)),
                inside,
                above,
                depth,
                (stat.st_dev, stat.st_ino),
                ignored,
                len(self.left_out),
                self._found,
            )
        )
        self._tick(name)

    def _leave(self, folder: _Folder) -> None:
        """Of an ignored folder in which nothing was found after all, only the folder is listed."""
        if folder.ignored is not None and self._found == folder.found_before:
            del self.left_out[folder.left_out_before :]
            self.left_out.append(folder.ignored)

    def _list(self, name: bytes) -> list[bytes]:
        path = self._path(name)
        try:
            with os.scandir(path) as children:
                # the zero byte keeps the order that of the names alone, as no name has one
                return sorted(self._coded(child) for child in children)
        except FileNotFoundError as error:
            raise SourceChanged(Path(os.fsdecode(path)), "vanished") from error
        except OSError as error:
            raise _unreadable(path, error) from error

    def _coded(self, child: os.DirEntry[bytes]) -> bytes:
        self._listed += 1
        if self._listed % _CHECK_EVERY == 0:
            self._token.check()
        return b"%s\0%s" % (child.name, _letter(child))

    def _child(self, folder: _Folder, child: bytes) -> bool:
        """Deal with one child; true when it is a folder that was entered."""
        self._seen += 1
        if self._seen % _CHECK_EVERY == 0:
            self._tick(folder.name)
        base, letter = child[:-2], child[-1:]
        name = b"%s/%s" % (folder.name, base) if folder.name else base
        inside, further = self._takers(folder, base, name)
        pattern = self._rules.decision(os.fsdecode(name))
        if pattern is not None:
            return self._ignored(name, letter, pattern, inside, further)
        if not inside and not further:
            self._not_covered(folder, name, letter)
            return False
        if letter == b"f":
            self._file(name, inside)
            return False
        if letter == b"d":
            return self._folder(name, inside, further, follow=False)
        if letter == b"l":
            return self._link(name, inside, further)
        self._leave_out(name, LeftOutReason.SPECIAL)
        return False

    def _takers(self, folder: _Folder, base: bytes, name: bytes) -> tuple[tuple[int, ...], list[int]]:
        """The layers that take a child whole, and those that are further down in it."""
        inside = () if name in self._begins else folder.inside
        if base not in folder.above:
            return inside, []
        below = folder.depth + 1
        found = folder.above[base]
        inside += tuple(i for i in found if len(self._parts[i]) == below)
        return inside, [i for i in found if len(self._parts[i]) > below]

    def _ignored(
        self, name: bytes, letter: bytes, pattern: IgnorePattern, inside: tuple[int, ...], further: list[int]
    ) -> bool:
        """List what a pattern leaves out; true for a folder that was entered, where exceptions may hold."""
        always = pattern.line is None
        row = LeftOut(
            os.fsdecode(name),
            LeftOutReason.KITFILE if always else LeftOutReason.IGNORED,
            "" if always else str(pattern),
            self._size(name) if letter == b"f" else 0,
            letter == b"d",
        )
        if letter == b"d" and self._rules.has_exceptions and not always and (inside or further):
            stat = self._stat(name, follow=False)
            if stat is not None:
                self._enter(name, inside, further, stat, ignored=row)
                return True
        self.left_out.append(row)
        return False

    def _not_covered(self, folder: _Folder, name: bytes, letter: bytes) -> None:
        why = LeftOutReason.NOT_COVERED
        if folder.inside:
            why = self._elsewhere.get(name, why)
        size = self._size(name) if letter == b"f" else 0
        self._leave_out(name, why, self._target(name) if letter == b"l" else "", size, letter == b"d")

    def _file(self, name: bytes, inside: Sequence[int], *, follow: bool = False) -> None:
        stat = self._stat(name, follow=follow)
        if stat is None:
            return
        if not file_modes.S_ISREG(stat.st_mode):  # it was a file a moment ago
            self._leave_out(name, LeftOutReason.SPECIAL)
            return
        identity = FileIdentity.of(stat)
        for index in inside:
            self.tables[index].add_file(name, stat.st_mode, identity)
        self._found += 1
        self._found_bytes += stat.st_size

    def _folder(self, name: bytes, inside: tuple[int, ...], further: Sequence[int], *, follow: bool) -> bool:
        stat = self._stat(name, follow=follow)
        if stat is None:
            return False
        for index in (*inside, *further):
            if not self._raw[index]:
                self.tables[index].add_folder(name, stat.st_mode)
        self._found += 1
        self._enter(name, inside, further, stat)
        return True

    def _link(self, name: bytes, inside: tuple[int, ...], further: Sequence[int]) -> bool:
        """Pack what a link points to when that is wanted and possible; true when it is a folder that was
        entered."""
        target = self._target(name)
        stat = self._stat(name, follow=True) if self._follow_links else None
        if stat is None:
            self._leave_out(name, LeftOutReason.LINK, target)
            return False
        is_file, is_folder = file_modes.S_ISREG(stat.st_mode), file_modes.S_ISDIR(stat.st_mode)
        circle = is_folder and any((stat.st_dev, stat.st_ino) == folder.place for folder in self._stack)
        if circle:
            self._leave_out(name, LeftOutReason.LINK, target, is_dir=True)
            return False
        if not is_file and not is_folder:
            self._leave_out(name, LeftOutReason.SPECIAL, target)
            return False
        self.followed.append(FollowedLink(os.fsdecode(name), target, self._is_outside(name)))
        if is_folder:
            return self._folder(name, inside, further, follow=True)
        self._file(name, inside, follow=True)
        return False

    def _stat(self, name: bytes, *, follow: bool) -> os.stat_result | None:
        """None for what is no longer there, or (following links) leads nowhere."""
        path = self._path(name)
        try:
            return os.stat(path, follow_symlinks=follow)  # noqa: PTH116 - bytes, as names need not be text
        except PermissionError as error:
            raise _unreadable(path, error) from error
        except OSError:
            return None

    def _size(self, name: bytes) -> int:
        try:
            return os.stat(self._path(name), follow_symlinks=False).st_size  # noqa: PTH116 - bytes, as above
        except OSError:
            return 0

    def _target(self, name: bytes) -> str:
        try:
            return os.fsdecode(os.readlink(self._path(name)))  # noqa: PTH115 - bytes, as above
        except OSError:
            return ""

    def _is_outside(self, name: bytes) -> bool:
        root, real = os.path.realpath(self._root), os.path.realpath(self._path(name))
        return real != root and not real.startswith(os.path.join(root, b""))  # noqa: PTH118 - bytes, as above

    def _leave_out(
        self, name: bytes, why: LeftOutReason, detail: str = "", size: int = 0, is_dir: bool = False
    ) -> None:
        self.left_out.append(LeftOut(os.fsdecode(name), why, detail, size, is_dir))

    def _path(self, name: bytes) -> bytes:
        return b"%s/%s" % (self._root, name) if name else self._root

    def _tick(self, name: bytes) -> None:
        self._token.check()
        self._report(Progress(self._found_bytes, None, os.fsdecode(name)))


def _letter(child: os.DirEntry[bytes]) -> bytes:
    """The type of a child: link, directory, file or special."""
    try:
        if child.is_symlink():
            return b"l"
        if child.is_dir(follow_symlinks=False):
            return b"d"
        return b"f" if child.is_file(follow_symlinks=False) else b"s"
    except OSError:
        return b"s"


def _unreadable(path: bytes, error: OSError) -> SourceUnreadable:
    return SourceUnreadable(Path(os.fsdecode(path)), error.strerror or type(error).__name__)
