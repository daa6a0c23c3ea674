"""Give the window a job and read the error it shows; as a program of its own when permissions are to be real:

    python -m support.window_probe KIND PARAMETERS

Prints one JSON object: the texts of the error panel that the Transfers page shows (empty when the job was
done), and
the job's state.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QLabel

from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.kinds import restore
from kitops_desktop.ui.application import make_application
from kitops_desktop.ui.main_window import MainWindow
from kitops_desktop.ui.navigation import TRANSFERS, Place
from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.workspace import open_workspace

POLL_MILLISECONDS, LONGEST = 20, 60_000


@dataclass(frozen=True)
class Shown:
    """What became of a job, and what a person reads of it."""

    state: str
    texts: list[str]


def show_job(application: QApplication, kind: str, parameters: str) -> Shown:
    """Run the job in a real window and read what the user would read."""
    workspace = open_workspace()
    theme = Theme(application, "light")
    window = MainWindow(workspace, theme)
    try:
        window.show()
        work = restore(kind, json.loads(parameters))
        assert work is not None
        job = workspace.jobs.submit(work)
        window.go_to(Place(TRANSFERS))
        wait_for(lambda: is_shown(window, job))
        application.processEvents()
        # what came in place of the first panel is shown a moment later
        wait_for(lambda: is_shown(window, job))
        texts = [panel_texts(panel) for panel in visible_panels(window)]
        return Shown(str(job.state), texts[0] if texts else [])
    finally:
        window.job_signals.stop()
        workspace.close()
        window.hide()
        window.deleteLater()
        theme.deleteLater()
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        application.setStyleSheet("")


def wait_for(condition: Callable[[], bool]) -> None:
    loop, timer = QEventLoop(), QTimer(interval=POLL_MILLISECONDS)
    deadline = QTimer(interval=LONGEST, singleShot=True)
    timer.timeout.connect(lambda: loop.quit() if condition() else None)
    deadline.timeout.connect(loop.quit)
    timer.start()
    deadline.start()
    while not condition() and deadline.isActive():
        loop.exec()
    assert condition(), "the window does not say what became of the job"


def is_shown(window: MainWindow, job: Job) -> bool:
    """Whether the job has ended and the window shows how, or it waits for something the window explains."""
    if job.state is JobState.WAITING and job.hindrance is not None:
        return bool(visible_panels(window))
    return job.state.is_finished and (job.state is JobState.DONE or bool(visible_panels(window)))


def visible_panels(window: MainWindow) -> list[ErrorPanel]:
    return [panel for panel in window.findChildren(ErrorPanel) if panel.isVisible()]


def panel_texts(panel: ErrorPanel) -> list[str]:
    """As a person reads them: without the invisible places where a long word may be broken."""
    return [label.text().replace("\u200b", "") for label in panel.findChildren(QLabel) if label.text()]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(show_job(make_application(), *sys.argv[1:3]))) + "\n")
