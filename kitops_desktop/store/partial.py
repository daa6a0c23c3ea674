"""Half-written blobs in ``kitops-desktop/partial/``.

A blob whose digest is known beforehand has a name made of it and stays when its writer gives up, so that
another may go on. A blob whose digest is not known has a random name and goes with its writer. Writers lock
their file, so that two never write one, and so that the file of a dead process can be told and removed.

A file only ever grows at its end, so its size says all that there is to know about it. What a killed process
had fetched out of order, in memory, is lost: some 20 MiB (``registry.segments``), which is less than writing
down finished pieces of a file with holes would cost over a whole download. What a power failure left of it is
not trusted either: the digest decides, and what is wrong is fetched again (``BlobIngest.mend``).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import algorithm_of, hex_of
from kitops_desktop.store.lock import try_lock

SUFFIX = ".partial"
_NEW = "new-"
_KEEP_SECONDS = 7 * 86_400.0
"""For how long a blob that was begun is kept to be gone on with."""
_YOUNG_SECONDS = 60.0
"""A file so young may have been made and not yet been locked."""
_FLAGS = os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class PartialFile:
    """An open, locked file; its position is at ``offset``, the end of what it has."""

    path: Path
    descriptor: int
    offset: int
    resumable: bool

    def discard(self) -> None:
        os.close(self.descriptor)
        self.path.unlink(missing_ok=True)


def open_partial(folder: Path, blob: Descriptor | None) -> PartialFile:
    """The file to write ``blob`` to, with what an earlier writer left in it. Raises ``OSError``."""
    folder.mkdir(parents=True, exist_ok=True)
    if blob is not None:
        path = folder / f"{algorithm_of(blob.digest)}-{hex_of(blob.digest)}{SUFFIX}"
        found = _open_named(path, blob.size)
        if found is not None:
            return found
    return _open_new(folder)


def remove_dead(folder: Path) -> int:
    """Remove what nobody writes any more and nobody will go on with; gives the bytes that were freed."""
    freed = 0
    for path, stat in partial_files(folder):
        age = time.time() - stat.st_mtime
        keep = _YOUNG_SECONDS if path.name.startswith(_NEW) else _KEEP_SECONDS
        if age > keep and _remove_unlocked(path, age):
            freed += stat.st_size
    return freed


def partial_files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    try:
        paths = list(folder.iterdir())
    except OSError:
        return
    for path in paths:
        try:
            yield path, path.stat()
        except OSError:
            continue


def _open_named(path: Path, size: int) -> PartialFile | None:
    """None when another process writes it."""
    while True:
        descriptor = os.open(path, _FLAGS | os.O_CREAT, 0o600)
        if not _is_ours(descriptor):
            os.close(descriptor)
            return None
        if _is_at(path, descriptor):
            break
        os.close(descriptor)  # published or removed by its writer before we locked it
    offset = os.lseek(descriptor, 0, os.SEEK_END)
    if offset > size:
        os.ftruncate(descriptor, 0)
        offset = os.lseek(descriptor, 0, os.SEEK_SET)
    return PartialFile(path, descriptor, offset, True)


def _open_new(folder: Path) -> PartialFile:
    path = folder / f"{_NEW}{os.urandom(12).hex()}{SUFFIX}"
    descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
    _is_ours(descriptor)
    return PartialFile(path, descriptor, 0, False)


def _is_ours(descriptor: int) -> bool:
    try:
        return try_lock(descriptor)
    except OSError:  # no locks here: a name made of a digest may be written by two, so nobody shares it
        return False


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _remove_unlocked(path: Path, age: float) -> bool:
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError:
        return False
    try:
        if try_lock(descriptor) and _is_at(path, descriptor):
            path.unlink(missing_ok=True)
            return True
    except OSError:
        if age > _KEEP_SECONDS:
            path.unlink(missing_ok=True)
            return True
    finally:
        os.close(descriptor)
    return False
