"""Measure how a Kitfile is typed into: a program of its own.

    python -m support.text_watchdog FOLDER

Prints for each of three runs two times in milliseconds: the longest gap between two turns of the event loop
while the text is shown and typed into, and the time from the last key until the text was read.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import shiboken6
from PySide6.QtTest import QTest

from kitops_desktop.jobs.background import Background
from kitops_desktop.ui.application import make_application
from kitops_desktop.ui.editor.project import Part, Project
from kitops_desktop.ui.editor.project_editor import ProjectEditor
from kitops_desktop.ui.editor.text_pane import TextPane
from kitops_desktop.ui.theme import Theme
from support.loop_gaps import Gaps

RUNS = 3
KEYS = "typed in the middle"


class Typist:
    """Types a key in each turn of the event loop, and knows the longest time between two turns."""

    def __init__(self, editor: ProjectEditor, pane: TextPane) -> None:
        self._editor, self._code = editor, pane.editors[Part.KITFILE]
        self._gaps = Gaps()

    def run(self) -> tuple[float, float]:
        """Milliseconds: the longest gap, and from the last key to the reading of it."""
        self._gaps.until(lambda: self._code.is_whole)
        self._code.go_to(self._code.blockCount() // 2)
        keys = iter(KEYS)
        self._gaps.until(lambda: not self._type(next(keys, "")))
        last = time.perf_counter()
        self._gaps.until(lambda: self._editor.project.is_read)
        return self._gaps.longest * 1000, (time.perf_counter() - last) * 1000

    def _type(self, key: str) -> bool:
        QTest.keyClicks(self._code, key)
        return bool(key)


def main(folder: Path) -> None:
    application = make_application()
    theme = Theme(application, "light")
    background = Background()
    project = Project(folder)
    for _ in range(RUNS):
        editor, pane = ProjectEditor(project, background), TextPane(folder, background)
        pane.typed.connect(editor.type_text)
        pane.resize(420, 700)
        pane.show()
        QTest.qWaitForWindowExposed(pane)
        pane.show_text(Part.KITFILE, project.text(Part.KITFILE))
        gap, delay = Typist(editor, pane).run()
        sys.stdout.write(f"{gap:.1f} {delay:.1f}\n")
        shiboken6.delete(editor)
        shiboken6.delete(pane)
    background.close()
    theme.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
