"""Opening a folder of many files in the tree of a project, beside the plain ways of looking at it.

    python tests/benchmarks/open_folder.py FOLDER RUNS

Prints for each run the seconds of ``os.scandir`` of the top folder, of ``os.walk`` with a ``stat`` of each
file, and of ours until the first rows are there, until they are painted, and until everything is listed; and
the longest gap between two turns of the event loop. All take turns in one process, which has the files in the
system's cache after the first turn, which does not count.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from kitops_desktop.jobs.background import Background
from kitops_desktop.ui.application import make_application
from kitops_desktop.ui.editor.tree_pane import TreePane
from kitops_desktop.ui.theme import Theme

TOP_FOLDERS, TOP_FILES, FILES_EACH = 1000, 1000, 99


def make(folder: Path) -> None:
    """A hundred thousand files: a thousand at the top, the others in a thousand folders."""
    folder.mkdir()
    for number in range(TOP_FILES):
        (folder / f"file-{number:04}.json").touch()
    for number in range(TOP_FOLDERS):
        part = folder / f"part-{number:04}"
        part.mkdir()
        for name in range(FILES_EACH):
            (part / f"sample-{name:03}.csv").touch()


def scan_top(folder: Path) -> None:
    with os.scandir(folder) as found:
        for _ in found:
            pass


def walk_all(folder: Path) -> None:
    for top, _, names in os.walk(folder):
        for name in names:
            os.stat(f"{top}/{name}")  # noqa: PTH116 - the plain way


def seconds(work: Callable[[Path], None], folder: Path) -> float:
    started = time.perf_counter()
    work(folder)
    return time.perf_counter() - started


class Opening(QObject):
    """One opening of the folder, from the moment it is asked for."""

    def __init__(self, pane: TreePane) -> None:
        super().__init__()
        self.first = self.painted = self.all = self.gap = 0.0
        self._pane, self._loop = pane, QEventLoop()
        self._turns = QTimer(self, interval=1)
        self._turns.timeout.connect(self._turn)
        pane.model.rowsInserted.connect(self._on_rows)
        pane.scan.arrived.connect(self._on_batch)

    def run(self) -> None:
        self._pane.model.clear()
        self._started = self._last = time.perf_counter()
        self._pane.scan.start()
        self._turns.start()
        self._loop.exec()

    def _since(self) -> float:
        return time.perf_counter() - self._started

    def _turn(self) -> None:
        now = time.perf_counter()
        self.gap = max(self.gap, now - self._last)
        self._last = now

    def _on_rows(self) -> None:
        if not self.first:
            self.first = self._since()
            self._pane.tree.viewport().repaint()
            self.painted = self._since()

    def _on_batch(self) -> None:
        if not self._pane.scan.busy and not self.all:
            self.all = self._since()
            QTimer.singleShot(50, self._loop.quit)


def measured(pane: TreePane, folder: Path) -> dict[str, float]:
    plain = {"scandir": seconds(scan_top, folder), "walk": seconds(walk_all, folder)}
    opening = Opening(pane)
    opening.run()
    opening.deleteLater()
    return plain | {
        "first": opening.first,
        "painted": opening.painted,
        "all": opening.all,
        "gap": opening.gap,
        "files": pane.model.tree.files,
    }


def main(folder: Path, runs: int) -> None:
    application = make_application()
    theme = Theme(application, "light")
    background = Background()
    pane = TreePane(folder, background)
    pane.resize(400, 700)
    pane.show()
    while pane.scan.busy:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    sys.stdout.write(json.dumps([measured(pane, folder) for _ in range(runs + 1)][1:]) + "\n")
    pane.scan.stop()
    background.close()
    theme.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
