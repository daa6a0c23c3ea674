"""``transfers``: the queue of the window, on the command line: what there is, and letting it go on.

There is nothing to pause with: what runs here is paused with Ctrl-C, what runs in a window is paused there.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from kitops_desktop.cli.command import Invocation, count
from kitops_desktop.cli.console import printable
from kitops_desktop.cli.error_text import error_lines
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.cli.table import table
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.every_job import clear_finished
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.queue import JobQueue
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from kitops_desktop.records.journal import JobRecord

SUMMARY = "List the jobs of the queue, let them go on, or cancel them"
_LOOK_SECONDS = 0.1


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        nargs="?",
        choices=("list", "resume", "cancel", "clear"),
        default="list",
        help="list (the default): what waits, runs or has not ended well; resume: let jobs go on here, all "
        "that were paused or interrupted unless some are named (Ctrl-C pauses them again); cancel: give jobs "
        "up; clear: forget what has ended",
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="a job, by the beginning of its ID")
    parser.add_argument("-a", "--all", action="store_true", help="list what is done, too")
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    if arguments.ids and arguments.action in ("list", "clear"):
        raise InvalidArgument(f"transfers {arguments.action} takes no IDs")
    if arguments.action == "list":
        return _list(invocation)
    if arguments.action == "resume":
        return _resume(invocation)
    if arguments.action == "cancel":
        return _cancel(invocation)
    return _clear(invocation)


# list ------------------------------------------------------------------------------------------------------


def _list(invocation: Invocation) -> int:
    journal = invocation.workspace.journal
    journal.interrupted()
    theirs = journal.theirs()
    records = [
        record
        for record in sorted(journal.records(), key=_order)
        if invocation.arguments.all or record.state != JobState.DONE
    ]
    if invocation.arguments.format == "json":
        invocation.console.result(
            go_indented_json([_json(record, record.id in theirs) for record in records])
        )
    else:
        invocation.console.result(_table(records, theirs))
    return 0


def _order(record: JobRecord) -> tuple[bool, float]:
    """What has not ended first, in the order of the queue; then the latest."""
    try:
        ended = JobState(record.state).is_finished
    except ValueError:  # a state of a newer version
        ended = True
    return ended, -record.created_at if ended else record.position


def _json(record: JobRecord, elsewhere: bool) -> dict[str, object]:
    return {
        "id": record.id,
        "kind": record.kind,
        "title": printable(record.title),
        "state": record.state,
        "inAnotherProcess": elsewhere,
        "done": record.progress.done,
        "total": record.progress.total,
        "createdAt": record.created_at,
        "startedAt": record.started_at,
        "endedAt": record.ended_at,
        "reason": printable(record.explanation.title) if record.explanation else None,
    }


def _table(records: Iterable[JobRecord], theirs: frozenset[str]) -> str:
    rows = [("ID", "STATE", "DONE", "TITLE")]
    for record in records:
        state = f"{record.state} elsewhere" if record.id in theirs else record.state
        rows.append((record.id, state, _done(record.progress), printable(record.title)))
    return table(rows)


def _done(progress: Progress) -> str:
    if progress.total:
        return f"{min(progress.done / progress.total, 1):.0%} of {kit_size(progress.total)}"
    return kit_size(progress.done) if progress.done else "-"


# resume, cancel, clear -------------------------------------------------------------------------------------


def _resume(invocation: Invocation) -> int:
    queue = invocation.workspace.jobs
    jobs = _chosen(invocation, queue) or [job for job in queue.jobs() if job.can_resume]
    if not jobs:
        invocation.console.info("There is nothing to resume")
        return 0
    for job in jobs:
        if not (job.can_resume or job.can_retry):
            raise InvalidArgument(f"{job.title} ({job.id}) cannot go on: it is {job.state}")
    told = _Told(invocation)
    queue.changed = told.changed
    queue.asks_for_sign_ins = False  # nobody who could type a password is asked for one here
    running = [_started(queue, job) for job in jobs]
    try:
        _wait(running, queue, invocation)
    finally:
        queue.changed = None
    return 0 if all(job.state is JobState.DONE for job in running) else 1


def _started(queue: JobQueue, job: Job) -> Job:
    if job.can_resume:
        queue.resume(job)
        return job
    return queue.retry(job)


def _wait(jobs: list[Job], queue: JobQueue, invocation: Invocation) -> None:
    """Until all have ended. When stopped, what would be lost is finished first, unless stopped once more."""
    try:
        for job in jobs:
            while not job.wait(_LOOK_SECONDS):
                invocation.token.check()
                invocation.console.progress(_sum(jobs))
    except Cancelled:
        queue.changed = None
        queue.wind_down()
        _until_idle(queue)
        raise
    finally:
        invocation.console.end_progress()


def _until_idle(queue: JobQueue) -> None:
    pause = CancelToken()
    while not queue.is_idle():
        pause.wait(_LOOK_SECONDS)


def _sum(jobs: list[Job]) -> Progress:
    running = [job for job in jobs if job.state.is_running]
    totals = [job.progress.total for job in jobs]
    total = sum(part for part in totals if part is not None) if None not in totals else None
    detail = running[0].title if len(running) == 1 else count(len(running), "job")
    return Progress(sum(job.progress.done for job in jobs), total, detail)


class _Told:
    """Says what becomes of jobs, each thing once."""

    def __init__(self, invocation: Invocation) -> None:
        self._console = invocation.console

    def changed(self, job: Job) -> None:
        if job.hindrance is not None:
            why = job.explanation.title if job.explanation else ""
            self._console.info(f"{job.title}: waiting for {job.hindrance.what} ({why})")
        elif job.state is JobState.RUNNING:
            self._console.info(f"{job.title}: {'goes on' if job.progress.done else 'begins'}")
        elif job.state is JobState.DONE and job.result is not None:
            self._console.info(job.result.summary)
        elif job.state.is_finished and job.explanation is not None:
            self._console.error(error_lines(job.explanation, job.title))


def _cancel(invocation: Invocation) -> int:
    queue = invocation.workspace.jobs
    chosen = _chosen(invocation, queue)
    if not chosen:
        raise InvalidArgument("say which: transfers cancel ID")
    for job in chosen:
        if job.state.is_finished and job.state is not JobState.INTERRUPTED:
            raise InvalidArgument(f"{job.title} ({job.id}) has ended already: it is {job.state}")
    for job in chosen:
        queue.give_up(job)
        invocation.console.info(f"Cancelled {job.title}")
    return 0


def _clear(invocation: Invocation) -> int:
    queue = invocation.workspace.jobs
    before = len(queue.jobs())
    clear_finished(queue)
    invocation.console.info(f"Cleared {count(before - len(queue.jobs()), 'job')}")
    return 0


def _chosen(invocation: Invocation, queue: JobQueue) -> list[Job]:
    """The jobs that were named; those of a process that lives are its own to deal with."""
    jobs = {job.id: job for job in queue.jobs()}
    theirs = invocation.workspace.journal.theirs()
    return [jobs[_named(text, jobs, theirs)] for text in dict.fromkeys(invocation.arguments.ids)]


def _named(text: str, ours: Iterable[str], theirs: frozenset[str]) -> str:
    found = {job_id for job_id in (*ours, *theirs) if job_id.startswith(text)} if text else set()
    if not found:
        raise InvalidArgument(f"there is no job {text!r}; transfers list shows what there is")
    if len(found) > 1:
        raise InvalidArgument(f"{text!r} means {len(found)} jobs; give more of the ID")
    (job_id,) = found
    if job_id in theirs:
        raise InvalidArgument(
            f"job {job_id} belongs to a program that is running, the window most likely: deal with it there"
        )
    return job_id
