"""A folder with a project in it, and a window that writes down what pages ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.editor.project import Project
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.ui.editor.projects_page import ProjectsPage
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator

KITFILE = """\
# the kit of the team
manifestVersion: 1.0.0
package:
  name: churn  # keep this comment
  authors: [MLTeam]
model:
  path: model.safetensors
  parameters:
    epochs: 40
datasets:
  - name: train
    path: data/train.csv
code:
  - path: src
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a model, data, code, a secret, junk and an ignored file."""
    made = tmp_path / "churn"
    for name, content in {
        "model.safetensors": "x" * 5000,
        "data/train.csv": "a,b\n",
        "data/test.csv": "a,b\n",
        "src/run.py": "1\n",
        "src/id_rsa": "key",
        "src/__pycache__/run.pyc": "0",
        "notes.log": "x",
        ".kitignore": "**/*.log\n",
        "Kitfile": KITFILE,
    }.items():
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return made


@pytest.fixture
def open_page(
    workspace: Workspace, navigator: RecordingNavigator, qtbot: QtBot
) -> Iterator[Callable[[Path], ProjectPage]]:
    """open_page(folder): the page of the project, on view, the folder looked through."""

    pages = []

    def open_one(folder: Path) -> ProjectPage:
        page = ProjectPage(Project(folder), workspace, navigator)
        pages.append(page)
        page.resize(1200, 760)
        page.show()
        with qtbot.waitActive(page):
            page.activateWindow()
        qtbot.waitUntil(lambda: not page.look.busy and not page.look.outdated)
        return page

    yield open_one
    for page in pages:
        shiboken6.delete(page)  # before the workspace closes: pages read from time to time


@pytest.fixture
def page(open_page: Callable[[Path], ProjectPage], folder: Path) -> ProjectPage:
    """The page of ``folder``."""
    return open_page(folder)


@pytest.fixture
def show_projects(
    workspace: Workspace, navigator: RecordingNavigator
) -> Iterator[Callable[[], ProjectsPage]]:
    """show_projects(): the list of projects, on view."""
    pages = []

    def show() -> ProjectsPage:
        page = ProjectsPage(workspace, navigator)
        pages.append(page)
        page.resize(1100, 800)
        page.show()
        page.show_detail("")
        return page

    yield show
    for page in pages:
        shiboken6.delete(page)  # before the workspace closes: pages read from time to time


@pytest.fixture
def projects(show_projects: Callable[[], ProjectsPage], qtbot: QtBot) -> ProjectsPage:
    """The list of projects, in the window that has the keys."""
    page = show_projects()
    with qtbot.waitActive(page):
        page.activateWindow()
    return page
