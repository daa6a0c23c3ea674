"""What is done about files that are already where others go."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from kitops_desktop.modelkit.conflicts import Conflict, OnExisting


class InTheWay(StrEnum):
    """One rule for all of them, or a decision for each."""

    SKIP = "skip"
    REPLACE = "replace"
    BOTH = "both"
    EACH = "each"

    @property
    def existing(self) -> OnExisting:
        """For those that are not decided on by themselves."""
        return _RULES.get(self, OnExisting.SKIP)


_RULES = {InTheWay.REPLACE: OnExisting.OVERWRITE, InTheWay.BOTH: OnExisting.BOTH}


def replaced_alone(
    rule: InTheWay, replace: frozenset[str], conflicts: Iterable[Conflict]
) -> dict[str, OnExisting]:
    """The files that are replaced where each is decided on by itself: those of ``replace``."""
    if rule is not InTheWay.EACH:
        return {}
    return {one.path: OnExisting.OVERWRITE for one in conflicts if one.path in replace}


def obstacles(conflicts: Iterable[Conflict]) -> tuple[Conflict, ...]:
    """Folders where files belong and the reverse, which no choice can solve."""
    return tuple(conflict for conflict in conflicts if not conflict.same_kind)


def counts_text(conflicts: Iterable[Conflict], rule: InTheWay, replace: frozenset[str]) -> str:
    """What becomes of the files in the way: ``1 file is replaced, 2 are kept``."""
    paths = [conflict.path for conflict in conflicts if conflict.same_kind]
    if not paths:
        return ""
    replaced = len(paths) if rule == InTheWay.REPLACE else 0
    if rule == InTheWay.EACH:
        replaced = len(replace.intersection(paths))
    verbs = [(replaced, "replaced")]
    is_both = rule == InTheWay.BOTH
    verbs.append((len(paths) - replaced, "kept, with the new one beside it" if is_both else "kept"))
    counted = [(count, verb) for count, verb in verbs if count]
    said = [f"{count:,} {'is' if count == 1 else 'are'} {verb}" for count, verb in counted]
    number, _, rest = said[0].partition(" ")
    return f"{number} {'file' if counted[0][0] == 1 else 'files'} {', '.join([rest, *said[1:]])}."
