"""The order of tags in a table: ``latest``, then versions with the newest first, then all others by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

LATEST = "latest"
_VERSION = re.compile(r"[vV]?[0-9]")
_PIECES = re.compile(r"[0-9]+|[A-Za-z]+")
_END, _WORD, _NUMBER = 1, 0, 2
"""What may stand at a place of a version: ``1.0-rc1`` comes before ``1.0``, and that before ``1.0.1``."""


def newest_first(tags: Iterable[str]) -> list[str]:
    """The tags in the order in which they are shown."""
    tags = list(tags)
    versions = sorted((tag for tag in tags if _VERSION.match(tag)), key=_version_key, reverse=True)
    others = sorted((tag for tag in tags if not _VERSION.match(tag)), key=_other_key)
    latest = [tag for tag in others if tag == LATEST]
    return latest + versions + [tag for tag in others if tag != LATEST]


def _version_key(tag: str) -> tuple[Any, ...]:
    pieces = _PIECES.findall(tag.lstrip("vV"))
    return (*(_piece(piece) for piece in pieces), (_END, 0, "")), tag


def _other_key(tag: str) -> tuple[Any, ...]:
    return tuple(_piece(piece) for piece in _PIECES.findall(tag.casefold())), tag


def _piece(text: str) -> tuple[int, int, str]:
    """Numbers of any length are compared as text of their length."""
    if not text.isdigit():
        return _WORD, 0, text.casefold()
    number = text.lstrip("0")
    return _NUMBER, len(number), number
