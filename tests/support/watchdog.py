"""Measure the longest pause of the window's event loop while it has much to do: a program of its own.

    python -m support.watchdog FOLDER REFERENCE [HOST]

Prints the longest gap between two turns of the event loop, in milliseconds, while the window shows the
Transfers page and FOLDER is packed, from submission to end. With HOST, a registry, two kits are pushed there
meanwhile and two others are fetched.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from kitops_desktop.jobs.every_job import clear_finished
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.pack_job import PackWork
from kitops_desktop.jobs.pack_push_job import PackPushWork
from kitops_desktop.jobs.pull_job import PullWork
from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.jobs.work import Work
from kitops_desktop.ui.application import make_application
from kitops_desktop.ui.desktop_notice.desktop_notice import DesktopNotice
from kitops_desktop.ui.desktop_notice.of_system import desktop_of_system, load_desktop
from kitops_desktop.ui.main_window import MainWindow
from kitops_desktop.ui.navigation import TRANSFERS, Place
from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import Workspace, open_workspace

SETTLE_TURNS = 200
"""Turns of the event loop before anything is measured: showing a window for the first time takes its time."""
MODEL_BYTES = 256 << 20
"""Of each kit that is transferred: so much that all are still under way while the folder is packed."""
BLOCK_BYTES = 16 << 20


def longest_gap(folder: Path, reference: str, host: str = "") -> float:
    """Milliseconds."""
    application = make_application()
    workspace = open_workspace()
    works: list[Work] = [*(four_transfers(workspace, folder.parent, host) if host else ())]
    works.append(PackWork(folder, reference))
    window = MainWindow(workspace, Theme(application, "light"))
    told = DesktopNotice(workspace, window.job_signals, window, window.show_job, desktop_of_system)
    window.resize(1200, 800)
    window.show()
    window.go_to(Place(TRANSFERS))
    workspace.background.run(lambda _: load_desktop())  # as the program does
    gaps: list[float] = []
    jobs: list[Job] = []
    most_at_once = 0
    loop, timer = QEventLoop(), QTimer(interval=1)
    last = time.perf_counter()

    def turn() -> None:
        nonlocal last, most_at_once
        now = time.perf_counter()
        gaps.append(now - last)
        last = now
        if not jobs and len(gaps) == SETTLE_TURNS:
            gc.collect()
            gaps.clear()
            last = time.perf_counter()
        if len(jobs) < len(works) and (jobs or not gaps):  # one in each turn: nobody starts five at once
            jobs.append(workspace.jobs.submit(works[len(jobs)]))
        elif jobs:
            most_at_once = max(most_at_once, sum(job.state is JobState.RUNNING for job in jobs))
            if all(job.state.is_finished for job in jobs):
                loop.quit()

    timer.timeout.connect(turn)
    timer.start()
    loop.exec()
    window.job_signals.stop()
    told.stop()
    workspace.close()
    for job in jobs:
        assert job.error is None, job.error
    assert most_at_once == len(works), f"{most_at_once} jobs at a time"
    return max(gaps) * 1000


def four_transfers(workspace: Workspace, folder: Path, host: str) -> Sequence[Work]:
    """Two kits of the store to be pushed, and two of the registry to be pulled and unpacked."""
    pushed = [_packed(folder / f"model-{number}", f"{host}/team/pushed-{number}:v1") for number in range(2)]
    fetched = [
        _packed(folder / f"model-{number}", f"{host}/team/fetched-{number}:v1") for number in range(2, 4)
    ]
    _run(workspace, [*pushed, *(PackPushWork(pack, keep=False) for pack in fetched)])
    return (
        *(PushWork(pack.reference) for pack in pushed),
        PullWork(fetched[0].reference),
        UnpackWork(fetched[1].reference, folder / "unpacked", source="remote"),
    )


def _packed(folder: Path, reference: str) -> PackWork:
    """How a new model is packed, of random bytes that come again only after more than anything compares."""
    folder.mkdir()
    block = os.urandom(BLOCK_BYTES)
    with (folder / "weights.safetensors").open("wb") as file:
        for _ in range(MODEL_BYTES // BLOCK_BYTES):
            file.write(block)
    (folder / "Kitfile").write_text("manifestVersion: 1.0.0\nmodel:\n  path: weights.safetensors\n")
    return PackWork(folder, reference)


def _run(workspace: Workspace, works: Sequence[Work]) -> None:
    for job in [workspace.jobs.submit(work) for work in works]:
        assert job.wait(120), f"{job.title} takes too long"
        assert job.error is None, job.error
    clear_finished(workspace.jobs)


if __name__ == "__main__":
    chosen, name, *rest = sys.argv[1:]
    sys.stdout.write(f"{longest_gap(Path(chosen), name, *rest):.1f}\n")
