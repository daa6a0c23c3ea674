"""What packing leaves out of a kit, and why; nothing is ever left out in silence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LeftOutReason(StrEnum):
    IGNORED = "ignored"
    """A pattern of .kitignore."""
    LINK = "link"
    """A symbolic link: one that is not to be followed, leads nowhere, or leads round in a circle."""
    SPECIAL = "special"
    """Neither file nor folder: a pipe, a socket, a device."""
    NOT_COVERED = "not covered"
    """No layer of the Kitfile has it."""
    KITFILE = "kitfile"
    """The Kitfile and .kitignore themselves, which no layer ever has."""
    PARENT_KIT = "parent kit"
    """A kit that this one refers to has a layer of that path."""
    REMOTE = "remote dataset"
    """A dataset of the Kitfile whose bytes stay elsewhere has that path."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A path in no layer. A folder stands for all its content, which was not looked at; its ``size`` is 0.

    ``detail`` is the pattern that ignores it or the target of a link. ``size`` is in bytes.
    """

    path: str
    why: LeftOutReason
    detail: str = ""
    size: int = 0
    is_dir: bool = False


@dataclass(frozen=True, slots=True)
class FollowedLink:
    """A symbolic link that is packed as what it points to; ``outside`` when that is not in the folder
    packed."""

    path: str
    target: str
    outside: bool
