"""Noting where a folder comes from while it is downloaded, for the Kitfile that is proposed for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kitops_desktop.records.origins import Origins


@contextmanager
def noted_origin(origins: Origins | None, folder: Path, repository: str) -> Iterator[None]:
    """A folder that has nothing in it before is what is downloaded into it, from its first file on; one with
    files of its own, or of another repository, is not.
    """
    if origins is None:
        yield
        return
    if _is_empty(folder):
        origins.put(folder, repository)
    elif origins.find(folder) != repository:
        origins.forget(folder)
    try:
        yield
    finally:
        if _is_empty(folder):  # nothing came of it
            origins.forget(folder)


def _is_empty(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except FileNotFoundError:
        return True
    except OSError:
        return False
