"""How a project stands to what it was packed as, in words and pills."""

from __future__ import annotations

from kitops_desktop.errors import InvalidReference
from kitops_desktop.jobs.project_state import ProjectState
from kitops_desktop.oci.digest import is_digest, short_digest
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.ui.units import count_text, size_text
from kitops_desktop.ui.widgets.badge import Tone

Pill = tuple[str, Tone]


def pills(state: ProjectState | None) -> tuple[Pill, ...]:
    """What a row of the list shows, the most important first."""
    if state is None:
        return ()
    if state.is_gone:
        return (("folder is gone", "danger"),)
    if state.is_new:
        return (("no Kitfile yet", "neutral"),)
    if state.problems:
        return (("Kitfile invalid", "danger"),)
    if state.trouble:
        return (("cannot be packed", "danger"),)
    if state.is_in_sync:
        return ((f"in sync with {version_text(state.packed_as)}", "success"),)
    return (*((part, "warning") for part in _changes(state, short=True)), *_added_pill(state))


def standing_tone(state: ProjectState | None) -> Tone:
    """The colour that says it all."""
    found = pills(state)
    if state is None or not found or (state.changes is None and found[0][1] != "danger"):
        return "neutral"
    return found[0][1]


def standing_sentence(state: ProjectState | None) -> str:
    """For the page of the project: with what it was compared, and what a new pack would come to."""
    if state is None or state.is_gone or state.is_new or state.problems:
        return ""
    if state.trouble:
        return state.trouble
    if state.is_in_sync:
        return f"In sync with {state.packed_as}"
    adds = f"a new pack adds {_added(state)}"
    if state.unknown:
        return f"Not compared: {state.unknown}; {adds}"
    if state.changes is None:
        return f"Never packed; a pack adds {_added(state)}"
    what = ", ".join(_changes(state, short=False))
    return f"{what} since {version_text(state.packed_as)}; {adds}"


def version_text(reference: str) -> str:
    """The tag of a reference, which says enough beside the project."""
    if is_digest(reference):
        return short_digest(reference)
    try:
        parsed = parse_reference(reference)
    except InvalidReference:
        return reference
    return parsed.tag or short_digest(parsed.digest or "")


def _changes(state: ProjectState, *, short: bool) -> list[str]:
    """``4 changed``, ``2 new``; the first one names the files when not short."""
    found = state.changes
    if found is None:
        return []
    counts = (
        (found.changed, "changed"),
        (found.added, "new"),
        (found.removed, "removed"),
        (found.touched, "not yet compared"),
    )
    parts = [(count, word) for count, word in counts if count]
    texts = [
        f"{count:,} {word}" if short or number else f"{count_text(count, 'file')} {word}"
        for number, (count, word) in enumerate(parts)
    ]
    if state.kitfile_changed:
        texts.append("Kitfile changed" if short or texts else "The Kitfile changed")
    if found.folders and not texts:
        texts.append("folders changed" if short else "Folders changed")
    return texts


def _added_pill(state: ProjectState) -> tuple[Pill, ...]:
    if not state.new_bytes:
        return ()
    most = "up to " if state.at_most else ""
    return ((f"{most}+{size_text(state.new_bytes)}", "neutral"),)


def _added(state: ProjectState) -> str:
    if not state.new_bytes:
        return "next to nothing"
    return f"{'up to ' if state.at_most else ''}{size_text(state.new_bytes)}"
