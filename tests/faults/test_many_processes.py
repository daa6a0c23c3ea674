"""Many processes at once that pull into one store, or push the same to one repository."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.push_job import PushWork, push_kit
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.workspace import Workspace
from support.computers import computer, write_project
from support.logging_proxy import LoggingProxy
from support.repositories import MIB, noise
from support.stored_kits import broken_rules

PROCESSES = 24
KITS = 4
SECONDS = 240.0


def run_all(commands: Sequence[Sequence[str]], home: Path) -> list[str]:
    """Run commands side by side on the store ``home``; gives what those wrote that failed."""
    environment = {**os.environ, "KITOPS_HOME": str(home)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "kitops_desktop", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        for command in commands
    ]
    outputs = [process.communicate(timeout=SECONDS)[0] for process in processes]
    return [said for process, said in zip(processes, outputs, strict=True) if process.returncode]


def packed(workspace: Workspace, folder: Path, number: int) -> str:
    """A kit with a layer of its own and one that all share."""
    project = write_project(folder / str(number), f"kit{number}", model=noise(MIB, seed=7))
    (project / "src" / "train.py").write_bytes(noise(300_000, seed=number))
    pack_folder(PackWork(project, f"kit{number}:v1"), workspace.tools)
    return f"kit{number}:v1"


@pytest.mark.slow
def test_24_pulls_into_one_store(forgetting: Callable[..., LoggingProxy], tmp_path: Path) -> None:
    proxy = forgetting()
    with computer(tmp_path / "mine", proxy.host) as mine:
        for number in range(KITS):
            source = packed(mine, tmp_path / "projects", number)
            push_kit(PushWork(source, f"{proxy.host}/many/{source}"), mine.tools)
    references = [f"{proxy.host}/many/kit{number % KITS}:v1" for number in range(PROCESSES)]
    home = tmp_path / "store"
    assert run_all([["pull", "--plain-http", reference] for reference in references], home) == []
    store = LocalStore(home)
    assert store.verify().damage == ()
    assert broken_rules(home) == []
    assert list((home / "kitops-desktop" / "partial").iterdir()) == []
    mine_store = LocalStore(tmp_path / "mine" / "kitops")
    for number in range(KITS):
        pulled = store.resolve(parse_reference(f"{proxy.host}/many/kit{number}:v1"))
        assert pulled == mine_store.resolve(parse_reference(f"kit{number}:v1"))


@pytest.mark.slow
def test_pushes_of_the_same_kit_from_several_processes(
    keeping: Callable[..., LoggingProxy], tmp_path: Path
) -> None:
    """They do not disturb one another's uploads, remembered as these are."""
    proxy = keeping()
    with computer(tmp_path / "mine", proxy.host) as mine:
        source = packed(mine, tmp_path / "projects", 99)
    target = f"{proxy.host}/same/kit:v1"
    home = tmp_path / "mine" / "kitops"
    assert run_all([["push", "--plain-http", source, target]] * 6, home) == []
    run_all([["pull", "--plain-http", target]], tmp_path / "theirs")
    theirs = LocalStore(tmp_path / "theirs")
    assert theirs.resolve(parse_reference(target)) == LocalStore(home).resolve(parse_reference(source))
    assert theirs.verify().damage == ()
