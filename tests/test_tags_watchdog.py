"""A registry of 500 repositories, one of which has 5,000 tags: the window answers to typing and scrolling
without a pause of its event loop over 50 ms, and asks for nothing but what came to rest on view.

Asserts a time, as ``test_watchdog`` does: three runs of three, or three more.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kitops_desktop.registry.host import HostOptions
from kitops_desktop.workspace import open_workspace
from support.odd_registry import OddRegistry

pytestmark = [pytest.mark.alone, pytest.mark.slow]
LONGEST_MILLISECONDS = 50.0
REPOSITORIES, TAGS, VERSIONS = 500, 5_000, 400
MANY = "team/many"
CONFIG = "application/vnd.kitops.modelkit.config.v1+json"


@pytest.fixture
def registry() -> Iterator[OddRegistry]:
    """Every version is signed, by cosign's tag."""
    with OddRegistry() as server:
        kits = [kit(server, number) for number in range(VERSIONS)]
        for number in range(TAGS):
            server.tags[f"{MANY}:v{number // 1000}.{number % 1000}"] = kits[number % VERSIONS]
        for digest in kits:
            server.tags[f"{MANY}:{digest.replace(':', '-')}.sig"] = kits[0]
        for number in range(REPOSITORIES - 1):
            server.tags[f"part-{number % 9}/model-{number}:v1"] = kits[0]
        yield server


def kit(server: OddRegistry, number: int) -> str:
    package = {"name": f"churn {number}", "license": "Apache-2.0", "description": "who leaves"}
    config = json.dumps({"manifestVersion": "1.0.0", "package": package}).encode()
    described = {"mediaType": CONFIG, "digest": server.add_blob(config), "size": len(config)}
    manifest = {"schemaVersion": 2, "config": described, "layers": []}
    return server.add_manifest(MANY, f"v{number}", json.dumps(manifest).encode())


def looked_through(registry: OddRegistry) -> dict[str, Any]:
    """The worst of three runs, in a process of their own."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "support.tags_watchdog", registry.host, MANY],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_many_repositories_and_tags_without_a_pause(registry: OddRegistry, home: Path) -> None:
    workspace = open_workspace()
    workspace.save_registry(registry.host, HostOptions(plain_http=True))
    workspace.close()
    found = looked_through(registry)
    asked = {one.path.rpartition("/")[2] for one in registry.asked("*", f"{MANY}/manifests/v")}
    assert asked
    assert asked <= set(found["looked_at"])
    assert len(asked) < 300, "rows were read that nobody rested on"
    if found["gap"] > LONGEST_MILLISECONDS:
        again = looked_through(registry)
        assert again["gap"] <= LONGEST_MILLISECONDS, [(one["gap"], one["during"]) for one in (found, again)]
