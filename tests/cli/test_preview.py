"""``preview`` and ``cat``: one file of a kit, from the store and from a registry."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.kit_commands import fine, refused
from support.model_files import gguf, safetensors, small_parquet, small_safetensors
from support.registry_server import RegistryServer

PLAIN = "--plain-http"
KITFILE = """manifestVersion: 1.0.0
package:
  name: churn
model:
  path: model
datasets:
  - path: data.parquet
docs:
  - path: README.md
"""
BINARY = bytes(range(256)) * 5_000


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        import os

        return os.system, ("touch /nowhere/at/all",)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path_factory.mktemp("registry")) as server:
        yield server


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "churn"
    (folder / "model").mkdir(parents=True)
    (folder / "Kitfile").write_text(KITFILE)
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# Hello\n")
    (folder / "data.parquet").write_bytes(small_parquet())
    (folder / "model" / "weights.safetensors").write_bytes(small_safetensors())
    (folder / "model" / "old.pkl").write_bytes(pickle.dumps(Bomb(), 4))
    (folder / "model" / "broken.gguf").write_bytes(gguf(version=9))
    (folder / "model" / "any.bin").write_bytes(BINARY)
    return folder


@pytest.fixture(params=["none", "gzip", "zstd"])
def packed(request: pytest.FixtureRequest, project: Path) -> str:
    fine("pack", str(project), "-t", "churn:v1", "--compression", request.param)
    return "churn:v1"


@pytest.fixture
def plain(project: Path) -> str:
    fine("pack", str(project), "-t", "churn:v1")
    return "churn:v1"


def test_preview_of_any_compression(packed: str) -> None:
    answer = fine("preview", packed, "model/weights.safetensors")
    lines = [" ".join(line.split()) for line in answer.out.splitlines()]
    assert "format safetensors" in lines
    assert "framework PyTorch" in lines
    assert "parameters 15" in lines
    assert "BF16 3x4 layer.weight" in lines
    assert "Read from the local store" in answer.err
    table = fine("preview", packed, "data.parquet").out  # its header is at the end
    assert "place.lat" in table
    assert "licence" in fine("preview", packed, "README.md").out


def test_preview_as_json(plain: str) -> None:
    told = json.loads(fine("preview", plain, "model/weights.safetensors", "--format", "json").out)
    assert (told["format"], told["parameters"], told["source"]) == ("safetensors", 15, "local store")
    assert told["tensors"][1] == {"name": "layer.bias", "shape": [3], "dtype": "F32"}
    unknown = json.loads(fine("preview", plain, "model/any.bin", "--format", "json").out)
    assert (unknown["format"], unknown["size"]) == (None, len(BINARY))


def test_rows_cells_and_text(project: Path) -> None:
    (project / "model" / "rows.csv").write_text("id,name\n1,first\n")
    long = "".join(f"{number},{'a' * 500}\n" for number in range(400))
    (project / "model" / "long.csv").write_text(f"id,name\n{long}")
    cell = {"cell_type": "code", "source": "print(1)", "outputs": []}
    (project / "model" / "a.ipynb").write_text(json.dumps({"nbformat": 4, "metadata": {}, "cells": [cell]}))
    (project / "model" / "run.py").write_text("def run():\n    pass\n" * 100)
    fine("pack", str(project), "-t", "churn:v1")
    rows = fine("preview", "churn:v1", "model/rows.csv")
    assert [line.split() for line in rows.out.splitlines()][-2:] == [["id", "name"], ["1", "first"]]
    told = json.loads(fine("preview", "churn:v1", "model/rows.csv", "--format", "json").out)
    assert told["rows"] == {"names": ["id", "name"], "values": [["1", "first"]]}
    assert "[code]\nprint(1)" in fine("preview", "churn:v1", "model/a.ipynb").out
    told = json.loads(fine("preview", "churn:v1", "model/a.ipynb", "--format", "json").out)
    assert told["cells"][0]["source"] == "print(1)"
    answer = fine("preview", "churn:v1", "model/long.csv")
    assert answer.out.splitlines()[-1].split() == ["199", "a" * 60 + "…"]
    assert "The first 200 rows are shown." in answer.err
    assert "Of the text" not in answer.err, "no text is shown beside the rows"
    code = fine("preview", "churn:v1", "model/run.py").out
    assert "def run():" in code
    assert "and 161 more lines" in code
    assert (
        json.loads(fine("preview", "churn:v1", "model/run.py", "--format", "json").out)["format"] == "Python"
    )


def test_whether_a_model_fits(plain: str) -> None:
    said = fine("preview", plain, "model/weights.safetensors", "--memory", "40B").out
    assert "MEMORY OF 40 B" in said
    assert "does not fit" in said
    told = json.loads(
        fine("preview", plain, "model/weights.safetensors", "--memory", "40B", "--format", "json").out
    )["memory"]
    assert told["given"] == 40
    assert [(need["weights"], need["total"], need["fits"]) for need in told["needs"]] == [
        (36, 43, False),
        (30, 36, True),
        (15, 18, True),
        (7, 8, True),
    ]
    own = json.loads(fine("preview", plain, "model/weights.safetensors", "--format", "json").out)["memory"]
    assert all(need["fits"] for need in own["needs"])
    assert "no size such as" in refused("preview", plain, "model/weights.safetensors", "--memory", "much")
    for nothing, why in (("0", "no memory at all"), ("0.00GiB", "no memory at all"), ("-4GiB", "no size")):
        assert why in refused("preview", plain, "model/weights.safetensors", f"--memory={nothing}")


def test_a_model_in_several_files_is_judged_as_a_whole(project: Path) -> None:
    for number in (1, 2):
        (project / "model" / f"m-0000{number}-of-00002.safetensors").write_bytes(small_safetensors())
    fine("pack", str(project), "-t", "churn:v1")
    answer = fine("preview", "churn:v1", "model/m-00001-of-00002.safetensors", "--format", "json")
    told = json.loads(answer.out)
    assert [need["weights"] for need in told["memory"]["needs"]][:2] == [72, 60]
    assert "the memory is for all of them" in told["notes"][0]


def test_what_a_pickle_would_run_is_a_warning(plain: str) -> None:
    answer = fine("preview", plain, "model/old.pkl")
    assert "Loading it could run any program: it imports posix.system." in answer.err
    told = json.loads(fine("preview", plain, "model/old.pkl", "--format", "json").out)
    assert "posix.system" in told["warnings"][0]


def test_a_damaged_file_is_explained(plain: str) -> None:
    said = refused("preview", plain, "model/broken.gguf")
    assert "The file is no GGUF that can be read" in said
    assert "version 9 is not known" in said.casefold()


def test_names_that_no_terminal_should_see(project: Path) -> None:
    entry = {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}
    hostile = safetensors({"\ud800\x1b[2J": entry, "__metadata__": {"\x07\udfff": "\r\n\ud801"}})
    (project / "model" / "weights.safetensors").write_bytes(hostile)
    fine("pack", str(project), "-t", "churn:v1")
    for form in ("text", "json"):
        out = fine("preview", "churn:v1", "model/weights.safetensors", "--format", form).out
        assert "\N{REPLACEMENT CHARACTER}" in out
        assert not {"\x1b", "\x07", "\r"} & set(out)


def test_what_has_no_preview_or_is_no_file(plain: str) -> None:
    assert "unknown" in fine("preview", plain, "model/any.bin").out
    assert f"has no file 'nowhere'; all of them: kitops-desktop files {plain}" in refused(
        "preview", plain, "nowhere"
    )
    assert "is a folder" in refused("cat", plain, "model")
    assert "no such ModelKit" in refused("cat", "churn:v9", "README.md")


def test_cat(packed: str) -> None:
    answer = fine("cat", packed, "README.md")
    assert answer.out == "---\nlicense: mit\n---\n# Hello\n"
    assert "Read from the local store" in answer.err
    assert fine("cat", packed, "./README.md").out == answer.out


def test_cat_gives_a_pipe_every_byte(plain: str) -> None:
    command = [sys.executable, "-m", "kitops_desktop", "cat", plain, "model/any.bin"]
    outcome = subprocess.run(command, capture_output=True, check=True)
    assert outcome.stdout == BINARY


def test_of_a_registry_by_range(
    plain: str, registry: RegistryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = f"{registry.host}/seen/churn:v1"
    fine("push", plain, target, PLAIN)
    monkeypatch.setenv("KITOPS_HOME", str(tmp_path / "elsewhere"))
    answer = fine("preview", target, "model/weights.safetensors", PLAIN)
    assert "layer.weight" in answer.out
    assert f"Read by range from {registry.host}: not verified by the digest of its layer" in answer.err
    told = json.loads(fine("preview", target, "data.parquet", PLAIN, "--format", "json").out)
    assert told["source"] == "registry, not verified by its digest"
    text = fine("cat", target, "README.md", PLAIN)
    assert text.out.endswith("# Hello\n")
    assert "not verified" in text.err
    assert fine("list").out.splitlines()[1:] == []  # nothing was pulled


def test_what_the_store_has_is_read_from_there(plain: str, registry: RegistryServer) -> None:
    target = f"{registry.host}/both/churn:v1"
    fine("push", plain, target, PLAIN)
    answer = fine("cat", target, "README.md", "--remote", PLAIN)
    assert "Read from the local store" in answer.err
