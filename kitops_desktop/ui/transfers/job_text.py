"""Jobs in words: what rows, panel and screen readers say."""

from __future__ import annotations

import time
from enum import StrEnum

from kitops_desktop.jobs.hindrance import NoRoom, NoSignIn, TooManyRequests
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.ui.units import (
    age_text,
    clock_text,
    count_text,
    duration_text,
    left_text,
    rate_text,
    size_text,
)
from kitops_desktop.ui.widgets.badge import Tone

_STATES: dict[JobState, tuple[str, Tone]] = {
    JobState.WAITING: ("Waiting", "neutral"),
    JobState.RUNNING: ("Running", "accent"),
    JobState.PAUSING: ("Pausing…", "warning"),
    JobState.PAUSED: ("Paused", "neutral"),
    JobState.CANCELLING: ("Cancelling…", "warning"),
    JobState.DONE: ("Done", "success"),
    JobState.FAILED: ("Failed", "danger"),
    JobState.CANCELLED: ("Cancelled", "neutral"),
    JobState.INTERRUPTED: ("Interrupted", "warning"),
}

KIND_ICONS = {
    "pack": "pack",
    "pack-push": "upload",
    "push": "upload",
    "copy": "copy",
    "copy-into": "copy",
    "pull": "download",
    "hugging-face": "download",
    "delete-remote": "trash",
    "restore-remote": "undo",
    "index": "upload",
    "unpack": "unpack",
    "verify": "verify",
    "remove": "trash",
    "prune": "trash",
    "empty-trash": "trash",
    "move-store": "disk",
    "sample": "sparkle",
}


class Group(StrEnum):
    """What the list can be narrowed to."""

    ALL = "all"
    ACTIVE = "active"
    FAILED = "failed"
    DONE = "done"

    def holds(self, state: JobState) -> bool:
        if self is Group.ACTIVE:
            return not state.is_finished
        if self is Group.FAILED:
            return state in (JobState.FAILED, JobState.INTERRUPTED, JobState.CANCELLED)
        return self is Group.ALL or state is JobState.DONE


def state_text(job: Job) -> str:
    hindrance = job.hindrance
    if isinstance(hindrance, NoSignIn):
        return "Needs a sign-in"
    return state_word(job) if hindrance is None else f"Waiting for {hindrance.what}"


def state_word(job: Job) -> str:
    """The state, where there is little room."""
    return "Stalled" if job.is_stalled else _STATES[job.state][0]


def state_tone(job: Job) -> Tone:
    return "warning" if job.is_stalled or job.hindrance is not None else _STATES[job.state][1]


def icon_name(job: Job) -> str:
    """Arrows up and down for what goes over a network."""
    if isinstance(job.work, UnpackWork) and job.work.source == "remote":
        return "download"
    return KIND_ICONS.get(job.kind, "transfers")


def fraction(job: Job) -> float | None:
    """How far it is, from 0 to 1; None when that is not known, it has not begun or has ended."""
    if job.state.is_finished or (job.state is JobState.WAITING and job.started_at is None):
        return None
    done, total = job.progress.done, job.progress.total
    return None if not total else min(1.0, max(0.0, done / total))


def line_text(job: Job, now: float | None = None) -> str:
    """The second line of a row."""
    if not job.state.is_finished:
        return _going_text(job, now)
    ended = age_text(job.ended_at, now) if job.ended_at else ""
    if job.state is JobState.DONE:
        return _joined(job.result.summary if job.result else "", ended)
    if job.state is JobState.CANCELLED:
        return _joined("Stopped as you asked", ended)
    return _joined(job.explanation.title if job.explanation else "", ended)


def _going_text(job: Job, now: float | None) -> str:
    if job.hindrance is not None:
        return _hindrance_text(job, now)
    if job.state is JobState.WAITING:
        return _joined(
            bytes_text(job) if job.started_at else "",
            "Goes on when it is its turn" if job.started_at else "Begins when another job has ended",
        )
    if job.state is JobState.PAUSED:
        return _joined(bytes_text(job), "Goes on when you resume it")
    if job.state is JobState.PAUSING:
        return _joined(bytes_text(job), "Finishes what would be lost otherwise")
    still = f"no byte for {duration_text(job.stalled_seconds)}" if job.is_stalled else ""
    return _joined(
        bytes_text(job),
        still or rate_text(job.rate),
        "" if still else left_text(job.seconds_left),
        tries_text(job),
        job.progress.detail,
    )


def _hindrance_text(job: Job, now: float | None) -> str:
    """Why it waits, and when it looks again."""
    why = job.explanation.title if job.explanation else ""
    if isinstance(job.hindrance, NoRoom) and (missing := job.hindrance.missing):
        why = f"{size_text(missing)} more must be free on the disk"
    if isinstance(job.hindrance, NoSignIn):
        return _joined(bytes_text(job), why, "goes on when you have signed in")
    if isinstance(job.hindrance, TooManyRequests) and job.hindrance.due_at is not None:
        why = f"{why} until {clock_text(job.hindrance.due_at, now)}"
    seconds = None if job.next_look_at is None else job.next_look_at - (time.time() if now is None else now)
    soon = "" if seconds is None else f"looks again in {duration_text(max(1, seconds))}"
    return _joined(why, soon, tries_text(job))


def tries_text(job: Job) -> str:
    """How often something was tried again; empty when nothing was."""
    return "" if not job.tries else "tried again once" if job.tries == 1 else f"tried again {job.tries} times"


def bytes_text(job: Job) -> str:
    """``9.3 GiB of 13.1 GiB``; empty before anything was done."""
    done, total = job.progress.done, job.progress.total
    if total:
        return f"{size_text(done)} of {size_text(total)}"
    return size_text(done) if done else ""


def range_text(job: Job) -> str:
    """How many files came without the rest of their layer; empty when none did."""
    count = job.result.details.get("files_by_range") if job.result is not None else None
    if not isinstance(count, int) or not count:
        return ""
    covered = "it is" if count == 1 else "they are"
    return f"{count_text(count, 'file')}; {covered} not covered by a layer's digest"


def percent_text(job: Job) -> str:
    part = fraction(job)
    return "" if part is None else f"{int(part * 100)} %"


def took_text(job: Job) -> str:
    """How long it took; empty while it runs, or when it never began."""
    if job.started_at is None or job.ended_at is None:
        return ""
    return duration_text(max(1, job.ended_at - job.started_at))


def spoken_text(job: Job, note: str = "") -> str:
    """All of a row in one sentence."""
    parts = (job.title, state_text(job), percent_text(job), line_text(job), note)
    return ", ".join(part for part in parts if part)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
