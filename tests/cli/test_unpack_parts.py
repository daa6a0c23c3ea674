"""``unpack`` of a part of a kit: by range or whole, by profiles, beside what is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from support.computers import computer, write_project
from support.kit_commands import run_command
from support.odd_registry import OddRegistry
from support.repositories import MIB, noise
from support.trees import tree


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a model, code and a dataset of three files."""
    made = write_project(tmp_path / "churn", model=noise(100))
    (made / "data").mkdir()
    for number in range(3):
        (made / "data" / f"{number}.bin").write_bytes(noise(2 * MIB + number))
    with (made / "Kitfile").open("a") as kitfile:
        kitfile.write("datasets:\n  - name: d\n    path: data\n")
    return made


@pytest.fixture
def stored(project: Path, home: Path) -> None:
    """The kit "churn:v1" in the store."""
    assert run_command("pack", str(project), "-t", "churn:v1").code == 0


@pytest.fixture
def remote(project: Path, tmp_path: Path, home: Path) -> Iterator[str]:
    """Its reference in a registry; it is not in the store."""
    with computer(tmp_path / "packer") as packer, OddRegistry() as odd:
        packed = pack_folder(PackWork(project, "churn:v1"), packer.tools).packed
        odd.add_stored(packer.store.home / "storage" / "blobs", packed.manifest.digest, "team/churn")
        yield f"{odd.host}/team/churn:v1"


def unpack(*arguments: str) -> str:
    answer = run_command("unpack", *arguments)
    assert answer.code == 0, answer.err
    return answer.out + answer.err


def test_paths_that_match_nothing_are_an_error(stored: None, tmp_path: Path) -> None:
    answer = run_command("unpack", "churn:v1", "--path", "data/9.bin", "-d", str(tmp_path / "out"))
    assert answer.code == 1
    assert "matches data/9.bin" in answer.err
    assert not any((tmp_path / "out").iterdir())


def test_a_filter_that_takes_nothing_is_told(stored: None, tmp_path: Path) -> None:
    """It is no error, as for `kit`."""
    told = "nothing was unpacked"
    assert told in unpack("churn:v1", "--filter", "prompts", "-d", str(tmp_path / "out"))
    assert told not in unpack("churn:v1", "--filter", "kitfile", "-d", str(tmp_path / "out"))
    assert told not in unpack("churn:v1", "--filter", "kitfile", "-d", str(tmp_path / "out"))


def test_single_files_are_fetched_by_range_and_named(remote: str, tmp_path: Path) -> None:
    words = (remote, "--plain-http", "--path", "data/1.bin", "-d")
    said = unpack(*words, str(tmp_path / "out"))
    assert "Fetched by range, not covered by the digest of a layer: 1 file: data/1.bin" in said
    assert (tmp_path / "out/data/1.bin").read_bytes() == noise(2 * MIB + 1)
    said = unpack(*words, str(tmp_path / "whole"), "--whole-layers", "--format", "json")
    told = json.loads(said[said.index("{") : said.rindex("}") + 1])
    assert (told["filesByRange"], told["layersVerified"], told["files"]) == ([], ["data"], 1)
    said = unpack(*words, str(tmp_path / "json"), "--format", "json")
    told = json.loads(said[said.index("{") : said.rindex("}") + 1])
    assert (told["filesByRange"], told["layersVerified"]) == (["data/1.bin"], [])
    assert (told["index"], told["filesAsIndexed"]) == (None, [])


def test_what_inference_needs(stored: None, tmp_path: Path) -> None:
    unpack("churn:v1", "--profile", "inference", "-d", str(tmp_path / "out"))
    assert set(tree(tmp_path / "out")) == {"Kitfile", "model.bin", "src", "src/train.py"}


def test_profiles_are_saved_listed_used_and_removed(stored: None, tmp_path: Path) -> None:
    unpack("--save-profile", "first data", "--filter", "datasets:d", "--path", "data/[01].bin")
    listed = unpack("--list-profiles").splitlines()
    assert [line.split()[0] for line in listed] == ["NAME", "inference", "first"]
    unpack("churn:v1", "--profile", "first data", "-d", str(tmp_path / "out"))
    assert set(tree(tmp_path / "out")) == {"data", "data/0.bin", "data/1.bin"}
    unpack("--save-profile", "weights", "--profile", "inference", "--path", "*.bin")
    assert any(
        line.split() == ["weights", "kitfile,model,code,prompts", "*.bin"]
        for line in unpack("--list-profiles").splitlines()
    )
    assert "first" not in unpack("--forget-profile", "first data", "--list-profiles")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["churn:v1", "--profile", "nothing"], "no profile nothing; there are: inference"),
        (["--save-profile", "inference", "--filter", "code"], "is built in"),
        (["--save-profile", "empty"], "at least one filter or path"),
        (["--save-profile", "wrong", "--filter", "cats"], "filter type cats"),
        (["--forget-profile", "nothing"], "no profile nothing was saved"),
        (["--forget-profile", "inference"], "is built in"),
        (["--filter", "code"], "a kit is required"),
        (["churn:v1", "--decide", "a=keep"], "--decide takes"),
    ],
)
def test_what_makes_no_sense_is_said(arguments: list[str], said: str) -> None:
    answer = run_command("unpack", *arguments)
    assert answer.code == 1
    assert said.casefold() in answer.err.casefold()


def test_both_are_kept_or_each_file_is_decided_on(stored: None, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "src").mkdir(parents=True)
    (out / "model.bin").write_text("mine")
    (out / "src" / "train.py").write_text("mine")
    said = unpack(
        "churn:v1", "--filter=model,code", "-d", str(out), "--keep-both", "--decide", "src/train.py=skip"
    )
    assert "model (2).bin" in said
    assert (out / "model.bin").read_text() == "mine"
    assert (out / "model (2).bin").read_bytes() == noise(100)
    assert set(tree(out)) == {"model.bin", "model (2).bin", "src", "src/train.py"}
