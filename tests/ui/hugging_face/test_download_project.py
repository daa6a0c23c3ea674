"""What was downloaded from Hugging Face, opened as a project: the Kitfile that is proposed for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop.classification.classify import classify
from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.importers.hugging_face.sign_in import hugging_face
from kitops_desktop.jobs.hugging_face_job import HuggingFaceWork
from kitops_desktop.jobs.job import JobState
from kitops_desktop.progress import CancelToken
from kitops_desktop.workspace import open_workspace
from support.hub_repository import HubRepository
from support.hub_server import HubServer
from support.model_files import small_onnx, small_safetensors

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
def downloaded(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a model as it comes."""
    with HubServer(HubRepository("team/churn", files=FILES, lfs=SHARDS)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.origin)
        workspace = open_workspace()
        client = hugging_face(workspace.registries)
        pinned = client.repository(HfAddress("team/churn"), CancelToken()).pinned
        job = workspace.jobs.submit(HuggingFaceWork(str(pinned), tmp_path / "churn"))
        assert job.wait(30)
        assert job.state is JobState.DONE
        yield tmp_path / "churn"
        workspace.close()


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
