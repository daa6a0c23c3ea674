"""What can be done about all jobs together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from kitops_desktop.jobs.every_job import (
    cancel_all,
    clear_finished,
    interrupted,
    pause_all,
    resume_all,
    resume_interrupted,
    retry_failed,
)
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.queue import JobQueue
from kitops_desktop.ui.actions import Action, to_qaction
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.parts import button, label, restyle
from kitops_desktop.ui.widgets.sheet import Sheet

_GROUP = "Transfers"


class AllJobs(QWidget):
    """Buttons for the most usual, a menu for the rest; ``host`` is where it asks before all are cancelled."""

    def __init__(self, queue: JobQueue, host: QWidget) -> None:
        super().__init__()
        self._queue, self._host = queue, host
        self._pause, self._resume = button("Pause all", "pause"), button("Resume all", "play")
        self._clear, self._more = button("Clear finished"), button("More")
        self._more.setAccessibleName("More for all jobs")
        menu = QMenu(self._more)
        self._entries = [(to_qaction(action, menu), action) for action in self._in_menu()]
        for entry, _ in self._entries:
            menu.addAction(entry)
        menu.aboutToShow.connect(self._show_available)
        self._more.setMenu(menu)
        restyle(self._more, menu="true")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for made, act in (
            (self._pause, lambda: pause_all(queue)),
            (self._resume, lambda: resume_all(queue)),
            (self._clear, lambda: clear_finished(queue)),
        ):
            made.clicked.connect(act)
            row.addWidget(made)
        row.addWidget(self._more)

    def commands(self) -> tuple[Action, ...]:
        """The same for the command palette."""
        queue = self._queue
        return (
            Action("Clear finished jobs", partial(clear_finished, queue), "", "close", _GROUP),
            Action("Pause all jobs", partial(pause_all, queue), "", "pause", _GROUP, self._any(_can_pause)),
            Action("Resume all jobs", partial(resume_all, queue), "", "play", _GROUP, self._any(_is_paused)),
            *self._in_menu(),
        )

    def follow(self) -> None:
        """Offer what there is to do now."""
        jobs = self._queue.jobs()
        self._clear.setEnabled(any(job.state.is_finished and not job.can_resume for job in jobs))
        self._pause.setEnabled(any(map(_can_pause, jobs)))
        self._resume.setEnabled(any(map(_is_paused, jobs)))

    def _in_menu(self) -> tuple[Action, ...]:
        return (
            Action(
                "Resume interrupted jobs",
                partial(resume_interrupted, self._queue),
                icon="play",
                group=_GROUP,
                available=lambda: bool(interrupted(self._queue)),
            ),
            Action(
                "Try failed jobs again",
                partial(retry_failed, self._queue),
                icon="retry",
                group=_GROUP,
                available=self._any(lambda job: job.state is JobState.FAILED and job.can_retry),
            ),
            Action(
                "Cancel all jobs…",
                self._ask_to_cancel,
                icon="stop",
                group=_GROUP,
                available=self._any(lambda job: job.can_cancel),
            ),
        )

    def _any(self, test: Callable[[Job], bool]) -> Callable[[], bool]:
        return lambda: any(map(test, self._queue.jobs()))

    def _show_available(self) -> None:
        for entry, action in self._entries:
            entry.setEnabled(action.available())

    def _ask_to_cancel(self) -> None:
        count = sum(job.can_cancel for job in self._queue.jobs())
        sheet = Sheet(f"Cancel {count_text(count, 'job')}?", self._host, width=420)
        text = "What is half sent or half received is given up. Pause them instead to go on later."
        sheet.body.addWidget(label(text, wrap=True))
        sheet.body.addStretch(1)
        cancel = sheet.add_button("Cancel all", "danger")
        cancel.clicked.connect(lambda: cancel_all(self._queue))
        cancel.clicked.connect(sheet.close_sheet)
        keep = sheet.add_button("Keep them", "primary")
        keep.clicked.connect(sheet.close_sheet)
        sheet.first = keep
        sheet.open_sheet()


def _can_pause(job: Job) -> bool:
    return job.can_pause


def _is_paused(job: Job) -> bool:
    return job.state is JobState.PAUSED
