"""What the operating system says about the store's files, in our own errors."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kitops_desktop.errors import DiskFull, InvalidReference, KitOpsError, StoreReadOnly, StoreUnavailable
from kitops_desktop.free_space import free_space

FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_REFUSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@contextmanager
def writing(home: Path, path: Path, needed: int | None = None) -> Iterator[None]:
    """Turn an ``OSError`` of writing ``path`` into ``DiskFull``, ``StoreReadOnly`` or ``StoreUnavailable``.

    ``needed`` is how many bytes were to be written, when known.
    """
    try:
        yield
    except OSError as error:
        raise write_failure(error, home, path, needed) from error


@contextmanager
def reading(home: Path) -> Iterator[None]:
    """Turn an ``OSError`` of reading into ``StoreUnavailable``."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(home, error.strerror or type(error).__name__) from error


def write_failure(error: OSError, home: Path, path: Path, needed: int | None = None) -> KitOpsError:
    if error.errno in FULL:
        return DiskFull(path, needed, free_space(home) or 0)
    if error.errno in _REFUSED:
        return StoreReadOnly(home)
    if error.errno == errno.ENAMETOOLONG:
        return InvalidReference(path.name, "the name is too long to be stored on this file system")
    return StoreUnavailable(home, error.strerror or type(error).__name__)
