"""A whole kit to a registry and back, by the jobs and with what the settings say of the host."""

from __future__ import annotations

import base64
import json
import os
import shutil
from pathlib import Path

from kitops_desktop.jobs.pull_job import Pulled, PullWork, pull_kit
from kitops_desktop.jobs.push_job import Pushed, PushWork, push_kit
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.workspace import open_workspace
from support.planted import PASSWORD, USERNAME

GOLDEN = Path(__file__).parents[1] / "data" / "golden"
REFERENCE = "reg.example.com/team/all:v1"
"""What the kit of the golden case 01 is called in its store."""


def settle(host: str, options: HostOptions) -> None:
    """Enter a registry in the settings."""
    workspace = open_workspace()
    try:
        workspace.save_registry(host, options)
    finally:
        workspace.close()


def signed_in(host: str, username: str = USERNAME, password: str = PASSWORD) -> None:
    """Have Docker's file hold the sign-in of a host, and no other."""
    folder = Path(os.environ["HOME"]) / ".docker"
    folder.mkdir(exist_ok=True)
    secret = base64.b64encode(f"{username}:{password}".encode()).decode()
    (folder / "config.json").write_text(json.dumps({"auths": {host: {"auth": secret}}}), encoding="utf-8")


def golden_store(home: Path, case: str = "01-all-sections") -> Path:
    """Make ``home`` a copy of a store that the real kit wrote."""
    shutil.copytree(GOLDEN / case / "storage", home / "storage")
    return home


def push(home: Path, target: str, source: str = REFERENCE) -> Pushed:
    """Push a kit of the store ``home``."""
    workspace = open_workspace(home=str(home))
    try:
        return push_kit(PushWork(source, target), workspace.tools)
    finally:
        workspace.close()


def pull(home: Path, reference: str) -> Pulled:
    """Pull a kit into the store ``home``."""
    workspace = open_workspace(home=str(home))
    try:
        return pull_kit(PullWork(reference), workspace.tools)
    finally:
        workspace.close()


def blobs(home: Path) -> dict[str, bytes]:
    """All blobs of a store by their digest."""
    return {path.name: path.read_bytes() for path in (home / "storage" / "blobs" / "sha256").iterdir()}


def there_and_back(folder: Path, host: str) -> None:
    """Push the golden kit to team/kit:v1 of a host, pull it into a new store, and compare every byte."""
    home, other = golden_store(folder / "here"), folder / "there"
    pushed = push(home, f"{host}/team/kit:v1")
    pulled = pull(other, f"{host}/team/kit:v1")
    assert pulled.found.kit.descriptor.digest == pushed.manifest.digest
    assert blobs(other) == blobs(home)
