"""Measure the longest pause of the window's event loop while a folder is opened, searched and sorted: a
program of its own.

    python -m support.folder_watchdog FOLDER

Prints for each of three runs the longest gap between two turns of the event loop, in milliseconds: from the
moment the tree begins to list FOLDER until it has listed, filtered and sorted everything.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from PySide6.QtCore import Qt

from kitops_desktop.jobs.background import Background
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.modelkit.destination import Destinations
from kitops_desktop.ui.application import make_application
from kitops_desktop.ui.editor.tree_cells import Column
from kitops_desktop.ui.editor.tree_pane import TreePane
from kitops_desktop.ui.theme import Theme
from support.loop_gaps import Gaps

RUNS = 3


def use(pane: TreePane) -> float:
    """Open, search and sort the folder as a person does; the longest gap in milliseconds."""
    gaps = Gaps()
    pane.model.clear()
    gc.collect()
    pane.scan.start()
    gaps.until(lambda: not pane.scan.busy)
    pane.tree.expand(pane.model.index(0, 0))
    pane.search.setText("7")
    gaps.until(lambda: pane.model.found is not None)
    pane.search.clear()
    gaps.until(lambda: pane.model.found is None)
    pane.left_out.setChecked(True)
    gaps.until(lambda: pane.model.found is not None)
    pane.left_out.setChecked(False)
    gaps.until(lambda: pane.model.found is None)
    pane.tree.sortByColumn(Column.SIZE, Qt.SortOrder.DescendingOrder)
    gaps.until(lambda: pane.model.sort_by.by_size)
    pane.tree.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)
    return gaps.longest * 1000


def main(folder: Path) -> None:
    application = make_application()
    theme = Theme(application, "light")
    background = Background()
    pane = TreePane(folder, background)
    kitfile = read_kitfile("datasets: [{path: part-000}]")
    pane.show_destinations(Destinations.of_kitfile(kitfile, IgnoreRules.parse("**/*3.csv\n")))
    pane.resize(420, 700)
    pane.show()
    Gaps().until(lambda: not pane.scan.busy)
    for _ in range(RUNS):
        sys.stdout.write(f"{use(pane):.1f}\n")
    pane.scan.stop()
    background.close()
    theme.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
