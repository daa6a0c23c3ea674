"""Measure the longest pause of the window's event loop while a folder is packed: a program of its own.

    python -m support.watchdog FOLDER REFERENCE

Prints the longest gap between two turns of the event loop, in milliseconds, while the window shows the
Transfers page
and the job runs from submission to end.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from kitops_desktop.jobs.pack_job import PackWork
from kitops_desktop.ui.application import make_application
from kitops_desktop.ui.main_window import MainWindow
from kitops_desktop.ui.navigation import TRANSFERS, Place
from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import open_workspace

SETTLE_TURNS = 200
"""Turns of the event loop before anything is measured: showing a window for the first time takes its time."""


def longest_gap(folder: Path, reference: str) -> float:
    """Milliseconds."""
    application = make_application()
    workspace = open_workspace()
    window = MainWindow(workspace, Theme(application, "light"))
    window.resize(1200, 800)
    window.show()
    window.go_to(Place(TRANSFERS))
    gaps: list[float] = []
    loop, timer = QEventLoop(), QTimer(interval=1)
    last = time.perf_counter()
    job = None

    def turn() -> None:
        nonlocal last, job
        now = time.perf_counter()
        gaps.append(now - last)
        last = now
        if job is None and len(gaps) == SETTLE_TURNS:
            gc.collect()
            gaps.clear()
            job = workspace.jobs.submit(PackWork(folder, reference))
            last = time.perf_counter()
        elif job is not None and job.state.is_finished:
            loop.quit()

    timer.timeout.connect(turn)
    timer.start()
    loop.exec()
    assert job is not None
    assert job.error is None, job.error
    window.job_signals.stop()
    workspace.close()
    return max(gaps) * 1000


if __name__ == "__main__":
    sys.stdout.write(f"{longest_gap(Path(sys.argv[1]), sys.argv[2]):.1f}\n")
