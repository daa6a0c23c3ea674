"""Names for files that are put beside others of the same name."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from kitops_desktop.modelkit.conflicts import Action, ExistingRules
from kitops_desktop.modelkit.entry_names import MAX_NAME_BYTES, folded
from kitops_desktop.modelkit.extract import Staged
from kitops_desktop.modelkit.target_folder import Obstacle, TargetTree

_TRIES = 10_000


def beside_others(staged: Sequence[Staged], tree: TargetTree, rules: ExistingRules) -> list[Staged]:
    """The same files, of which those that are to be kept beside others have names that nothing has, neither
    in the target nor among ``staged``. Raises ``OSError`` when there is none.
    """
    taken = {folded(one.file.path) for one in staged}
    made = []
    for one in staged:
        if one.staged_name and rules.action(one.file, tree.find(one.file.path)) is Action.BESIDE:
            path = free_path(one.file.path, tree, taken)
            taken.add(folded(path))
            one = replace(one, file=replace(one.file, path=path))
        made.append(one)
    return made


def free_path(path: str, tree: TargetTree, taken: set[str] | frozenset[str] = frozenset()) -> str:
    """``model (2).bin`` for ``model.bin``, or the next number that is free; ``taken`` are folded paths.

    Raises ``OSError`` when thousands are not.
    """
    parent, slash, name = path.rpartition("/")
    for number in count(2):
        found = f"{parent}{slash}{_numbered(name, number)}"
        if folded(found) not in taken and tree.find(found).obstacle is Obstacle.NOTHING:
            return found
        if number > _TRIES:
            raise FileExistsError(errno.EEXIST, "No name is free beside it", path)
    raise AssertionError("there is always a next number")


def _numbered(name: str, number: int) -> str:
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 (a name inside a kit)
    ending = f" ({number}){suffix}"
    while stem and len(os.fsencode(stem + ending)) > MAX_NAME_BYTES:
        stem = stem[:-1]
    return stem + ending
