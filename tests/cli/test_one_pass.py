"""``pack --push`` and ``unpack --keep``: one pass instead of two commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.computers import write_project
from support.kit_commands import run_command
from support.registry_server import RegistryServer
from support.trees import tree

PLAIN = "--plain-http"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    """Shared by the tests of this module, which each have repositories of their own."""
    with RegistryServer(tmp_path_factory.mktemp("registry")) as server:
        yield server


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "churn")


def test_packed_straight_into_a_registry(project: Path, registry: RegistryServer, tmp_path: Path) -> None:
    target = f"{registry.host}/straight/churn:v1"
    answer = run_command("pack", str(project), "-t", f"{target},latest", "--push", PLAIN)
    assert answer.code == 0, answer.err
    pushed = answer.out.splitlines()[-1].removeprefix("Pushed ")
    assert "2 layers, up to 11.0 KiB to send: what of it is already there is not yet known." in answer.err
    assert run_command("list").out.splitlines()[1:] == []  # nothing is stored here
    assert f"Model saved: {pushed}" in run_command("pack", str(project), "-t", "churn:v1").out
    out = tmp_path / "out"
    answer = run_command("unpack", f"{registry.host}/straight/churn:latest", "-d", str(out), "--keep", PLAIN)
    assert answer.code == 0, answer.err
    assert {"model.bin", "src/train.py"} < set(tree(out))
    assert "straight/churn" in run_command("list").out


def test_kept_here_too(project: Path, registry: RegistryServer) -> None:
    target = f"{registry.host}/kept/churn:v1"
    answer = run_command("pack", str(project), "-t", target, "--push", "--keep", PLAIN)
    assert answer.code == 0, answer.err
    assert "kept/churn" in run_command("list").out


def test_compressed_layers_are_packed_first_and_that_is_said(project: Path, registry: RegistryServer) -> None:
    target = f"{registry.host}/zstd/churn:v1"
    answer = run_command("pack", str(project), "-t", target, "--push", "--compression", "zstd", PLAIN)
    assert answer.code == 0, answer.err
    assert "Compressed layers are packed into the local store first" in answer.err


def test_the_tag_is_moved_only_as_agreed(project: Path, registry: RegistryServer) -> None:
    words = ("pack", str(project), "-t", f"{registry.host}/agreed/churn:v1", "--push", PLAIN)
    assert run_command(*words, "--no-overwrite").code == 0
    assert run_command(*words, "--no-overwrite").code == 0  # it is that very kit
    (project / "model.bin").write_bytes(b"other")
    answer = run_command(*words, "--no-overwrite")
    assert answer.code == 1
    assert "agreed/churn:v1" in answer.err


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--push"], "--push needs the name of the kit in a registry: --tag REFERENCE"),
        (["--push", "-t", "churn:v1"], "Registry is required when pushing"),
        (["--push", "-t", "localhost:5000/a:v1,no tag"], "'no tag' cannot be a tag in a registry"),
        (["--push", "-t", "localhost:5000/a:v1", "--if-target", "v1"], "--if-target needs a digest"),
        (["--keep", "-t", "churn:v1"], "--keep, --index, --no-overwrite and --if-target are for --push"),
    ],
)
def test_wrong_usage_is_said(project: Path, flags: list[str], said: str) -> None:
    answer = run_command("pack", str(project), *flags)
    assert answer.code == 1
    assert said in answer.err
