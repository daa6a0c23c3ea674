"""What can be done about a job, by its state and result."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.oci.reference import short_repository


@dataclass(frozen=True, slots=True)
class Offers:
    """Empty texts and None mean that it is not offered. ``project`` is a folder to work on."""

    cancel: bool
    retry: bool
    clear: bool
    reference: str
    folder: Path | None
    project: Path | None
    log: Path | None


def offers_of(job: Job) -> Offers:
    details = job.result.details if job.result is not None else {}
    folder = details.get("folder")
    path = Path(folder) if isinstance(folder, str) and folder else None
    return Offers(
        cancel=job.can_cancel,
        retry=job.can_retry,
        clear=job.state.is_finished,
        reference=_short(details.get("reference")),
        folder=path,
        project=path if job.kind in ("pack", "sample") and job.state is JobState.DONE else None,
        log=job.log_path if job.started_at is not None else None,
    )


def _short(reference: object) -> str:
    """As people read it, and as it can be entered again; results have the whole name."""
    return short_repository(reference).removeprefix("@") if isinstance(reference, str) else ""
