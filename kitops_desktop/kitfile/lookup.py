"""Which file of a folder is its Kitfile."""

from __future__ import annotations

from pathlib import Path

from kitops_desktop.errors import KitfileNotFound

KITFILE_NAMES = ("Kitfile", "kitfile", ".kitfile")
"""In the order in which they are looked for; the first that exists wins."""


def find_kitfile(directory: Path) -> Path:
    """The Kitfile of a folder. Raises KitfileNotFound."""
    for name in KITFILE_NAMES:
        candidate = directory / name
        if candidate.is_file():
            return candidate
    raise KitfileNotFound(directory)
