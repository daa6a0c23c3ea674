"""What each line of a ``.kitignore`` does in a folder: the files it keeps out, or brings back."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from kitops_desktop.errors import FileAccessError, IgnoreFileError
from kitops_desktop.kitfile.ignore import IgnorePattern, IgnoreRules
from kitops_desktop.progress import CancelToken

MOST_FILES = 500_000
"""Files that are listed; of a larger folder the rest is not counted."""
MOST_SHOWN = 1000
"""Files of one line whose paths are kept."""
_MOST_EXCEPTIONS = 200
"""Lines with ``!`` for which is found out what would be ignored without them."""
_MOST_PROBLEMS = 20
_MOST_IDLE = 50
"""Lines about no file for which is found out whether any fits them."""
_CHECK_EVERY = 2000


@dataclass(frozen=True, slots=True)
class FileList:
    """Relative paths with ``/`` and sizes in bytes; ``is_whole`` is false when there were more."""

    paths: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class LineEffect:
    """What one line does: the last line that fits a file has the last word, and the file counts there alone.

    ``size`` is in bytes; ``paths`` are the first ``MOST_SHOWN`` of ``count``.
    """

    pattern: str
    brings_back: bool = False
    count: int = 0
    size: int = 0
    paths: tuple[str, ...] = ()
    fits: bool = True
    """Whether any file fits it; where none counts here, later lines decide about those that do."""


@dataclass(frozen=True, slots=True)
class IgnoreEffects:
    """``lines`` has the number of each line with a pattern, from 1. ``count`` and ``size`` are of all files
    that stay out."""

    lines: Mapping[int, LineEffect] = field(default_factory=dict)
    count: int = 0
    size: int = 0
    is_whole: bool = True
    problems: tuple[IgnoreFileError, ...] = ()
    """The lines that cannot be used; the others are tried without them."""


def list_files(folder: Path, token: CancelToken) -> FileList:
    """All files and links below ``folder``, without following links; what cannot be listed is passed over.

    Raises ``FileAccessError`` when the folder itself cannot be read, and ``Cancelled``.
    """
    paths: list[str] = []
    sizes: list[int] = []
    for number, (path, size) in enumerate(_walk(folder)):
        if number % _CHECK_EVERY == 0:
            token.check()
        if number == MOST_FILES:
            return FileList(tuple(paths), tuple(sizes), is_whole=False)
        paths.append(path)
        sizes.append(size)
    return FileList(tuple(paths), tuple(sizes))


def effects(text: str, files: FileList, token: CancelToken) -> IgnoreEffects:
    """What each line of ``text`` does to ``files``. Raises ``Cancelled``."""
    rules, problems = _usable(text)
    counting = _Counting(rules)
    for number, (path, size) in enumerate(zip(files.paths, files.sizes, strict=True)):
        if number % _CHECK_EVERY == 0:
            token.check()
        counting.add(path, size)
    found = counting.result()
    idle = [number for number, line in found.lines.items() if line.count == 0 and not line.brings_back]
    lines = dict(found.lines)
    for number in idle[:_MOST_IDLE]:
        lines[number] = replace(lines[number], fits=_fits_any(lines[number].pattern, files, token))
    return replace(found, lines=lines, is_whole=files.is_whole, problems=problems)


def _usable(text: str) -> tuple[IgnoreRules, tuple[IgnoreFileError, ...]]:
    """The rules of all lines that can be used, and what is wrong with the first of the others."""
    lines = text.split("\n")
    problems: list[IgnoreFileError] = []
    while len(problems) < _MOST_PROBLEMS:
        try:
            rules = IgnoreRules.parse("\n".join(lines))
        except IgnoreFileError as error:
            problems.append(error)
            if error.line is None:
                break
            lines[error.line - 1] = ""
        else:
            return rules, tuple(sorted(problems, key=lambda problem: problem.line or 0))
    return IgnoreRules(), tuple(problems)


def _fits_any(pattern: str, files: FileList, token: CancelToken) -> bool:
    rules = IgnoreRules((IgnorePattern(pattern, line=1),))
    for number, path in enumerate(files.paths):
        if number % _CHECK_EVERY == 0:
            token.check()
        decision = rules.decision(path)
        if decision is not None and decision.line:
            return True
    return False


class _Counting:
    """Adds file by file to the line that decides about it."""

    def __init__(self, rules: IgnoreRules) -> None:
        self._rules = rules
        self._lines = {
            pattern.line: _Line(str(pattern), pattern.exception)
            for pattern in rules.patterns
            if pattern.line is not None
        }
        exceptions = [index for index, pattern in enumerate(rules.patterns) if pattern.exception]
        self._without = {
            rules.patterns[index].line: IgnoreRules(rules.patterns[:index])
            for index in exceptions[:_MOST_EXCEPTIONS]
        }
        self._count = self._size = 0

    def add(self, path: str, size: int) -> None:
        pattern = self._rules.last_word(path)
        if pattern is None:
            return
        if not pattern.exception:
            self._count += 1
            self._size += size
        if pattern.line is None:
            return
        if pattern.exception:
            before = self._without.get(pattern.line)
            if before is not None and not before.ignores(path):
                return
        self._lines[pattern.line].add(path, size)

    def result(self) -> IgnoreEffects:
        lines = {number: line.effect() for number, line in self._lines.items()}
        return IgnoreEffects(lines, self._count, self._size)


@dataclass(slots=True)
class _Line:
    pattern: str
    brings_back: bool
    count: int = 0
    size: int = 0
    paths: list[str] = field(default_factory=list)

    def add(self, path: str, size: int) -> None:
        self.count += 1
        self.size += size
        if self.count <= MOST_SHOWN:
            self.paths.append(path)

    def effect(self) -> LineEffect:
        return LineEffect(self.pattern, self.brings_back, self.count, self.size, tuple(self.paths))


def _walk(folder: Path) -> Iterator[tuple[str, int]]:
    """Paths and sizes; a folder's own files first. Nothing on the stack but names of folders."""
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        below: list[str] = []
        for entry in _entries(folder, inside):
            path = f"{inside}/{entry.name}" if inside else entry.name
            if _is_folder(entry):
                below.append(path)
            else:
                yield path, _size(entry)
        waiting += reversed(below)


def _entries(folder: Path, inside: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder / inside) as found:
            return sorted(islice(found, MOST_FILES + 1), key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        if inside:
            return []
        raise FileAccessError(folder, "list", error.strerror or str(error)) from error


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _size(entry: os.DirEntry[str]) -> int:
    """Bytes; 0 for what vanished meanwhile."""
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0
