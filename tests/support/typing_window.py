"""A real window with a project that is typed into, and waits to be killed.

``python -m support.typing_window FOLDER TEXT``: types TEXT at the end of the Kitfile by key strokes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from kitops_desktop.ui.application import make_application
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.projects_page import ProjectsPage
from kitops_desktop.ui.main_window import MainWindow
from kitops_desktop.ui.navigation import PROJECTS
from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import open_workspace


def main(folder: Path, text: str) -> int:
    application = make_application()
    workspace = open_workspace()
    window = MainWindow(workspace, Theme(application, "light"))
    window.open_project(folder)
    window.show()
    page = window.page(PROJECTS)
    assert isinstance(page, ProjectsPage)

    def type_once_open() -> None:
        if page.current is None:
            return
        timer.stop()
        editor = page.current.text_pane.editors[Part.KITFILE]
        editor.moveCursor(QTextCursor.MoveOperation.End)
        QTest.keyClicks(editor, text)

    timer = QTimer(interval=5)
    timer.timeout.connect(type_once_open)
    timer.start()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
