"""What stands against closing the window, as a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kitops_desktop.jobs.job import Job
from kitops_desktop.ui.units import count_text

_MAX_NAMES = 8


@dataclass(frozen=True, slots=True)
class CloseQuestion:
    """``stay``, ``leave`` and ``save`` are words on buttons; ``save`` is "" when nothing is unsaved."""

    title: str
    text: str
    names: tuple[str, ...]
    stay: str
    leave: str
    save: str = ""


def close_question(unsaved: Sequence[str], jobs: Sequence[Job]) -> CloseQuestion | None:
    """What to ask before the window closes; None when nothing would be lost."""
    active = [job for job in jobs if job.state.is_active]
    if not unsaved and not active:
        return None
    if not unsaved:
        return CloseQuestion(
            f"{count_text(len(active), 'job')} still running",
            "Quitting stops what runs. What is finished by then is kept, nothing half-written stays under "
            "a final name, and when the program is opened again each job can go on from there.",
            _names([job.title for job in active]),
            "Keep running",
            "Stop and quit",
        )
    also = f" Quitting also stops {count_text(len(active), 'running job')}." if active else ""
    return CloseQuestion(
        "Save the changes?" if len(unsaved) == 1 else f"Save the changes in {len(unsaved)} projects?",
        f"They are lost if they are not saved.{also}",
        _names(unsaved),
        "Cancel",
        "Discard",
        "Save",
    )


def project_question(name: str) -> CloseQuestion:
    """What to ask before a project with unsaved edits closes."""
    text = "They are lost if they are not saved."
    return CloseQuestion("Save the changes?", text, (name,), "Cancel", "Discard", "Save")


def _names(names: Sequence[str]) -> tuple[str, ...]:
    rest = len(names) - _MAX_NAMES
    return (*names[:_MAX_NAMES], f"and {rest} more") if rest > 0 else tuple(names)
