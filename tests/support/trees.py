"""Folders as values, to be compared."""

from __future__ import annotations

import stat
from pathlib import Path

Tree = dict[str, tuple[int, bytes | None]]


def tree(folder: Path, *, without: tuple[str, ...] = ()) -> Tree:
    """Every path below ``folder`` with its mode and, for files, its content; ``without`` some names."""
    found: Tree = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name in without:
            continue
        state = path.lstat()
        assert not path.is_symlink(), f"{path} is a link"
        content = None if path.is_dir() else path.read_bytes()
        found[name] = (stat.S_IMODE(state.st_mode), content)
    return found
