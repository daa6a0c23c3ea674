"""What a reference typed as a new tag would do, while it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kitops_desktop.errors import InvalidReference
from kitops_desktop.explanation import explain
from kitops_desktop.oci.digest import short_digest
from kitops_desktop.oci.reference import Reference, parse_reference
from kitops_desktop.ui.library.library_rows import RepositoryRow

EXAMPLE = "churn:v4 or registry.example.com/team/churn:v4"


@dataclass(frozen=True, slots=True)
class TagAdvice:
    """``reference`` is None while the text is none. ``tone`` is "", "warning" or "danger"."""

    reference: Reference | None
    text: str
    tone: str = ""
    moved_from: str = ""
    """The digest of the kit that would lose the tag; "" when none would."""


def tags_in(rows: tuple[RepositoryRow, ...]) -> dict[str, str]:
    """Every tag in the store as a whole reference, and the digest it stands for."""
    return {
        f"{kit.kit.repository}:{tag}": str(kit.kit.descriptor.digest)
        for row in rows
        for kit in row.kits
        for tag in kit.kit.tags
    }


def advise(text: str, digest: str, existing: Mapping[str, str], example: str = EXAMPLE) -> TagAdvice:
    """What tagging the kit ``digest`` with ``text`` would do; ``example`` shows what a tag looks like."""
    text = text.strip()
    if not text or text.endswith(":"):
        return TagAdvice(None, f"For example {example}")
    try:
        reference = parse_reference(text)
    except InvalidReference as error:
        explanation = explain(error)
        return TagAdvice(None, f"{explanation.reason} {explanation.next_step}".strip(), "danger")
    if reference.tag is None:
        return TagAdvice(None, f"A digest cannot be given as a tag. For example {example}", "danger")
    holder = existing.get(str(reference), "")
    if holder == digest:
        return TagAdvice(None, f"This ModelKit is tagged {reference.short} already.", "warning")
    if holder:
        short = short_digest(holder)
        moves = f"{reference.short} moves here from {short}, which stays in the store."
        return TagAdvice(reference, moves, "warning", holder)
    return TagAdvice(reference, f"Adds the tag {reference.short}.")
