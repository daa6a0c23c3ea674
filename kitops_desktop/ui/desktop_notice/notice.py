"""What a desktop's notification says of a job that has ended."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.jobs.hindrance import NoRoom, NoSignIn
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.ui.units import size_text

LONG_SECONDS = 10.0
"""Who started a job that is over sooner still looks at it."""
_MOST_LETTERS = 300


@dataclass(frozen=True, slots=True)
class Notice:
    """``category`` is a word of the Desktop Notifications Specification."""

    job_id: str
    title: str
    text: str
    category: str


def notice_of(job: Job) -> Notice | None:
    """What to tell of a job that does not run any longer; None where there is nothing new to the user."""
    kind = "transfer" if job.is_transfer else "x-kitops-desktop.job"
    if job.state is JobState.DONE:
        summary = job.result.summary if job.result is not None else ""
        return _notice(job, "done", summary, f"{kind}.complete")
    if job.state is JobState.FAILED:
        reason = job.explanation.title if job.explanation is not None else ""
        return _notice(job, "failed", reason, f"{kind}.error")
    if job.state is JobState.WAITING and isinstance(job.hindrance, NoRoom):
        missing = job.hindrance.missing
        more = "More room" if not missing else f"{size_text(missing)} more"
        return _notice(job, "waiting", f"{more} must be free on the disk; then it goes on.", f"{kind}.error")
    if job.state is JobState.WAITING and isinstance(job.hindrance, NoSignIn):
        text = f"{job.hindrance.host} wants you to sign in; then it goes on."
        return _notice(job, "waiting", text, f"{kind}.error")
    return None


def _notice(job: Job, came_of_it: str, text: str, category: str) -> Notice:
    return Notice(job.id, f"{_short(job.title)}: {came_of_it}", _short(text), category)


def _short(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"
