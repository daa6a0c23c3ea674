"""A window with a project of a folder that may not be written, typed into and saved.

``python -m support.forbidden_folder FOLDER``: prints as JSON what the tree says of each of its rows, whether
the text was saved, the sentences that say why not, and what the editor still has.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QLabel

from kitops_desktop.ui.application import make_application
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.ui.editor.projects_page import ProjectsPage
from kitops_desktop.ui.main_window import MainWindow
from kitops_desktop.ui.navigation import PROJECTS
from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.widgets.sheet import Sheet
from kitops_desktop.workspace import open_workspace

TYPED = "# typed by hand\n"


def until(done: Callable[[], bool]) -> None:
    loop, timer = QEventLoop(), QTimer(interval=10)
    timer.timeout.connect(lambda: loop.quit() if done() else None)
    timer.start()
    loop.exec()


def rows(page: ProjectPage) -> list[str]:
    """What is said of the rows at the top, when they have been listed and looked at."""
    model = page.folder_side.tree_pane.model
    return [
        str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(model.rowCount())
    ]


def main(folder: Path) -> int:
    application = make_application()
    workspace = open_workspace()
    window = MainWindow(workspace, Theme(application, "light"))
    window.open_project(folder)
    window.show()
    projects = window.page(PROJECTS)
    assert isinstance(projects, ProjectsPage)
    until(lambda: projects.current is not None)
    page = projects.current
    assert page is not None
    until(lambda: not page.look.busy and not page.folder_side.tree_pane.scan.busy)
    page.text_pane.editors[Part.KITFILE].insertPlainText(TYPED)
    saved = page.save()
    sentences = [one.text() for sheet in window.findChildren(Sheet) for one in sheet.findChildren(QLabel)]
    said = {"rows": rows(page), "saved": saved, "said": sentences, "text": page.project.text(Part.KITFILE)}
    sys.stdout.write(json.dumps(said))
    sys.stdout.flush()
    window.job_signals.stop()
    workspace.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
