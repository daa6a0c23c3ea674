"""Unpacking a kit of the store by its name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop import errors
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.unpack_job import UnpackWork, unpack_reference
from kitops_desktop.modelkit.unpack import OnExisting
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.settings import Folders
from kitops_desktop.workspace import Workspace, open_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    names = ("config", "state", "data", "cache", "logs")
    opened = open_workspace(folders=Folders(*(tmp_path / "app" / name for name in names)))
    folder = tmp_path / "churn"
    (folder / "src").mkdir(parents=True)
    (folder / "Kitfile").write_text(
        "manifestVersion: 1.0.0\npackage:\n  name: churn\nmodel:\n  path: model.bin\ncode:\n- path: src\n"
    )
    (folder / "model.bin").write_bytes(b"weights" * 1000)
    (folder / "src" / "train.py").write_text("print('training')")
    pack_folder(PackWork(folder, "churn:v1"), opened.tools)
    yield opened
    opened.close()


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_kit_becomes_the_folder_it_was(workspace: Workspace, tmp_path: Path) -> None:
    job = workspace.jobs.submit(UnpackWork("churn:v1", tmp_path / "out"))
    assert job.wait(60)
    assert job.error is None
    expected = content(tmp_path / "churn")
    found = content(tmp_path / "out")
    assert found.keys() == expected.keys()
    assert found["model.bin"] == expected["model.bin"]
    assert job.result is not None
    assert job.result.details["folder"] == str(tmp_path / "out")


def test_only_what_is_asked_for_is_unpacked(workspace: Workspace, tmp_path: Path) -> None:
    unpack_reference(UnpackWork("churn:v1", tmp_path / "out", filters=("model",)), workspace.tools)
    assert set(content(tmp_path / "out")) == {"model.bin"}


def test_files_in_the_way_are_decided_beforehand(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "out"
    (target / "src").mkdir(parents=True)
    (target / "model.bin").write_text("mine")
    with pytest.raises(errors.FilesExist):
        unpack_reference(UnpackWork("churn:v1", target), workspace.tools)
    assert content(target) == {"model.bin": b"mine"}
    unpack_reference(
        UnpackWork(
            "churn:v1", target, existing=OnExisting.OVERWRITE, decisions={"model.bin": OnExisting.SKIP}
        ),
        workspace.tools,
    )
    assert content(target)["model.bin"] == b"mine"
    assert "src/train.py" in content(target)


def test_a_kit_that_builds_on_another_is_unpacked_with_its_model(
    workspace: Workspace, tmp_path: Path
) -> None:
    child = tmp_path / "child"
    (child / "notes").mkdir(parents=True)
    (child / "notes" / "a.md").write_text("notes")
    (child / "Kitfile").write_text(
        "manifestVersion: 1.0.0\npackage:\n  name: child\nmodel:\n  path: churn:v1\ndocs:\n- path: notes\n"
    )
    pack_folder(PackWork(child, "child:v1"), workspace.tools)
    unpack_reference(UnpackWork("child:v1", tmp_path / "whole"), workspace.tools)
    assert {"model.bin", "notes/a.md", "Kitfile"} <= set(content(tmp_path / "whole"))
    workspace.store.remove([parse_reference("churn:v1")])
    with pytest.raises(errors.ModelReferenceError):
        unpack_reference(UnpackWork("child:v1", tmp_path / "again"), workspace.tools)
    unpack_reference(UnpackWork("child:v1", tmp_path / "docs", filters=("docs",)), workspace.tools)
    assert set(content(tmp_path / "docs")) == {"notes/a.md"}


@pytest.mark.parametrize(
    ("reference", "error"),
    [("churn:v9", errors.ReferenceNotFound), ("Churn!", errors.InvalidReference)],
)
def test_what_is_not_there_is_said(
    workspace: Workspace, tmp_path: Path, reference: str, error: type[errors.KitOpsError]
) -> None:
    with pytest.raises(error):
        unpack_reference(UnpackWork(reference, tmp_path / "out"), workspace.tools)
    assert not (tmp_path / "out").exists()


def test_the_work_is_made_again_from_its_parameters(tmp_path: Path) -> None:
    work = UnpackWork(
        "churn:v1", tmp_path, ("model",), ("*.py",), OnExisting.SKIP, {"a": OnExisting.OVERWRITE}
    )
    assert UnpackWork.from_parameters(json.loads(json.dumps(work.parameters()))) == work
