"""Paths of a folder that begin with what was typed, one level of folders at a time."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from kitops_desktop.kitfile.ignore import OWN_FILES

MOST_ENTRIES = 20_000
"""Entries of one folder that are looked at."""
MOST_WORDS = 500


def path_words(folder: Path, typed: str) -> tuple[str, ...]:
    """What ``typed`` may become: relative paths with ``/``, those of folders with one at their end.

    Names that a Kitfile cannot hold are passed over; nothing is found where nothing can be listed.
    """
    above, _, begun = typed.rpartition("/")
    if ".." in above.split("/") or typed.startswith("/"):
        return ()
    try:
        with os.scandir(folder / above) as found:
            names = [_name(entry) for entry in islice(found, MOST_ENTRIES)]
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return ()
    fitting = [
        name
        for name in names
        if name.casefold().startswith(begun.casefold()) and name.isprintable() and _is_wanted(name, above)
    ]
    prefix = f"{above}/" if above else ""
    return tuple(prefix + name for name in sorted(fitting, key=_order)[:MOST_WORDS])


def _is_wanted(name: str, above: str) -> bool:
    return bool(above) or name not in (*OWN_FILES, ".git/")


def _order(name: str) -> tuple[bool, bool, str]:
    """Folders first, hidden ones last."""
    return name.startswith("."), not name.endswith("/"), name


def _name(entry: os.DirEntry[str]) -> str:
    try:
        return f"{entry.name}/" if entry.is_dir() else entry.name
    except OSError:
        return entry.name
