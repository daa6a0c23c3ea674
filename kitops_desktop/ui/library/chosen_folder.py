"""The folder that somebody entered, which need not exist."""

from __future__ import annotations

from pathlib import Path


def chosen_folder(text: str) -> Path:
    """As an absolute path; "~" is the home folder."""
    return Path(text).expanduser().absolute()


def nearest_folder(text: str) -> Path:
    """The folder itself, or the nearest above it that exists."""
    folder = chosen_folder(text or ".")
    return next((place for place in (folder, *folder.parents) if place.is_dir()), folder)
