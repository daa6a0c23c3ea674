"""What the page of an organisation or a person says, in words. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from kitops_desktop.importers.hugging_face.address import HfKind
from kitops_desktop.importers.hugging_face.authors import HfAuthor
from kitops_desktop.ui.units import count_text

KIND_PLURALS = {HfKind.MODEL: "Models", HfKind.DATASET: "Datasets", HfKind.SPACE: "Spaces"}


def badge_text(author: HfAuthor | None) -> str:
    """Who that is; of nobody, while it is not known."""
    if author is None or author.is_organisation is None:
        return "On Hugging Face"
    return f"{'Organisation' if author.is_organisation else 'Person'} on Hugging Face"


def facts_text(author: HfAuthor) -> str:
    """The name in full, and how much there is said to be."""
    full_name = author.full_name if author.full_name.casefold() != author.name.casefold() else ""
    counts = (count_text(count, kind.noun) for kind, count in author.counts if count)
    return "  ·  ".join(filter(None, (full_name, *counts)))


def listed_text(shown: int, listed: int, *, filtered: bool, ended: bool) -> str:
    """How much of it is shown."""
    so_far = "" if ended else " so far"
    if filtered:
        return f"{shown:,} of {listed:,}{so_far}"
    return f"{count_text(listed, 'repository', 'repositories')}{so_far}"


def cut_text(kinds: Sequence[HfKind]) -> str:
    """Said where not all are listed."""
    names = " and ".join(KIND_PLURALS[kind] if kind is HfKind.SPACE else f"{kind.noun}s" for kind in kinds)
    return f"There are more {names} than are listed: only those that changed last are." if kinds else ""


def empty_text(author: HfAuthor, kind: HfKind | None, *, signed_in: bool) -> tuple[str, str]:
    """A title and a hint, where nothing is listed."""
    what = "repositories" if kind is None else KIND_PLURALS[kind] if kind is HfKind.SPACE else f"{kind.noun}s"
    hint = (
        "What is private shows to who is signed in and may read it."
        if not signed_in
        else "There may be some that your access token may not read."
    )
    return f"{author.name} has no {what} that are shown to you", hint
