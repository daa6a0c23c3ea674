"""Leases: which blobs running jobs need, so that no removal takes them away.

A lease is a file with digests beside a file that its process keeps locked: when the process dies, however
it dies, the system releases the lock and the lease is void. Where a file system has no locks there are no
leases; ``add_manifest`` then still brings back from the trash what a removal took.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kitops_desktop.records.process_lock import ProcessLock, is_alive

log = logging.getLogger(__name__)

_SUFFIX = ".json"
_own: dict[tuple[str, str], frozenset[str]] = {}
"""The leases of this process, by folder and owner: on network file systems a process does not see its own
locks, and would release them by looking."""
_own_guard = threading.Lock()


class Leases:
    """The leases of one store, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, digests: Iterable[str]) -> Lease:
        """Raises nothing: without a file the lease holds within this process only."""
        wanted = frozenset(digests)
        try:
            lock = ProcessLock(self._folder)
        except OSError as error:
            log.info("no lease in %s: %s", self._folder, error)
            return Lease(self._folder, wanted, None)
        return Lease(self._folder, wanted, lock)

    @contextmanager
    def held(self, digests: Iterable[str]) -> Iterator[None]:
        lease = self.take(digests)
        try:
            yield
        finally:
            lease.release()

    def digests(self) -> frozenset[str]:
        """All digests somebody needs. Removes what dead processes left."""
        with _own_guard:
            found = {
                digest for (folder, _), own in _own.items() if folder == str(self._folder) for digest in own
            }
        for path in self._files():
            if self._is_own(path.stem):
                continue
            if is_alive(self._folder, path.stem):
                found |= _read(path)
            else:
                _remove(path)
        return frozenset(found)

    def _files(self) -> list[Path]:
        try:
            return [path for path in self._folder.iterdir() if path.suffix == _SUFFIX]
        except OSError:
            return []

    def _is_own(self, owner: str) -> bool:
        with _own_guard:
            return (str(self._folder), owner) in _own


class Lease:
    """A lease being held. ``lock`` is None when it could not be made known to other processes."""

    def __init__(self, folder: Path, digests: frozenset[str], lock: ProcessLock | None) -> None:
        self._lock = lock
        self._key = (str(folder), lock.owner if lock else f"thread-{id(self)}")
        self._path = folder / f"{self._key[1]}{_SUFFIX}"
        with _own_guard:
            _own[self._key] = digests
        if lock is not None:
            try:
                self._path.write_text(json.dumps(sorted(digests)), encoding="utf-8")
            except OSError as error:
                log.info("no lease in %s: %s", folder, error)

    def release(self) -> None:
        with _own_guard:
            _own.pop(self._key, None)
        if self._lock is not None:
            _remove(self._path)
            self._lock.release()


def _read(path: Path) -> set[str]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    return {digest for digest in value if isinstance(digest, str)} if isinstance(value, list) else set()


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.info("%s stays: %s", path, error)
