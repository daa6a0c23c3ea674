"""``files``, ``cat`` and ``preview`` of a repository of Hugging Face; what the other commands say of one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.http_server import Rule
from support.hub_repository import HubRepository
from support.hub_server import HubServer
from support.kit_commands import fine, refused
from support.model_files import safetensors, small_safetensors
from support.planted import HUB_TOKEN

TENSOR = {"dtype": "F32", "shape": [1000, 1000], "data_offsets": [0, 4_000_000]}
LARGE = safetensors({"weight": TENSOR}, 4_000_000)
PART = "model-0000{}-of-00002.safetensors"
README = b"# Churn\n"
ODD = "bell\x07.txt"
FILES = {
    "README.md": README,
    "empty.txt": b"",
    "model.safetensors": LARGE,
    "parts/" + PART.format(1): small_safetensors(),
    "parts/" + PART.format(2): small_safetensors(),
    ODD: b"no name for a file here",
}
LFS = [path for path in FILES if path.endswith(".safetensors")]
ADDRESS = "hf://Team/Churn"


@pytest.fixture(scope="module")
def model() -> HubRepository:
    return HubRepository("Team/Churn", files=FILES, lfs=LFS)


@pytest.fixture(scope="module")
def serving(model: HubRepository) -> Iterator[HubServer]:
    private = HubRepository("team/secret", private=True, files={"README.md": README})
    with HubServer(model, private, page_size=3) as server:
        yield server


@pytest.fixture
def hub(serving: HubServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv("HF_ENDPOINT", serving.origin)
    yield serving
    serving.rules.clear()
    serving.storage.rules.clear()


def test_files_are_listed_with_the_commit_they_are_of(hub: HubServer, model: HubRepository) -> None:
    answer = fine("files", ADDRESS)
    rows = [line.split() for line in answer.out.splitlines()]
    assert rows[0] == ["SIZE", "PATH"]
    assert ["3.8", "MiB", "model.safetensors"] in rows
    assert [row[-1] for row in rows[1:]] == sorted(path.replace("\x07", "\ufffd") for path in FILES)
    commit = model.find("main").sha
    assert answer.err == f"Listed from hf://Team/Churn@{commit}.\n"
    told = json.loads(fine("files", ADDRESS, "--format", "json").out)
    readme = next(row for row in told if row["path"] == "README.md")
    digest = f"git:{model.find('main').files['README.md'].oid}"
    assert readme == {"path": "README.md", "type": "file", "size": 8, "digest": digest, "commit": commit}


def test_a_tree_and_a_page_about_one_folder(hub: HubServer) -> None:
    tree = fine("files", f"{hub.origin}/Team/Churn", "--tree").out
    assert "parts/" in tree
    assert "1 folder, 6 files" in tree
    assert "(not downloaded: its name holds control characters)" in tree
    of_folder = fine("files", f"{hub.origin}/Team/Churn/tree/main/parts").out.splitlines()
    assert [line.split()[-1] for line in of_folder[1:]] == ["parts/" + PART.format(n) for n in (1, 2)]
    assert "has nothing at other" in refused("files", f"{ADDRESS}/other")


@pytest.mark.parametrize("arguments", [(ADDRESS, "README.md"), (f"{ADDRESS}/README.md",)])
def test_a_file_is_printed_and_checked(hub: HubServer, model: HubRepository, arguments: list[str]) -> None:
    answer = fine("cat", *arguments)
    file = model.find("main").files["README.md"]
    assert answer.out == README.decode()
    assert f"it has its digest, git:{file.oid}." in answer.err
    assert model.find("main").sha in answer.err


def test_a_large_file_is_checked_by_its_sha256(hub: HubServer, model: HubRepository) -> None:
    sha256 = model.find("main").files["parts/" + PART.format(1)].sha256
    assert f"its digest, sha256:{sha256}." in fine("cat", ADDRESS, "parts/" + PART.format(1)).err
    assert fine("cat", ADDRESS, "empty.txt").out == ""


@pytest.mark.parametrize(("path", "large"), [("README.md", False), ("parts/" + PART.format(1), True)])
def test_another_content_is_an_error(hub: HubServer, path: str, large: bool) -> None:
    where = hub.storage if large else hub
    where.rules.append(Rule(path="" if large else "resolve-cache", flip=3))
    said = refused("cat", ADDRESS, path)
    assert "A file came with another content than it has" in said
    assert "do not use it" in said


def test_a_preview_reads_little_and_says_where_it_is_from(hub: HubServer, model: HubRepository) -> None:
    before = hub.storage.bytes_sent
    answer = fine("preview", ADDRESS, "model.safetensors")
    assert "1000x1000" in answer.out
    assert "Read by range from Hugging Face: not verified." in answer.err
    assert model.find("main").sha in answer.err
    assert 0 < hub.storage.bytes_sent - before < 100_000
    told = json.loads(fine("preview", f"{ADDRESS}/model.safetensors", "--format", "json").out)
    assert (told["format"], told["parameters"]) == ("safetensors", 1_000_000)
    assert told["source"] == "Hugging Face, not verified"
    assert told["commit"] == model.find("main").sha
    assert "layer" not in told


def test_the_memory_is_that_of_all_parts_of_a_model(hub: HubServer) -> None:
    assert "one of 2 files of a model; the memory is for all" in (
        fine("preview", ADDRESS, "parts/" + PART.format(1)).err
    )


@pytest.mark.parametrize("command", ["cat", "preview"])
def test_what_cannot_be_read_says_why(hub: HubServer, command: str) -> None:
    assert "No PATH is given" in refused(command, ADDRESS)
    assert "No PATH is given" in refused(command, "churn:v1")
    assert "'parts' is a folder" in refused(command, ADDRESS, "parts")
    assert "cannot be read: its name holds control characters" in refused(command, ADDRESS, ODD)
    assert "Team/Churn has no such file" in refused(command, ADDRESS, "other.md")
    assert "about no repository" in refused(command, "https://huggingface.co/papers", "README.md")
    assert "access token and no password" in refused(
        command, ADDRESS, "README.md", "--username", "me", "--password-stdin"
    )


def test_what_is_private_is_read_with_the_token_and_never_with_a_registrys_password(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITOPS_DESKTOP_USERNAME", "me")
    monkeypatch.setenv("KITOPS_DESKTOP_PASSWORD", "of-a-registry")
    assert "shows no such model" in refused("cat", "hf://team/secret", "README.md")
    assert not hub.authorizations()
    monkeypatch.setenv("HF_TOKEN", HUB_TOKEN)
    assert fine("cat", "hf://team/secret", "README.md", "--clear-password").out == README.decode()


def test_a_name_stays_a_reference(hub: HubServer, tmp_path: Path) -> None:
    before = len(hub.exchanges)
    assert "no reference to a ModelKit" in refused("files", "Team/Churn")
    assert "must be lowercase" in refused("files", f"{hub.host}/Team/Churn").lower()
    (tmp_path / "Kitfile").write_text("manifestVersion: 1.0.0\ndocs:\n  - path: README.md\n")
    (tmp_path / "README.md").write_bytes(README)
    fine("pack", str(tmp_path), "-t", "huggingface.co/team/churn:v1")
    assert fine("cat", "huggingface.co/team/churn:v1", "README.md").out == README.decode()
    assert len(hub.exchanges) == before


@pytest.mark.parametrize(
    "line",
    [
        "pull {}",
        "unpack {}",
        "info {}",
        "inspect {}",
        "tag {} churn:v1",
        "push {}",
        "copy {} registry.example/team/churn:v1",
        "diff {} churn:v1",
        "remove {}",
        "index {}",
    ],
)
@pytest.mark.parametrize("address", ["hf://Team/Churn@v1/README.md", "https://huggingface.co/Team/Churn"])
def test_other_commands_say_that_it_is_no_modelkit(hub: HubServer, line: str, address: str) -> None:
    said = refused(*line.format(address).split())
    assert f"“{address}” is no ModelKit" in said
    revision = "@v1" if "@v1" in address else ""
    assert f"kitops-desktop import hf://Team/Churn{revision})" in said


@pytest.mark.parametrize("line", ["pull {}", "info --remote {}", "unpack {}", "list {}", "index {}"])
def test_nor_is_it_a_registry_of_kits(line: str) -> None:
    said = refused(*line.format("huggingface.co/team/churn:v1").split())
    assert "“huggingface.co/team/churn:v1” is no ModelKit" in said
    assert "kitops-desktop import hf://team/churn)" in said


def test_a_page_that_is_about_no_repository_is_named_so() -> None:
    assert "about no repository" in refused("pull", "https://huggingface.co/papers")
    assert "about no repository" in refused("files", "https://huggingface.co/papers")
