"""What is in a folder, as far as generating a Kitfile needs to know: files with their sizes, and folders.

Also made from a remote listing, where no file is on disk yet.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.errors import FileAccessError


@dataclass(frozen=True, slots=True)
class ListedFile:
    """``path`` is relative to the folder at the top, with ``/``; ``size`` is in bytes."""

    name: str
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class ListedFolder:
    """Files and folders directly inside, each in the order of their names' bytes. The top has the path ``.``.

    ``left_out`` are the paths of links and special files; ``unreadable`` says that the content could not be
    listed.
    """

    name: str
    path: str
    files: tuple[ListedFile, ...] = ()
    folders: tuple[ListedFolder, ...] = ()
    left_out: tuple[str, ...] = ()
    unreadable: bool = False


def list_folder(directory: Path, depth: int = 2) -> ListedFolder:
    """List a folder and the folders below it, ``depth`` levels of content in all. Links are not followed.

    Raises FileAccessError when the folder itself cannot be read; a deeper one is listed as unreadable.
    """
    try:
        return _listed(directory, "", "", depth)
    except OSError as error:
        raise FileAccessError(directory, "list", error.strerror or str(error)) from error


def _listed(directory: Path | str, name: str, path: str, depth: int) -> ListedFolder:
    if depth == 0:
        return ListedFolder(name, path)
    files: list[ListedFile] = []
    folders: list[ListedFolder] = []
    left_out: list[str] = []
    with os.scandir(directory) as found:
        entries = sorted(found, key=lambda entry: os.fsencode(entry.name))
    for entry in entries:
        inner = f"{path}/{entry.name}" if path else entry.name
        if entry.is_dir(follow_symlinks=False):
            folders.append(_listed_below(entry, inner, depth - 1))
        elif entry.is_file(follow_symlinks=False):
            files.append(ListedFile(entry.name, inner, _size(entry)))
        else:
            left_out.append(inner)
    return ListedFolder(name, path or ".", tuple(files), tuple(folders), tuple(left_out))


def _listed_below(entry: os.DirEntry[str], path: str, depth: int) -> ListedFolder:
    try:
        return _listed(entry.path, entry.name, path, depth)
    except OSError:
        return ListedFolder(entry.name, path, unreadable=True)


def _size(entry: os.DirEntry[str]) -> int:
    """The size in bytes; 0 for a file that vanished meanwhile."""
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0
