"""What happens to files that are already where a kit's files go.

The rules are `kit`'s: a folder that exists is used as it is; a file that exists stops unpacking, or is
replaced, or is left alone; a folder where a file belongs, and the reverse, stops it whatever was asked for.
One rule is ours: both files can be kept, the new one under a free name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto

from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.modelkit.target_folder import Found, Obstacle


class OnExisting(StrEnum):
    """What to do with a file that exists."""

    FAIL = "fail"
    OVERWRITE = "overwrite"
    SKIP = "skip"
    BOTH = "keep-both"


class Action(Enum):
    """What is done with an entry."""

    CREATE = auto()
    REPLACE = auto()
    KEEP = auto()
    """A folder that is there."""
    SKIP = auto()
    """A file that is there is left alone."""
    BESIDE = auto()
    """A file that is there is left alone, and the new one gets a free name beside it."""
    CONFLICT = auto()
    """A file that is there stops unpacking."""
    CLASH = auto()
    """A folder where a file belongs, or the reverse."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """``path`` is relative to the target; sizes are in bytes. ``same_kind`` is False where a file would have
    to become a folder or the reverse, or a link is on the way to it: no choice can solve that."""

    path: str
    existing_size: int
    new_size: int
    same_kind: bool


@dataclass(frozen=True, slots=True)
class ExistingRules:
    """``decisions`` are for single paths, ``existing`` for all others."""

    existing: OnExisting = OnExisting.FAIL
    decisions: Mapping[str, OnExisting] = field(default_factory=dict)

    def action(self, file: LayerFile, found: Found) -> Action:
        if found.obstacle is Obstacle.NOTHING:
            return Action.CREATE
        if file.is_dir:
            return Action.KEEP if found.obstacle is Obstacle.FOLDER else Action.CLASH
        if found.obstacle is not Obstacle.FILE:
            return Action.CLASH
        return _ACTIONS[self.decisions.get(file.path, self.existing)]

    def may_fail(self) -> bool:
        return self.existing is OnExisting.FAIL or OnExisting.FAIL in self.decisions.values()


_ACTIONS = {
    OnExisting.FAIL: Action.CONFLICT,
    OnExisting.OVERWRITE: Action.REPLACE,
    OnExisting.SKIP: Action.SKIP,
    OnExisting.BOTH: Action.BESIDE,
}


def conflict_of(file: LayerFile, found: Found) -> Conflict | None:
    """The conflict of an entry with what was found at its path, if any."""
    action = ExistingRules().action(file, found)
    if action not in (Action.CONFLICT, Action.CLASH):
        return None
    return Conflict(file.path, found.size, file.size, action is Action.CONFLICT)
