"""A file that is locked for as long as its owner lives, so that others can tell whether it still does."""

from __future__ import annotations

import errno
import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path

SUFFIX = ".lock"


class ProcessLock:
    """A lock file of ours in ``folder``. The system releases it when the process ends, however it ends.

    ``owner`` is its name, one that nobody else has when "". Raises ``BlockingIOError`` (``PermissionError``
    on Windows) when another process has a lock of that name, and ``OSError`` when it cannot be made, as on
    file systems without locks.
    """

    def __init__(self, folder: Path, owner: str = "") -> None:
        self.owner = owner or secrets.token_hex(16)
        self._path = folder / f"{self.owner}{SUFFIX}"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._descriptor = os.open(self._path, _flags() | os.O_CREAT | (0 if owner else os.O_EXCL), 0o600)
        try:
            _lock(self._descriptor)
            if not _is_still(self._path, self._descriptor):  # its last owner removed it at this very moment
                raise BlockingIOError(errno.EAGAIN, "another process was quicker")
        except OSError:
            self._close()
            raise

    def release(self) -> None:
        if self._descriptor < 0:
            return
        if sys.platform == "win32":  # an open file is not removed there
            self._close()
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            return
        self._path.unlink(missing_ok=True)  # while it is ours: the next one's may be there a moment later
        self._close()

    def _close(self) -> None:
        os.close(self._descriptor)
        self._descriptor = -1


def is_alive(folder: Path, owner: str) -> bool:
    """Whether the process that made the lock ``owner`` still runs. A dead one's file is removed.

    When that cannot be found out, it counts as alive: calling a running job interrupted would be worse.
    """
    path = folder / f"{owner}{SUFFIX}"
    try:
        descriptor = os.open(path, _flags())
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        _lock(descriptor)
    except OSError:
        return True
    else:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the file that is open is the one that has that name."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _flags() -> int:
    return os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
