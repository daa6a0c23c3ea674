"""At the start: what the end of an earlier run stopped can go on."""

from __future__ import annotations

from kitops_desktop.jobs.every_job import interrupted
from kitops_desktop.jobs.queue import JobQueue
from kitops_desktop.ui.navigation import TRANSFERS, Navigator
from kitops_desktop.ui.units import count_text


def offer_unfinished(queue: JobQueue, navigator: Navigator) -> bool:
    """Tell of jobs that were interrupted and let them go on with one click; whether there are any."""
    jobs = interrupted(queue)
    if not jobs:
        return False

    def go_on() -> None:
        for job in jobs:
            queue.resume(job)
        navigator.show_page(TRANSFERS)

    what = jobs[0].title if len(jobs) == 1 else count_text(len(jobs), "job")
    navigator.notify(f"{what} did not come to an end when the program was last closed", "Go on", go_on)
    return True
