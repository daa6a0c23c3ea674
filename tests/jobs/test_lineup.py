"""Whose turn it is: places for transfers and for local work, and one that must be alone."""

from __future__ import annotations

import pytest

from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.lineup import Slots, next_job
from kitops_desktop.records.journal import JobRecord
from support.works import AloneWork, HeldTransfer, HeldWork

KINDS = {"l": HeldWork, "t": HeldTransfer, "a": AloneWork}
STATES = {
    "w": JobState.WAITING,
    "r": JobState.RUNNING,
    "c": JobState.CANCELLING,
    "q": JobState.PAUSING,
    "p": JobState.PAUSED,
}


def line(text: str) -> list[Job]:
    """``"tr lw"``: a transfer that runs, local work that waits."""
    made = []
    for word in text.split():
        job = Job(JobRecord(word, "held", word, state=STATES[word[1]]), KINDS[word[0]](word))
        job.written = True
        made.append(job)
    return made


@pytest.mark.parametrize(
    ("waiting", "chosen"),
    [
        ("", None),
        ("tw lw", 0),
        ("tr tw", 1),
        ("tr tr tw", None),
        ("tr tr tw lw", 3),
        ("tr tq tw", None),
        ("tc tp tw tw", 2),
        ("lr lw tw", 2),
        ("aw", 0),
        ("tr aw", None),
        ("tr aw lw", None),
        ("ar lw tw", None),
        ("tp aw lw", 1),
    ],
)
def test_whose_turn_it_is(waiting: str, chosen: int | None) -> None:
    jobs = line(waiting)
    assert next_job(jobs, Slots(transfers=2, local=1)) is (None if chosen is None else jobs[chosen])


def test_what_is_not_written_down_yet_does_not_start() -> None:
    jobs = line("tw tw")
    jobs[0].written = False
    assert next_job(jobs, Slots()) is jobs[1]
