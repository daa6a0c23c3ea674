"""What is asked before the window closes."""

from __future__ import annotations

from kitops_desktop.jobs.queue import JobQueue
from kitops_desktop.ui.closing import close_question
from support.works import HeldWork


def test_nothing_is_asked_when_nothing_is_lost(queue: JobQueue) -> None:
    job = queue.submit(HeldWork())
    queue.cancel(job)
    assert job.wait(30)
    assert close_question((), queue.jobs()) is None


def test_running_jobs_are_named(queue: JobQueue) -> None:
    queue.submit(HeldWork("Pack churn:v1"))
    question = close_question((), queue.jobs())
    assert question is not None
    assert question.title == "1 job still running"
    assert question.names == ("Pack churn:v1",)
    assert (question.stay, question.leave, question.save) == ("Keep running", "Stop and quit", "")


def test_unsaved_changes_can_be_saved(queue: JobQueue) -> None:
    queue.submit(HeldWork("Pack churn:v1"))
    question = close_question(("churn", "iris"), queue.jobs())
    assert question is not None
    assert question.title == "Save the changes in 2 projects?"
    assert question.names == ("churn", "iris")
    assert "also stops 1 job" in question.text.replace("running ", "")
    assert (question.save, question.leave, question.stay) == ("Save", "Discard", "Cancel")


def test_many_names_are_cut_short() -> None:
    question = close_question([f"project {number}" for number in range(20)], ())
    assert question is not None
    assert question.names[-1] == "and 12 more"
