"""Folders in which something is gathered before it is packed. What was interrupted goes on in its folder.

Each has a name that follows from what is gathered, and one process at a time.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kitops_desktop.store.lock import try_lock

log = logging.getLogger(__name__)

_LOCK = ".lock"
_KEEP_SECONDS = 7 * 86_400.0
"""For how long what was begun is kept to be gone on with."""
_FLAGS = os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0)


@contextmanager
def work_folder(parent: Path, name: str) -> Iterator[Path | None]:
    """The folder; it goes at the end, and stays when something broke that off. None when another process has
    it. Raises ``OSError``.
    """
    parent.mkdir(parents=True, exist_ok=True)
    path = parent / f"{name}{_LOCK}"
    lock = _locked(path, os.O_CREAT)
    if lock is None:
        yield None
        return
    folder = parent / name
    stays = False
    try:
        os.utime(path)
        folder.mkdir(mode=0o700, exist_ok=True)
        yield folder
    except BaseException:
        stays = any(folder.iterdir())
        raise
    finally:
        if not stays:
            _remove_quietly(folder)
        os.close(lock)


def size_of_work(parent: Path) -> int:
    """The bytes of all files below."""
    total = 0
    for folder, _, names in os.walk(parent):
        for name in names:
            with suppress(OSError):
                total += Path(folder, name).lstat().st_size
    return total


def remove_abandoned(parent: Path) -> None:
    """Remove what nobody has gone on with for a week."""
    limit = time.time() - _KEEP_SECONDS
    for path in list(parent.glob(f"*{_LOCK}")):
        with suppress(OSError):
            lock = _locked(path, 0) if path.stat().st_mtime <= limit else None
            if lock is not None:
                _remove_quietly(path.with_suffix(""))
                os.close(lock)


def _locked(path: Path, create: int) -> int | None:
    """The lock, open; None when another process has it. Who had it may take it away in between."""
    while True:
        descriptor = os.open(path, _FLAGS | create, 0o600)
        try:
            is_ours = _try(descriptor)
            if is_ours and os.path.samestat(path.stat(), os.fstat(descriptor)):
                return descriptor
        except FileNotFoundError:
            is_ours = True
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if not is_ours:
            return None


def _try(descriptor: int) -> bool:
    try:
        return try_lock(descriptor)
    except OSError:  # no locks here: better two at once than none
        return True


def _remove_quietly(folder: Path) -> None:
    """With its lock, which is held. What was to be done is done: it does not fail by this."""
    try:
        remove_tree(folder)
        folder.with_name(folder.name + _LOCK).unlink()
    except OSError as error:  # Windows removes nothing that is open
        log.info("%s stays for now: %s", folder, error)


def remove_tree(folder: Path) -> None:
    """A folder with all that is in it, where there is one. Raises ``OSError``."""
    if folder.exists():
        shutil.rmtree(folder, onerror=_make_writable)


def _make_writable(remove: Callable[..., object], path: str, _: object) -> None:
    """What git stores is read-only, which stops removing on Windows."""
    Path(path).chmod(0o700)
    remove(path)
