"""The files a template is filled with: what is in a folder, without what stays out of every kit."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from kitops_desktop.errors import FileAccessError
from kitops_desktop.kitfile.file_kinds import is_writable_name
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.lookup import KITFILE_NAMES
from kitops_desktop.kitfile.secrets import FlagKind, flag
from kitops_desktop.progress import CancelToken

MOST_FILES = 20_000
MOST_DEPTH = 5
_CHECK_EVERY = 500


class TemplateFiles:
    """``sizes`` has the files by path, in bytes, those higher up first; ``folders`` the folders with files
    below them. What is ignored, secret or junk, links, and names that a Kitfile cannot hold are left out.

    A file is taken once: ``take`` says so for a file or for a folder with all below it.
    """

    def __init__(self, folder: Path, token: CancelToken) -> None:
        """Raises ``FileAccessError``, ``IgnoreFileError`` and ``Cancelled``."""
        self.folder = folder
        self.sizes: dict[str, int] = {}
        self.folders: set[str] = set()
        self._rules = IgnoreRules.load(folder)
        self._taken: set[str] = set()
        self._walk(token)

    def find(self, fits: Callable[[str], bool]) -> tuple[str, ...]:
        """The files that fit and that nothing has taken yet. ``fits`` is asked with the path."""
        return tuple(path for path in self.sizes if not self.is_taken(path) and fits(path))

    def take(self, path: str) -> None:
        self._taken.add(path)

    def is_taken(self, path: str) -> bool:
        if path in self._taken:
            return True
        return any(path[:place] in self._taken for place, sign in enumerate(path) if sign == "/")

    def has_free_files(self, folder: str) -> bool:
        """Whether something in the folder is not taken yet, and nothing in it is."""
        inside = [path for path in self.sizes if path.startswith(f"{folder}/")]
        return bool(inside) and not any(self.is_taken(path) for path in inside)

    def _walk(self, token: CancelToken) -> None:
        waiting = deque([("", 0)])
        while waiting and len(self.sizes) < MOST_FILES:
            path, depth = waiting.popleft()
            token.check()
            try:
                with os.scandir(self.folder / path) as found:
                    entries = sorted(_checked(found, token), key=lambda entry: entry.name)
            except OSError as error:
                if not path:
                    reason = error.strerror or type(error).__name__
                    raise FileAccessError(self.folder, "list", reason) from error
                continue
            for entry in entries[:MOST_FILES]:
                inner = f"{path}/{entry.name}" if path else entry.name
                if not self._may_be_named(inner, entry):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if depth + 1 < MOST_DEPTH:
                        waiting.append((inner, depth + 1))
                elif entry.is_file(follow_symlinks=False):
                    self._add(inner, entry)

    def _may_be_named(self, path: str, entry: os.DirEntry[str]) -> bool:
        if path in KITFILE_NAMES or not is_writable_name(entry.name) or not entry.name.isprintable():
            return False
        doubt = flag(path, is_dir=entry.is_dir(follow_symlinks=False))
        return (doubt is None or doubt.kind is FlagKind.PICKLE) and not self._rules.ignores(path)

    def _add(self, path: str, entry: os.DirEntry[str]) -> None:
        try:
            self.sizes[path] = entry.stat(follow_symlinks=False).st_size
        except OSError:  # it vanished
            return
        above = path.rpartition("/")[0]
        while above and above not in self.folders:
            self.folders.add(above)
            above = above.rpartition("/")[0]


def _checked(entries: Iterator[os.DirEntry[str]], token: CancelToken) -> Iterator[os.DirEntry[str]]:
    for count, entry in enumerate(entries, 1):
        if count % _CHECK_EVERY == 0:
            token.check()
        yield entry
