"""Having a folder alone: a lock that ends with the process that has it."""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":
    import msvcrt

    def lock_folder(path: str) -> int | None:
        """A descriptor that holds the lock of a folder until it is closed; None when another holds it."""
        try:
            lock = os.open(path + ".lock", os.O_RDWR | os.O_CREAT | os.O_TEMPORARY | os.O_NOINHERIT)
        except OSError:
            return None
        try:
            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        except OSError:
            os.close(lock)
            return None
        return lock
else:
    import fcntl

    def lock_folder(path: str) -> int | None:
        """A descriptor that holds the lock of a folder until it is closed; None when another holds it."""
        try:
            lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            return None
        return lock
