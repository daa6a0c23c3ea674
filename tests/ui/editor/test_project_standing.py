"""What the places of the window say of projects: in sync, changed, invalid."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs import folder_changes
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.project_state import PackedAs, ProjectState, ProjectStates
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.editor import folder_look, project_states
from kitops_desktop.ui.editor.project_states import StatesReader
from kitops_desktop.ui.editor.projects_page import ProjectsPage
from kitops_desktop.ui.rail import RailEntry
from kitops_desktop.watching import folder_watch
from kitops_desktop.workspace import Workspace


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits long, and files of this very second are trusted."""
    monkeypatch.setattr(folder_watch, "STEP", 20)
    monkeypatch.setattr(folder_look, "PAUSE", 20)
    monkeypatch.setattr(project_states, "PAUSE", 0)
    monkeypatch.setattr("kitops_desktop.modelkit.memory.RACY_NS", 0)
    monkeypatch.setattr(folder_changes, "RACY_NS", 0)


def pack(workspace: Workspace, folder: Path, name: str) -> None:
    workspace.projects.add(folder)
    pack_folder(PackWork(folder, name, allowed_secrets=None), workspace.tools)


def states(projects: ProjectsPage) -> dict[str, str]:
    return {row.name: row.states for row in projects.list.model.rows}


def test_the_list_says_how_projects_stand(
    show_projects: Callable[[], ProjectsPage],
    workspace: Workspace,
    folder: Path,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    pack(workspace, folder, "ml/churn:v3")
    for name, kitfile in (("broken", "model: ["), ("fresh", "code:\n- path: .\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Kitfile").write_text(kitfile)
        workspace.projects.add(tmp_path / name)
    (tmp_path / "bare").mkdir()
    workspace.projects.add(tmp_path / "bare")
    projects = show_projects()
    expected = {
        "churn": "in sync with v3",
        "broken": "Kitfile invalid",
        "fresh": "+1.0 KiB",
        "bare": "no Kitfile yet",
    }
    qtbot.waitUntil(lambda: states(projects) == expected)
    (folder / "data" / "new.csv").write_text("1")
    (folder / "Kitfile").write_text((folder / "Kitfile").read_text().replace("data/train.csv", "data"))
    with qtbot.waitSignal(projects.entries_changed, check_params_cb=lambda found: "new" in found[3].says):
        QApplication.sendEvent(projects, QEvent(QEvent.Type.WindowActivate))
    assert states(projects)["churn"] == "2 new, Kitfile changed, +4.5 KiB"


def test_an_open_project_says_it_and_learns_of_changes_and_packing(
    show_projects: Callable[[], ProjectsPage], workspace: Workspace, folder: Path, qtbot: QtBot
) -> None:
    pack(workspace, folder, "ml/churn:v3")
    projects = show_projects()
    rail: list[list[RailEntry]] = []
    projects.entries_changed.connect(rail.append)
    projects.show_detail(str(folder))
    qtbot.waitUntil(lambda: projects.current is not None)
    page = projects.current
    assert page is not None
    qtbot.waitUntil(lambda: "In sync with ml/churn:v3" in page.header.facts)
    qtbot.waitUntil(lambda: page.watch.state.watched)
    (folder / "src" / "run.py").write_text("other\n")
    qtbot.waitUntil(lambda: "1 file changed since v3; a new pack adds" in page.header.facts)
    assert rail[-1] == [RailEntry(str(folder), "churn", states(projects)["churn"], "warning")]
    workspace.jobs.submit(PackWork(folder, "ml/churn:v4", allowed_secrets=None))
    qtbot.waitUntil(lambda: "In sync with ml/churn:v4" in page.header.facts)
    qtbot.waitUntil(lambda: rail[-1][0].tone == "success")


def test_what_its_page_says_is_not_undone_by_an_older_look_at_the_disk(
    workspace: Workspace, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on, of_folder = threading.Event(), threading.Event(), ProjectStates.of_folder

    def slow(finder: ProjectStates, folder: Path, packed: PackedAs, token: CancelToken) -> ProjectState:
        found = of_folder(finder, folder, packed, token)
        if folder.name == "opened":
            reached.set()
            go_on.wait(60)
        return found

    monkeypatch.setattr(ProjectStates, "of_folder", slow)
    opened, other = tmp_path / "opened", tmp_path / "other"
    for folder in (opened, other):
        folder.mkdir()
    reader = StatesReader(workspace)
    reader.want([(opened, PackedAs()), (other, PackedAs())])
    qtbot.waitUntil(reached.is_set)
    said = ProjectState(problems=1)
    reader.put(opened, said)
    go_on.set()
    qtbot.waitUntil(lambda: other in reader.states)
    assert reader.states[opened] == said
