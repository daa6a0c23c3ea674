"""Which folders are watched for a project: all of it but links and what tools leave behind."""

from __future__ import annotations

import os
from collections.abc import Callable

from kitops_desktop.kitfile.secrets import FlagKind, flag

MOST_FOLDERS = 3000
"""Each takes one of the watches that all programs of a user share, and time while nobody else runs."""
MOST_PATHS = 150_000
"""In a larger folder looking again after each change would take longer than the changes are apart."""
_CHECK_EVERY = 1000


class NotWatchable(Exception):
    """Why a folder cannot be watched, as the rest of a sentence. ``gone`` when there is no such folder."""

    def __init__(self, why: str, *, gone: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.gone = gone


def folders_to_watch(root: str, check: Callable[[], None]) -> list[str]:
    """``root`` and the folders below it, as paths; links are not followed, and junk is left out.

    ``check`` is called now and then and may raise to stop. A folder below that may not be read is left out,
    as its content can be seen by nobody. Raises ``NotWatchable``.
    """
    found, paths = [root], 0
    for folder in found:  # it grows meanwhile
        try:
            with os.scandir(folder) as children:
                for child in children:
                    paths += 1
                    if paths % _CHECK_EVERY == 0:
                        check()
                    if child.is_dir(follow_symlinks=False) and not is_junk(child.path[len(root) + 1 :], True):
                        found.append(_text(child.path))
        except OSError as error:
            if folder == root:
                raise root_problem(error) from error
        check()
        _check_counts(len(found), paths)
    return found


def is_junk(path: str, is_dir: bool = False) -> bool:
    """Whether a path (relative, with ``/``) is nothing that a project consists of."""
    above = path.rpartition("/")[0]
    doubts = (flag(above, is_dir=True) if above else None, flag(path, is_dir=is_dir))
    return any(doubt is not None and doubt.kind is FlagKind.JUNK for doubt in doubts)


def root_problem(error: OSError) -> NotWatchable:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return NotWatchable("the folder is gone", gone=True)
    return NotWatchable(f"it cannot be read ({error.strerror or type(error).__name__})")


def _check_counts(folders: int, paths: int) -> None:
    if paths > MOST_PATHS:
        raise NotWatchable(f"it holds more than {MOST_PATHS:,} files")
    if folders > MOST_FOLDERS:
        raise NotWatchable(f"it holds more than {MOST_FOLDERS:,} folders")


def _text(path: str) -> str:
    if not path.isascii() and any("\ud800" <= letter <= "\udfff" for letter in path):
        raise NotWatchable("a folder in it has a name that is no UTF-8")
    return path
