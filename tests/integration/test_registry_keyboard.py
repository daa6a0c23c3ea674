"""A registry is added, looked through and pulled from by keys alone: the mouse is not touched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from support.application import Application
from support.certificates import Authority
from support.computers import computer
from support.desktop import Desktop
from support.planted import PASSWORD, USERNAME
from support.registry_server import RegistryServer, push_stored
from support.secret_service import SecretService
from support.trees import tree

pytestmark = pytest.mark.window

NAME = "acme/bearing-faults"
SOME = ("README.md", "predict.py", "LICENSE")


@pytest.fixture
def server(guarded_server: RegistryServer, sample_folder: Path, tmp_path: Path) -> RegistryServer:
    """With the sample kit in it."""
    with computer(tmp_path / "packer") as packer:
        packed = pack_folder(PackWork(sample_folder, "bearing-faults:v1"), packer.tools).packed
        push_stored(
            guarded_server, packer.store.home / "storage" / "blobs", packed.manifest.digest, NAME, ["v1"]
        )
    return guarded_server


def test_a_kit_is_found_and_three_files_of_it_are_taken(
    desktop: Desktop,
    server: RegistryServer,
    authority: Authority,
    desktops_keyring: SecretService,
    sample_folder: Path,
    tmp_path: Path,
    after_first_run: None,
) -> None:
    window = desktop.start_kitops()
    window.place(40, 30, 1240, 820)
    add_registry(window, server.host, authority.write(tmp_path / "authority.pem"))
    sign_in(window)
    to_the_kit(window)
    see_tensors(window)
    tick(window)
    target = tmp_path / "here"
    pull_and_unpack(window, target)
    window.find("label", re.compile("^Unpacked 3 files"))
    assert tree(target) == {name: found for name, found in tree(sample_folder).items() if name in SOME}


def add_registry(window: Application, host: str, authority: Path) -> None:
    keys = window.desktop.keys
    window.find("push button", "Choose a folder…")
    keys("ctrl+3")
    window.tab_to("push button", "Add registry…")
    keys("space")
    window.find("text", "Registry", state="focused")
    window.desktop.type(host)
    window.tab_to("push button", "More options")
    keys("space")
    window.tab_to("text", "CA certificate file")
    window.desktop.type(str(authority))
    window.find("push button", "Add", state="sensitive")
    keys("Return")


def sign_in(window: Application) -> None:
    window.find("text", "User name", state="focused")
    window.desktop.type(USERNAME)
    window.tab_to("password text", "Password or access token")
    window.desktop.type(PASSWORD)
    window.find("push button", "Sign in", state="sensitive")
    window.desktop.keys("Return")
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


def see_tensors(window: Application) -> None:
    keys = window.desktop.keys
    keys("Right")
    window.find("page tab", "Files", state="focused")
    window.find("label", re.compile("^7 files, "))
    window.gone("progress bar", "Listing files")
    window.tab_to("text", "Filter files")
    to_file(window, "safetensors", downs=2)
    window.find("page tab", "Tensors (6)")


def tick(window: Application) -> None:
    """One after the other, found by their names."""
    for number, name in enumerate(SOME, start=1):
        window.tab_to("text", "Filter files", key="shift+Tab")
        to_file(window, name, downs=1)
        window.desktop.keys("space")
        window.find("label", re.compile(f"^{number} files? ticked"))


def to_file(window: Application, name: str, downs: int) -> None:
    """Down from the filter to a row that it shows."""
    keys = window.desktop.keys
    keys("ctrl+a")
    window.desktop.type(name)
    window.find("table cell", re.compile(name))
    other = "predict.py" if name in "LICENSE" else "LICENSE"
    window.gone("table cell", other)  # so what is shown is what was found
    keys(*["Down"] * downs)


def pull_and_unpack(window: Application, target: Path) -> None:
    keys = window.desktop.keys
    keys("ctrl+u")
    window.find("text", "Unpack into", state="focused")
    keys("ctrl+a")
    window.desktop.type(str(target))
    window.find("label", re.compile("^Fetches "))
    window.find("push button", "Pull & unpack", state="sensitive")
    keys("Return")
