"""What the hidden folder of a download remembers of files that have their names already.

So that going on does not mean reading them again, and what was put beside another file is known by its new
name. A file that was changed since is not known any more.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from typing import Any

from kitops_desktop.importers.hugging_face.file_digest import digest_of
from kitops_desktop.importers.hugging_face.values import HfFile
from kitops_desktop.modelkit.layer_content import write_all
from kitops_desktop.modelkit.target_folder import Folder

NOTES = "notes"
_MAX_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Note:
    """The file ``path`` of the repository, with that content, is called ``name`` in the target. The rest is
    what tells that it was not changed: size in bytes, time of change, number in the file system.
    """

    path: str
    digest: str
    name: str
    size: int
    mtime_ns: int
    inode: int

    def fits(self, status: os.stat_result) -> bool:
        return (self.size, self.mtime_ns, self.inode) == (status.st_size, status.st_mtime_ns, status.st_ino)


@dataclass(frozen=True, slots=True)
class Notes:
    """``commit`` is the one that the folder was last used for, "" when it is new."""

    commit: str = ""
    placed: tuple[Note, ...] = ()

    def by_file(self) -> dict[tuple[str, str], Note]:
        """By path and digest."""
        return {(note.path, note.digest): note for note in self.placed}


def note_of(file: HfFile, name: str, status: os.stat_result) -> Note:
    return Note(file.path, digest_of(file), name, status.st_size, status.st_mtime_ns, status.st_ino)


def read_notes(folder: Folder) -> Notes:
    """What is written there; lines that are damaged, by a crash say, count for nothing."""
    try:
        content = folder.read(NOTES, _MAX_BYTES)
    except OSError:
        return Notes()
    commit, placed = "", []
    for item in _lines(content):
        if isinstance(item, str):
            commit = item
        elif (note := _note(item)) is not None:
            placed.append(note)
    return Notes(commit, tuple(placed))


def written(commit: str, notes: Iterable[Note]) -> bytes:
    """As it stands in the file."""
    return b"".join(map(_line, (commit, *map(astuple, notes))))


def add_note(descriptor: int, note: Note) -> None:
    write_all(descriptor, _line(astuple(note)))


def _line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _lines(content: bytes) -> Iterator[Any]:
    for line in content.splitlines():
        try:
            yield json.loads(line)
        except (ValueError, RecursionError):
            continue


def _note(item: object) -> Note | None:
    match item:
        case [str(path), str(digest), str(name), int(size), int(mtime_ns), int(inode)]:
            return Note(path, digest, name, size, mtime_ns, inode)
    return None
