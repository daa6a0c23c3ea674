"""One bounded walk through a folder that is to be classified: its files, and what had better stay out."""

from __future__ import annotations

import functools
import os
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kitops_desktop.classification.classification import IgnoreProposal, UnreadPath
from kitops_desktop.classification.junk import Junk, junk_file, junk_folder, junk_inside
from kitops_desktop.classification.known_files import ending_of
from kitops_desktop.errors import FileAccessError
from kitops_desktop.kitfile.folder_listing import ListedFile
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.progress import CancelToken, Progress, Report

MOST_KEPT = 2_000
"""Files of one folder that are known by name; of further ones only how many there are of each ending."""
MOST_FOLDERS = 50_000
"""Folders below these are not listed; they go where the folder goes that they are in."""
MOST_FILES = 200_000
"""Files that are known by name, in all folders together."""
_MOST_EXAMPLES = 5
_MOST_PROBLEMS = 1_000
_CHECK_EVERY = 500


@dataclass(eq=False)
class Folder:
    """``path`` is relative, "" for the top. ``more`` counts files beyond those in ``files``, by ending.
    ``is_listed`` is False where the content is not known."""

    path: str
    name: str
    depth: int
    files: list[ListedFile] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)
    more: Counter[str] = field(default_factory=Counter)
    is_listed: bool = True

    @functools.cached_property
    def names(self) -> frozenset[str]:
        """Of the files in it; to be asked once it has been listed."""
        return frozenset(file.name for file in self.files)

    @functools.cached_property
    def endings(self) -> frozenset[str]:
        return frozenset(ending_of(file.name) for file in self.files) | self.more.keys()

    def file(self, name: str) -> ListedFile | None:
        return next((file for file in self.files if file.name == name), None)


class Inventory:
    """``top`` and all below it, without what the rules ignore, junk and secrets by name.

    Folders come before those inside them in ``folders``.
    """

    def __init__(self, folder: Path, rules: IgnoreRules, token: CancelToken, report: Report) -> None:
        """Raises ``FileAccessError`` when the folder itself cannot be listed, and ``Cancelled``."""
        self._root, self._rules, self._token, self._report = folder, rules, token, report
        self.left_out: list[str] = []
        self.problems: list[UnreadPath] = []
        self.file_count = 0
        self._kept = 0
        self._junk: dict[str, _Found] = {}
        self.top = Folder("", folder.name, 0)
        self.folders: list[Folder] = []
        self._walk()

    def proposals(self) -> tuple[IgnoreProposal, ...]:
        """Secrets first, then what was found most often."""
        found = (
            IgnoreProposal(pattern, one.why, tuple(one.examples), one.count, one.is_secret)
            for pattern, one in self._junk.items()
        )
        return tuple(sorted(found, key=lambda one: (not one.is_secret, one.pattern)))

    def propose(self, junk: Junk) -> None:
        """Note something that had better stay out."""
        found = self._junk.setdefault(junk.pattern, _Found(junk.why, junk.is_secret))
        found.count += 1
        if len(found.examples) < _MOST_EXAMPLES:
            found.examples.append(junk.path)

    def files(self) -> Iterator[ListedFile]:
        for folder in self.folders:
            yield from folder.files

    def _walk(self) -> None:
        waiting = deque([(self.top, self.top)])
        while waiting:
            folder, above = waiting.popleft()
            self._token.check()
            if len(self.folders) >= MOST_FOLDERS:
                folder.is_listed = False
            elif not self._list(folder):
                above.folders.remove(folder)
                continue
            self.folders.append(folder)
            waiting.extend((inner, folder) for inner in folder.folders)
            self._report(Progress(detail=folder.path))

    def _list(self, folder: Folder) -> bool:
        """Fill in one folder; False when it turned out to be junk as a whole."""
        try:
            with os.scandir(self._root / folder.path) as found:
                entries = self._sorted(found)
        except OSError as error:
            why = error.strerror or type(error).__name__
            if folder is self.top:
                raise FileAccessError(self._root, "list", why) from error
            folder.is_listed = False
            self._problem(folder.path, why)
            return True
        names = {entry.name for entry in entries} if folder.path else set()
        junk = junk_inside(folder.path, names)
        if junk is not None:
            self.propose(junk)
            return False
        for count, entry in enumerate(entries, 1):
            if count % _CHECK_EVERY == 0:
                self._token.check()
            self._take(folder, entry)
        return True

    def _sorted(self, found: Iterator[os.DirEntry[str]]) -> list[os.DirEntry[str]]:
        entries = []
        for entry in found:
            entries.append(entry)
            if len(entries) % _CHECK_EVERY == 0:
                self._token.check()
        return sorted(entries, key=lambda entry: os.fsencode(entry.name))

    def _take(self, folder: Folder, entry: os.DirEntry[str]) -> None:
        path = f"{folder.path}/{entry.name}" if folder.path else entry.name
        if self._rules.ignores(path):
            return
        if entry.is_dir(follow_symlinks=False):
            junk = junk_folder(path)
            if junk is not None:
                self.propose(junk)
            else:
                folder.folders.append(Folder(path, entry.name, folder.depth + 1))
        elif entry.is_file(follow_symlinks=False):
            self._take_file(folder, entry, path)
        else:
            self.left_out.append(path)

    def _take_file(self, folder: Folder, entry: os.DirEntry[str], path: str) -> None:
        junk = junk_file(path)
        if junk is not None:
            self.propose(junk)
            return
        self.file_count += 1
        if len(folder.files) >= MOST_KEPT or self._kept >= MOST_FILES:
            folder.more[ending_of(entry.name)[:20]] += 1
            return
        self._kept += 1
        try:
            size = entry.stat(follow_symlinks=False).st_size
        except OSError as error:
            self._problem(path, error.strerror or type(error).__name__)
            size = 0
        folder.files.append(ListedFile(entry.name, path, size))

    def _problem(self, path: str, why: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(UnreadPath(path, why))


@dataclass(slots=True)
class _Found:
    why: str
    is_secret: bool
    count: int = 0
    examples: list[str] = field(default_factory=list)
