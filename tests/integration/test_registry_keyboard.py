"""A registry is added, looked through and pulled from by keys alone: the mouse is not touched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.application import Application
from support.desktop import Desktop
from support.registry_server import RegistryServer, push_golden
from support.waiting import until

pytestmark = pytest.mark.window

GOLDEN = Path(__file__).parents[1] / "data" / "golden" / "01-all-sections"
NAME = "acme/churn"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path / "registry") as server:
        push_golden(server, GOLDEN, NAME, ["v1"])
        yield server


def test_a_kit_is_found_and_unpacked(
    desktop: Desktop, server: RegistryServer, tmp_path: Path, after_first_run: None
) -> None:
    window = desktop.start_kitops()
    add_registry(window, server.host)
    to_the_kit(window)
    target = tmp_path / "here"
    pull_and_unpack(window, target)
    window.find("label", re.compile("^(Unpacked|Pulled and unpacked) "))
    assert (target / "Kitfile").exists()


def add_registry(window: Application, host: str) -> None:
    keys = window.desktop.keys
    window.find("push button", "Choose a folder…")
    keys("ctrl+3")
    window.tab_to("push button", "Add registry…")
    keys("space")
    window.find("text", "Registry", state="focused")
    window.desktop.type(f"http://{host}")
    window.find("push button", "Add", state="sensitive")
    keys("Return")
    window.find("table cell", NAME)


def to_the_kit(window: Application) -> None:
    """Down the tree to the repository, over to its tags, and into the kit."""
    keys = window.desktop.keys
    window.tab_to("table cell", re.compile(r"^acme/, 1 repository"))
    keys("Down", "Return")
    window.find("table cell", "v1")
    window.tab_to("table cell", "v1")
    keys("Return")
    window.find("page tab", "Overview", state="focused")


def pull_and_unpack(window: Application, target: Path) -> None:
    keys = window.desktop.keys
    keys("ctrl+u")
    window.find("text", "Unpack into", state="focused")
    keys("ctrl+a")
    window.desktop.type(str(target))
    window.find("label", re.compile("^Fetches "))
    window.find("push button", "Pull & unpack", state="sensitive")
    keys("Return")
    until((target / "Kitfile").exists, "the unpacked kit", explain=window.explain)
