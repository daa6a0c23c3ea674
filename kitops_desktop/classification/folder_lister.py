"""Lists a folder with all below it, level by level, in a thread that nobody has to wait for.

A file system may stall for minutes (a share that is gone, a disk that sleeps). No thread can be called back
from there; so the thread of a lister is a daemon that is left alone once cancelled, and whose word no longer
counts.
"""

from __future__ import annotations

import os
import threading
import time
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kitops_desktop.classification.folder_tree import (
    FILE,
    FOLDER,
    LINK,
    SPECIAL,
    UNKNOWN_SIZE,
    Listing,
    name_order,
)

MOST_ENTRIES = 2_000_000
"""More are not listed: each takes some 100 bytes of memory."""
_BATCH_SECONDS = 0.04
_BATCH_ENTRIES = 5000
_FIRST_SHOWN = 0.015
"""Seconds in which whoever shows the first names is not disturbed."""
_CHECK_EVERY = 1000


class FileSystem(Protocol):
    """What of the ``os`` module is used; all may raise OSError, and all may take for ever."""

    def scandir(self, path: str) -> AbstractContextManager[Iterator[os.DirEntry[str]]]: ...
    def lstat(self, path: str) -> os.stat_result: ...
    def readlink(self, path: str) -> str: ...


class SystemFiles:
    """The file system of this computer."""

    def scandir(self, path: str) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
        return os.scandir(path)

    def lstat(self, path: str) -> os.stat_result:
        return os.lstat(path)

    def readlink(self, path: str) -> str:
        return os.readlink(path)  # noqa: PTH115 - names need not be paths that pathlib leaves as they are


@dataclass(frozen=True, slots=True)
class Batch:
    """Some listings. ``ended`` with the last of them; ``cut`` when there were too many entries for all."""

    listings: tuple[Listing, ...]
    ended: bool = False
    cut: bool = False


class FolderLister:
    """Hands batches to ``on_batch``, which is called in the lister's thread and raises nothing.

    The top folder comes first, at once, and its sizes after it; then what is in it, and so on. Links are not
    followed. After ``cancel``, which returns at once, nothing is handed over any more.
    """

    def __init__(
        self,
        folder: Path,
        on_batch: Callable[[Batch], None],
        file_system: FileSystem | None = None,
        *,
        most: int = MOST_ENTRIES,
    ) -> None:
        self._root = os.fspath(folder)
        self._on_batch = on_batch
        self._files = file_system or SystemFiles()
        self._room = most
        self._cancelled = threading.Event()
        self._ready: list[Listing] = []
        self._ready_entries = 0
        self._told = time.monotonic()
        self._names_first = True

    def start(self, paths: Iterable[str] = ("",), known: Set[str] = frozenset()) -> None:
        """List these folders, and below them those that are not ``known``."""
        waiting, seen = deque(paths), frozenset(known)
        self._names_first = not seen
        threading.Thread(target=self._run, args=(waiting, seen), name="folder lister", daemon=True).start()

    def cancel(self) -> None:
        self._cancelled.set()

    def _run(self, waiting: deque[str], known: Set[str]) -> None:
        try:
            while waiting and self._room > 0:
                listing = self._list(waiting.popleft())
                waiting.extend(path for path in listing.folders() if path not in known)
                self._hand(listing)
            self._tell(ended=True, cut=bool(waiting))
        except _Abandoned:
            return

    def _list(self, path: str) -> Listing:
        listing = Listing(path)
        names_first, self._names_first = self._names_first, False
        try:
            with self._files.scandir(self._place(path)) as found:
                if names_first:
                    self._names(listing, found)
                else:
                    self._entries(listing, found)
        except OSError as error:
            listing.error = _reason(error)
        except ValueError:  # a name no folder can have
            listing.error = "no such folder"
        listing.order = name_order(listing.names, listing.letters)
        self._link_targets(listing)
        if names_first:
            self._give(Batch((listing,)))
            self._cancelled.wait(_FIRST_SHOWN)
            self._stat_all(listing)
        return listing

    def _names(self, listing: Listing, found: Iterator[os.DirEntry[str]]) -> None:
        names, letters = listing.names, listing.letters
        for entry in found:
            names.append(entry.name)
            letters.append(_letter(entry))
            if len(names) % _CHECK_EVERY == 0:
                self._check()
        listing.sizes = array("q", [UNKNOWN_SIZE]) * len(names)

    def _entries(self, listing: Listing, found: Iterator[os.DirEntry[str]]) -> None:
        names, letters, sizes = listing.names, listing.letters, listing.sizes
        for entry in found:
            letter = _letter(entry)
            names.append(entry.name)
            letters.append(letter)
            size = UNKNOWN_SIZE
            if letter == FILE:
                try:
                    size = entry.stat(follow_symlinks=False).st_size
                except OSError as error:
                    listing.troubles[len(names) - 1] = _reason(error)
            sizes.append(size)
            if len(names) % _CHECK_EVERY == 0:
                self._check()

    def _stat_all(self, listing: Listing) -> None:
        for number, letter in enumerate(listing.letters):
            if letter == FILE:
                try:
                    listing.sizes[number] = self._files.lstat(self._place(listing.path_of(number))).st_size
                except OSError as error:
                    listing.troubles[number] = _reason(error)
            if number % _CHECK_EVERY == 0:
                self._check()

    def _link_targets(self, listing: Listing) -> None:
        if LINK not in listing.letters:
            return
        for number, letter in enumerate(listing.letters):
            if letter == LINK:
                try:
                    target = self._files.readlink(self._place(listing.path_of(number)))
                except OSError as error:
                    listing.troubles[number] = _reason(error)
                else:
                    listing.targets[number] = target

    def _check(self) -> None:
        if self._cancelled.is_set():
            raise _Abandoned

    def _hand(self, listing: Listing) -> None:
        self._room -= len(listing)
        self._ready.append(listing)
        self._ready_entries += len(listing)
        late = time.monotonic() - self._told > _BATCH_SECONDS
        if late or self._ready_entries >= _BATCH_ENTRIES:
            self._tell()

    def _tell(self, *, ended: bool = False, cut: bool = False) -> None:
        batch = Batch(tuple(self._ready), ended, cut)
        self._ready, self._ready_entries = [], 0
        self._told = time.monotonic()
        self._give(batch)

    def _give(self, batch: Batch) -> None:
        if self._cancelled.is_set():
            raise _Abandoned
        self._on_batch(batch)

    def _place(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root


class _Abandoned(Exception):
    """It was cancelled: nobody listens any more."""


def _letter(entry: os.DirEntry[str]) -> int:
    try:
        if entry.is_file(follow_symlinks=False):
            return FILE
        if entry.is_dir(follow_symlinks=False):
            return FOLDER
        return LINK if entry.is_symlink() else SPECIAL
    except OSError:
        return SPECIAL


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "it is gone"
    return (error.strerror or type(error).__name__).lower()
