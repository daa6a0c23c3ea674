"""What deleting in a registry takes away, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kitops_desktop.oci.digest import short_digest
from kitops_desktop.oci.reference import Reference, parse_reference
from kitops_desktop.ui.units import count_text

MAX_NAMED = 12
MAX_TOLD = 3
"""So many tags are named in the word when it is done."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """``tags`` are all that stand for the version (None: being looked for); ``signatures`` refer to it."""

    reference: Reference
    digest: str
    tags: tuple[str, ...] | None = None
    signatures: tuple[str, ...] = ()

    @property
    def tag(self) -> str:
        return self.reference.tag or ""

    @property
    def others(self) -> tuple[str, ...]:
        """The tags beside the chosen one."""
        return tuple(tag for tag in self.tags or () if tag != self.tag)


def tag_text(deletion: Deletion) -> str:
    """What happens when the tag alone is deleted."""
    if deletion.tags is None:
        return "Looking for other tags of this version…"
    if deletion.others:
        return f"The version stays, as {_named(deletion.others)}."
    return "No other tag stands for the version: it stays without a name, to be found by its digest only."


def version_text(deletion: Deletion) -> str:
    """What happens when the version is deleted."""
    if deletion.tags is None:
        return "With all its tags."
    if not deletion.tags:
        return "No tag goes with it."
    gone = count_text(len(deletion.tags), "tag")
    return f"{gone} {'goes' if len(deletion.tags) == 1 else 'go'} with it: {_named(deletion.tags)}."


def signature_text(deletion: Deletion) -> str:
    """What becomes of those when the version is deleted; "" when there are none."""
    if not deletion.signatures:
        return ""
    is_one = len(deletion.signatures) == 1
    count = count_text(len(deletion.signatures), "signature or the like", "signatures and the like")
    stays = "stays behind, or goes" if is_one else "stay behind, or go"
    return (
        f"{count} of this version {stays} with it where the registry sees to that. "
        f"Undo does not bring {'it' if is_one else 'them'} back then."
    )


def done_text(deletion: Deletion, what: str) -> str:
    name = f"{deletion.reference.repository_name}"
    if what == "tag":
        return f"Deleting the tag {deletion.tag} of {name} …"
    return f"Deleting {deletion.tag or deletion.digest[:19]} of {name} …"


def deleted_text(details: Mapping[str, Any]) -> str:
    """What the job says is gone, for a line: by its tags, or its digest where it had none."""
    name = parse_reference(str(details["reference"])).repository_name
    tags = tuple(map(str, details["tags"]))
    return f"Deleted {_named(tags, MAX_TOLD) or short_digest(str(details['digest']))} of {name}."


def _named(tags: Sequence[str], most: int = MAX_NAMED) -> str:
    shown = ", ".join(tags[:most])
    return shown if len(tags) <= most else f"{shown} and {len(tags) - most:,} more"
