"""File indexes on the command line: attached, listed from, and a file held against one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.computers import write_project
from support.kit_commands import fine, run_command
from support.registry_server import RegistryServer

PLAIN = "--plain-http"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path_factory.mktemp("registry")) as server:
        yield server


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "churn")


def test_compressed_layers_of_a_kit_are_listed_from_its_index(
    project: Path, registry: RegistryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = f"{registry.host}/team/churn:v1"
    fine("pack", str(project), "-t", "churn:v1", "--compression", "zstd")
    pushed = fine("push", "churn:v1", target, "--index", PLAIN)
    index = pushed.out.splitlines()[-1].removeprefix("Attached file index ")
    assert index.startswith("sha256:")
    kits = fine("list").out
    here = fine("files", "churn:v1").out
    monkeypatch.setenv("KITOPS_HOME", str(tmp_path / "elsewhere"))

    before = len(registry.exchanges)
    listed = fine("files", target, "--remote", PLAIN)
    said = f"Listed from the file index {index}, made by KitOps Desktop as it says: not verified"
    assert listed.out == here
    assert said in listed.err
    read = [one for one in registry.exchanges[before:] if one.method == "GET" and "/blobs/" in one.path]
    assert len(read) == 2  # the Kitfile and the index: no layer
    rows = json.loads(fine("files", target, "--remote", "--format", "json", PLAIN).out)
    assert all(row["indexedDigest"].startswith("sha256:") for row in rows if row["type"] == "file")
    layers = fine("files", target, "--remote", "--no-index", PLAIN)
    assert layers.out == here
    assert "file index" not in layers.err

    shown = fine("cat", target, "src/train.py", PLAIN)
    assert shown.out == "print('training')\n"
    assert f"It matches the index of {index}" in shown.err
    assert "file index" not in fine("cat", target, "src/train.py", "--no-index", PLAIN).err
    shown = fine("preview", target, "src/train.py", PLAIN)
    assert f"It matches the index of {index}" in shown.err
    assert "index" not in fine("preview", target, "src/train.py", "--no-index", PLAIN).err
    told = json.loads(fine("preview", target, "src/train.py", "--format", "json", PLAIN).out)
    assert told["index"] == {"digest": index, "matches": True}
    told = json.loads(fine("preview", target, "src/train.py", "--format", "json", "--no-index", PLAIN).out)
    assert "index" not in told
    assert fine("list", f"{registry.host}/team/churn", PLAIN).out.count("sha256:") == kits.count("sha256:")


def test_a_file_that_is_not_what_the_index_says(
    project: Path, registry: RegistryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = f"{registry.host}/changed/churn:v1"
    (project / "src" / "more.txt").write_text("a line\n" * 50_000)
    fine("pack", str(project), "-t", target)
    fine("push", target, "--index", PLAIN)
    index = json.loads(fine("index", target, "-o", "-").out)
    monkeypatch.setenv("KITOPS_HOME", str(tmp_path / "elsewhere"))
    layer = next(one for one in index["layers"] if one["files"][-1]["name"] == "src/train.py")
    offsets = {entry["name"]: entry["offset"] for entry in layer["files"]}
    with registry.blob_path(layer["digest"]).open("r+b") as blob:
        for name in ("src/train.py", "src/more.txt"):
            blob.seek(offsets[name])
            blob.write(b"PRINT")
    for command in ("cat", "preview"):
        answer = run_command(command, target, "src/train.py", PLAIN)
        assert answer.code == 1
        assert "PRINT" in answer.out
        assert "A file is not what the file index of its kit says" in answer.err
    answer = run_command("preview", target, "src/train.py", "--format", "json", PLAIN)
    assert (answer.code, json.loads(answer.out)["index"]["matches"]) == (1, False)
    answer = fine("preview", target, "src/more.txt", PLAIN)
    assert "index" not in answer.err, "of what was read in part nothing is said"
    told = json.loads(fine("preview", target, "src/more.txt", "--format", "json", PLAIN).out)
    assert told["index"]["matches"] is None


def test_attached_later_and_written(project: Path, registry: RegistryServer, tmp_path: Path) -> None:
    target = f"{registry.host}/later/churn:v1"
    fine("pack", str(project), "-t", target)
    fine("push", target, PLAIN)
    assert fine("index", target, PLAIN).out.startswith("Attached file index sha256:")
    value = json.loads(fine("index", target, "-o", "-").out)
    assert [entry["name"] for layer in value["layers"] for entry in layer["files"]] == [
        "model.bin",
        "src",
        "src/train.py",
    ]
    fine("index", target, "-o", str(tmp_path / "index.json"))
    assert json.loads((tmp_path / "index.json").read_text()) == value


def test_what_cannot_be_indexed_is_said(project: Path, tmp_path: Path) -> None:
    fine("pack", str(project), "-t", "churn:v1")
    answer = run_command("index", "churn:v1")
    assert answer.code == 1
    assert "names no registry to attach a file index in" in answer.err
    answer = run_command("index", "churn:v1", "-o", str(tmp_path / "none" / "x"))
    assert answer.code == 1
    assert "write the file index" in answer.err
