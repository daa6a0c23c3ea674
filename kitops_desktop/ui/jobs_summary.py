"""All running jobs in one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kitops_desktop.jobs.job import Job
from kitops_desktop.ui.units import count_text, left_text, rate_text


@dataclass(frozen=True, slots=True)
class JobsSummary:
    """``text`` is empty when nothing runs; ``failed`` counts what went wrong and is still on the list."""

    active: int
    failed: int
    text: str


def summarise(jobs: Iterable[Job]) -> JobsSummary:
    """``2 jobs · 84 MiB/s · 45 s left``: the rates add up, and the longest decides what is left."""
    everything = tuple(jobs)
    active = [job for job in everything if job.state.is_active]
    failed = sum(job.state.value in ("failed", "interrupted") for job in everything)
    if not active:
        return JobsSummary(0, failed, "")
    left = [seconds for job in active if (seconds := job.seconds_left) is not None]
    parts = (
        count_text(len(active), "job"),
        rate_text(sum(job.rate for job in active)),
        left_text(max(left)) if left else "",
    )
    return JobsSummary(len(active), failed, " · ".join(part for part in parts if part))


def overall_fraction(jobs: Iterable[Job]) -> float | None:
    """How far they are together, from 0 to 1; None when that is not known of any."""
    known = [(job.progress.done, job.progress.total) for job in jobs if job.progress.total]
    total = sum(of_it or 0 for _, of_it in known)
    return None if not total else min(1.0, max(0.0, sum(done for done, _ in known) / total))
