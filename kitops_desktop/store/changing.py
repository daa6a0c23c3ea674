"""Changing small files that another program rewrites whenever it likes.

`kit` reads an index file, changes it in memory and writes it back whole, in place and without a lock. So a
change of ours is a function of what is in the file now: it is applied to the content read immediately
before the rename, checked after it, and applied again when the file has changed between. A file that is
being written by `kit` may be read half; what cannot be read is therefore looked at again for as long as it
is young.

Files are forced onto the medium (fsync) before the rename, their folder after it: a power failure leaves
the old content or the new.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from kitops_desktop.errors import StoreBusy, StoreDamaged
from kitops_desktop.store.failures import reading, writing
from kitops_desktop.store.layout import TEMPORARY_PREFIX

_ATTEMPTS = 50
_YOUNG_SECONDS = 1.0
_PAUSE = 0.01
_T = TypeVar("_T")


def read_content(home: Path, path: Path) -> bytes | None:
    """The content of a file, None when there is none. Raises ``StoreUnavailable``."""
    with reading(home):
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None


def read_settled(home: Path, path: Path, parse: Callable[[bytes], _T]) -> tuple[bytes | None, _T | None]:
    """Content and meaning of a file, both None when there is none.

    ``parse`` raises ``ValueError``; ``StoreDamaged`` is raised when it still does after another program has
    had the time to finish writing the file.
    """
    while True:
        content = read_content(home, path)
        if content is None:
            return None, None
        try:
            return content, parse(content)
        except ValueError as error:
            if not _is_young(path):
                raise StoreDamaged(path, str(error)) from error
        time.sleep(_PAUSE)


@dataclass(frozen=True, slots=True)
class FileFormat(Generic[_T]):
    """How a file is read and written. ``parse`` raises ``ValueError``; ``content`` gives None for no file."""

    parse: Callable[[bytes], _T]
    content: Callable[[_T], bytes | None]
    empty: Callable[[], _T]


def change_file(home: Path, path: Path, file: FileFormat[_T], change: Callable[[_T], _T]) -> bool:
    """Make ``change`` of what the file means its new meaning; say whether there was anything to do.

    ``change`` must not alter its argument, and not mind being applied twice: it is called again when another
    program interferes. Raises ``StoreDamaged``, ``StoreReadOnly``, ``DiskFull``, and ``StoreBusy`` when the
    other program never rests.
    """
    changed = False
    for _ in range(_ATTEMPTS):
        before, found = read_settled(home, path, file.parse)
        meaning = file.empty() if found is None else found
        wanted = change(meaning)
        if wanted == meaning:
            return changed
        changed = _replace(home, path, before, file.content(wanted)) or changed
    raise StoreBusy(path, _ATTEMPTS * _PAUSE)


def write_synced(path: Path, content: bytes, mode: int) -> None:
    """Write a new file and force it onto the medium. Raises ``OSError``, and leaves nothing then."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _replace(home: Path, path: Path, before: bytes | None, after: bytes | None) -> bool:
    """False when the file changed meanwhile, and nothing was done."""
    if after is None:
        if read_content(home, path) != before:
            return False
        with writing(home, path):
            path.unlink(missing_ok=True)
            sync_folder(path.parent)
        return True
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{os.getpid()}-{os.urandom(8).hex()}.tmp")
    with writing(home, path, len(after)):
        write_synced(temporary, after, 0o644)
    try:
        if read_content(home, path) != before:
            return False
        with writing(home, path):
            temporary.replace(path)
            sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return True


def sync_folder(folder: Path) -> None:
    """Force the names in a folder onto the medium, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some network file systems cannot
    finally:
        os.close(descriptor)


def _is_young(path: Path) -> bool:
    try:
        return abs(time.time() - path.stat().st_mtime) < _YOUNG_SECONDS
    except OSError:
        return True
