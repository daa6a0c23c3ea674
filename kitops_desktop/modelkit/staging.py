"""The hidden folder in which files are written before they get their names.

It lies in the target, so that a finished file only needs to be renamed. Its owner holds a lock on it; one
whose owner is gone is rubbish of a process that was killed, and removed.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kitops_desktop.modelkit.entry_names import STAGING_PREFIX
from kitops_desktop.modelkit.folder_lock import lock_folder
from kitops_desktop.modelkit.target_folder import Folder

log = logging.getLogger(__name__)

PREFIX = STAGING_PREFIX
_TRIES = 100


class Staging:
    """Files by numbers. ``folder`` belongs to nobody else."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self._next = 0

    def create(self, mode: int) -> tuple[str, int]:
        """A new file: its name in the folder and its descriptor. The umask applies to ``mode``."""
        name = self.new_name()
        return name, self.folder.create(name, mode)

    def new_name(self) -> str:
        self._next += 1
        return str(self._next)

    def ignores_case(self) -> bool:
        """Whether the file system takes names that differ only in upper and lower case for the same."""
        os.close(self.folder.create("case", 0o600))
        try:
            return self.folder.status("CASE") is not None
        finally:
            self.folder.remove("case")


@contextmanager
def staging_in(target: Folder) -> Iterator[Staging]:
    """A staging folder in ``target``, removed with all that is left in it at the end."""
    remove_stale(target.path)
    folder, lock = _make(target)
    try:
        yield Staging(folder)
    finally:
        folder.close()
        shutil.rmtree(folder.path, onerror=_note)
        os.close(lock)


def remove_stale(target: Path) -> None:
    """Remove the staging folders in ``target`` that no living process holds."""
    with os.scandir(target) as entries:
        found = [entry.path for entry in entries if _is_staging(entry)]
    for path in found:
        lock = lock_folder(path)
        if lock is None:
            continue
        log.info("Removing %s, left by a process that ended early", path)
        # The lock is held till the end: whoever waits for it must find the folder gone.
        shutil.rmtree(path, onerror=_note)
        os.close(lock)


def _is_staging(entry: os.DirEntry[str]) -> bool:
    return entry.name.startswith(PREFIX) and entry.is_dir(follow_symlinks=False)


def _make(target: Folder) -> tuple[Folder, int]:
    """A new locked folder. Another process may take it for stale between making and locking it."""
    for _ in range(_TRIES):
        name = PREFIX + secrets.token_hex(4)
        try:
            target.make(name, 0o700)
        except FileExistsError:
            continue
        lock = lock_folder(str(target.path / name))
        if lock is None:
            continue
        try:
            return target.child(name), lock
        except FileNotFoundError:
            os.close(lock)
    raise FileExistsError(f"no name is free for a new folder in {target.path}")


def _note(_function: object, path: str, info: object) -> None:
    log.warning("Cannot remove %s: %s", path, info)
