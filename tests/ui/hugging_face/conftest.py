"""The page of a repository of Hugging Face over a Hub of our own, in the place where it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.hugging_face.hf_view import HfView
from kitops_desktop.workspace import Workspace, open_workspace
from support.browser_pages import browser_page
from support.hub_repository import HubRepository
from support.hub_server import HubServer
from support.model_files import safetensors
from support.recording_navigator import RecordingNavigator

CARD = b"""---
license: apache-2.0
library_name: transformers
pipeline_tag: text-generation
base_model: [team/base, "<b>no name</b>"]
---
# Churn

Who is about to leave <script>alert(1)</script> ![x](http://127.0.0.1:9/picture.png)
"""
DATA = 300_000
WEIGHTS = safetensors(
    {
        "layer.weight": {"dtype": "U8", "shape": [DATA - 12], "data_offsets": [0, DATA - 12]},
        "layer.bias": {"dtype": "F32", "shape": [3], "data_offsets": [DATA - 12, DATA]},
    },
    DATA,
)
FILES = {
    "README.md": CARD,
    "config.json": b'{"hidden_size": 64}\n',
    "data/train.csv": b"a,b\n1,2\n",
    "data/deep/notes.txt": b"notes\n",
    "model.safetensors": WEIGHTS,
}
LFS = ("model.safetensors",)


@pytest.fixture
def churn() -> HubRepository:
    made = HubRepository("team/churn", files=FILES, lfs=LFS)
    made.downloads, made.likes = 1234, 56
    made.tag("v1.0")
    made.commit({"config.json": b'{"hidden_size": 128}\n'}, title="Wider")
    made.branch("wide", "main")
    return made


@pytest.fixture
def hub(churn: HubRepository, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """Hugging Face, with one public model."""
    with HubServer(churn) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.origin)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield server


@pytest.fixture
def workspace(home: Path, hub: HubServer) -> Iterator[Workspace]:
    made = open_workspace()
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator) -> Iterator[BrowserPage]:
    """The place of registries, showing its list."""
    with browser_page(qtbot, workspace, navigator) as made:
        yield made


@pytest.fixture
def view(page: BrowserPage) -> HfView:
    """The page of a repository; nothing is shown yet."""
    return page.hugging_face.view
