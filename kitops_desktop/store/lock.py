"""The lock under which index files are changed.

It is ours alone: `kit` knows no lock. It is held for the milliseconds of an index change, never while bytes
are transferred or hashed. The operating system releases it when its holder dies. flock(2) also works on
NFS, where Linux turns it into a byte-range lock; that one does not tell threads of one process apart, so a
lock inside the process comes first. Where a file system has no locks at all (some FUSE and SMB mounts), a
file that only one can create stands in; one that is older than two minutes belongs to a dead holder.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kitops_desktop.errors import StoreBusy
from kitops_desktop.store.failures import writing

DEFAULT_TIMEOUT = 30.0
_LONGEST_PAUSE = 0.05
_DEAD_AFTER = 120.0
_HELD_BY_OTHER = frozenset({errno.EAGAIN, errno.EACCES, errno.EDEADLK})

_thread_locks: dict[str, threading.Lock] = {}
_thread_locks_guard = threading.Lock()


class StoreLock:
    """The lock of one store. ``timeout`` is in seconds."""

    def __init__(self, path: Path, home: Path, timeout: float = DEFAULT_TIMEOUT) -> None:
        self._path = path
        self._home = home
        self._timeout = timeout

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock. Not reentrant. Raises ``StoreBusy`` after the timeout, and ``StoreReadOnly``."""
        deadline = time.monotonic() + self._timeout
        thread_lock = _thread_lock(self._path)
        if not thread_lock.acquire(timeout=self._timeout):
            raise StoreBusy(self._path, self._timeout)
        try:
            with writing(self._home, self._path):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                with self._exclusive(descriptor, deadline):
                    yield
            finally:
                os.close(descriptor)
        finally:
            thread_lock.release()

    @contextmanager
    def _exclusive(self, descriptor: int, deadline: float) -> Iterator[None]:
        try:
            self._wait(lambda: try_lock(descriptor), deadline)
        except OSError:
            stand_in = LockFile(self._path.with_name(self._path.name + ".held"))
            with writing(self._home, self._path):
                self._wait(stand_in.try_create, deadline)
            try:
                yield
            finally:
                stand_in.remove()
        else:
            yield

    def _wait(self, attempt: Callable[[], bool], deadline: float) -> None:
        pause = 0.001
        while not attempt():
            if time.monotonic() > deadline:
                raise StoreBusy(self._path, self._timeout)
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


class LockFile:
    """A lock that consists in the existence of a file, for file systems without locks."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def try_create(self) -> bool:
        try:
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
        except FileExistsError:
            self._remove_dead()
            return False
        return True

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)

    def _remove_dead(self) -> None:
        with suppress(FileNotFoundError):
            if time.time() - self._path.stat().st_mtime > _DEAD_AFTER:
                aside = self._path.with_name(f"{self._path.name}.{os.urandom(4).hex()}")
                self._path.rename(aside)  # only one of several that wait succeeds
                aside.unlink()


def _thread_lock(path: Path) -> threading.Lock:
    key = os.path.realpath(path)
    with _thread_locks_guard:
        return _thread_locks.setdefault(key, threading.Lock())


if sys.platform == "win32":
    import msvcrt

    def try_lock(descriptor: int) -> bool:
        """Lock an open file if nobody else has; raises ``OSError`` where the file system has no locks."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in _HELD_BY_OTHER:
                return False
            raise
        return True
else:
    import fcntl

    def try_lock(descriptor: int) -> bool:
        """Lock an open file if nobody else has; raises ``OSError`` where the file system has no locks."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _HELD_BY_OTHER:
                return False
            raise
        return True
