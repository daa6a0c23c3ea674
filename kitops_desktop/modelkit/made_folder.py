"""A folder that is made for what is unpacked into it, and what the system says against it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kitops_desktop.errors import DiskFull, FileAccessError
from kitops_desktop.free_space import free_space

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


@contextmanager
def made_folder(target: Path) -> Iterator[Callable[[], None]]:
    """Make the target; folders made for it go again unless something is kept in them.

    Gives the function that says so. Raises ``FileAccessError``, ``DiskFull``.
    """
    made: list[Path] = []
    kept = False

    def keep() -> None:
        nonlocal kept
        kept = True

    with os_errors(target):
        missing = [folder for folder in (target, *target.parents) if not os.path.lexists(folder)]
        try:
            for folder in reversed(missing):
                folder.mkdir(exist_ok=True)
                made.append(folder)
        except OSError:
            _remove_empty(made)
            raise
    try:
        yield keep
    except BaseException:
        if not kept:
            _remove_empty(made)
        raise


def _remove_empty(folders: Sequence[Path]) -> None:
    for folder in reversed(folders):
        try:
            folder.rmdir()
        except OSError:
            return


@contextmanager
def os_errors(target: Path) -> Iterator[None]:
    """What the system refuses, as our own errors."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(target, None, free_space(target) or 0) from error
        path = target / os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else target
        raise FileAccessError(path, "write", error.strerror or type(error).__name__) from error
