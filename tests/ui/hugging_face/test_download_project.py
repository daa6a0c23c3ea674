"""What was downloaded from Hugging Face, opened as a project: the Kitfile that is proposed for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from kitops_desktop.classification.classify import classify
from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.importers.hugging_face.sign_in import hugging_face
from kitops_desktop.jobs.hugging_face_job import HuggingFaceWork
from kitops_desktop.jobs.job import JobState
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.projects_page import ProjectsPage
from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import Workspace, open_workspace
from support.hub_repository import HubRepository
from support.hub_server import HubServer
from support.model_files import small_onnx, small_safetensors
from support.recording_navigator import RecordingNavigator

CARD = b"---\nlicense: apache-2.0\nlibrary_name: transformers\nbase_model: team/base\n---\n# Churn\n"
SMALL = ("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors.index.json")
SHARDS = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
FILES = {
    ".gitattributes": b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n",
    "LICENSE": b"All of it may be used by the team.\n",
    "README.md": CARD,
    **dict.fromkeys(SMALL, b"{}"),
    **dict.fromkeys(SHARDS, small_safetensors()),
    "onnx/model.onnx": small_onnx(),
    "onnx/model_quantized.onnx": small_onnx(),
}


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    made = open_workspace()
    yield made
    made.close()


@pytest.fixture
def downloaded(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a model as it comes."""
    with HubServer(HubRepository("team/churn", files=FILES, lfs=SHARDS)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.origin)
        client = hugging_face(workspace.registries)
        pinned = client.repository(HfAddress("team/churn"), CancelToken()).pinned
        job = workspace.jobs.submit(HuggingFaceWork(str(pinned), tmp_path / "churn"))
        assert job.wait(30)
        assert job.state is JobState.DONE
        return tmp_path / "churn"


@pytest.fixture
def projects(workspace: Workspace, theme: Theme) -> Iterator[ProjectsPage]:
    navigator = RecordingNavigator(workspace, theme)
    made = ProjectsPage(workspace, navigator)
    made.show()
    yield made
    navigator.job_signals.stop()
    shiboken6.delete(made)  # before the workspace closes: pages read from time to time


def opened(qtbot: QtBot, projects: ProjectsPage, folder: Path) -> Kitfile:
    """The Kitfile that is proposed when the folder is opened as a project."""
    projects.show_detail(str(folder))
    qtbot.waitUntil(lambda: projects.current is not None and bool(projects.current.project.proposal))
    assert projects.current is not None
    return read_kitfile(projects.current.project.text(Part.KITFILE).encode())


def test_the_proposal_has_the_name_of_the_repository_and_whose_it_is(
    qtbot: QtBot, projects: ProjectsPage, workspace: Workspace, downloaded: Path
) -> None:
    workspace.change_settings(author="MLTeam")
    elsewhere = downloaded.rename(downloaded.with_name("my copy"))
    workspace.origins.put(elsewhere, "team/churn")
    proposed = opened(qtbot, projects, elsewhere)
    assert proposed.package is not None
    assert proposed.model is not None
    assert (proposed.package.name, proposed.package.authors) == ("churn", ("team",))
    assert proposed.model.name == "churn"
    assert projects.current is not None
    why = {guess.field: guess.why for guess in projects.current.project.guesses}
    assert why["package.name"] == why["package.authors"] == "The files were downloaded from team/churn."


def test_what_was_downloaded_is_opened_with_what_is_known_of_it(
    qtbot: QtBot, projects: ProjectsPage, downloaded: Path
) -> None:
    package = opened(qtbot, projects, downloaded).package
    assert package is not None
    assert (package.name, package.authors) == ("churn", ("team",))


def test_a_copy_of_the_folder_has_its_own_name_and_the_author_of_the_settings(
    qtbot: QtBot, projects: ProjectsPage, workspace: Workspace, downloaded: Path
) -> None:
    workspace.change_settings(author="MLTeam")
    package = opened(qtbot, projects, downloaded.rename(downloaded.with_name("copy"))).package
    assert package is not None
    assert (package.name, package.authors) == ("copy", ("MLTeam",))


def test_name_licence_model_and_parts_are_as_somebody_would_want_them(downloaded: Path) -> None:
    found = classify(downloaded)
    package, model = found.kitfile.package, found.kitfile.model
    assert package is not None
    assert model is not None
    assert (package.name, package.license or model.license) == ("churn", "Apache-2.0")
    assert (model.name, model.path, model.format) == ("churn", SHARDS[0], "safetensors")
    assert {part.path: part.type for part in model.parts} == {
        SHARDS[1]: "weights",
        "onnx": "weights",
        "config.json": "config",
        "model.safetensors.index.json": "config",
        "tokenizer.json": "tokenizer",
        "tokenizer_config.json": "tokenizer",
    }
    assert {entry.path for entry in found.kitfile.docs} == {"LICENSE", "README.md"}
    assert (found.kitfile.code, found.kitfile.datasets) == ((), ())
    assert [proposal.pattern for proposal in found.ignore] == ["**/.gitattributes"]
