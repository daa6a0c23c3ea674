"""Give the window a job and print the error it shows: run as a program of its own, so that permissions can be
real.

    python -m support.window_probe KIND PARAMETERS

Prints one JSON object: the texts of the error panel that the Transfers page shows (empty when the job was
done), and
the job's state.
"""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QLabel

from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.kinds import restore
from kitops_desktop.ui.application import make_application
from kitops_desktop.ui.main_window import MainWindow
from kitops_desktop.ui.navigation import TRANSFERS, Place
from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.workspace import open_workspace

POLL_MILLISECONDS = 20


def main(kind: str, parameters: str) -> dict[str, object]:
    """Run the job in a real window and read what the user would read."""
    application = make_application()
    workspace = open_workspace()
    window = MainWindow(workspace, Theme(application, "light"))
    window.show()
    work = restore(kind, json.loads(parameters))
    assert work is not None
    job = workspace.jobs.submit(work)
    window.go_to(Place(TRANSFERS))
    loop = QEventLoop()
    timer = QTimer()
    timer.timeout.connect(lambda: loop.quit() if is_shown(window, job) else None)
    timer.start(POLL_MILLISECONDS)
    loop.exec()
    timer.stop()
    application.processEvents()
    texts = [panel_texts(panel) for panel in visible_panels(window)]
    shown: dict[str, object] = {"state": str(job.state), "texts": texts[0] if texts else []}
    window.job_signals.stop()
    workspace.close()
    return shown


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
    sys.stdout.write(json.dumps(main(*sys.argv[1:3])) + "\n")
