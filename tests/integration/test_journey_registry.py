"""A kit goes to a registry that asks for a password, and a colleague's copy comes back: in a real window.

The registry, its certificate of an authority that nobody knows, and the keyring are real; everything is found
by role and name.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.application import Application
from support.certificates import Authority
from support.desktop import Desktop
from support.planted import PASSWORD, USERNAME
from support.registry_server import RegistryServer
from support.secret_service import SecretService
from support.trees import Tree, tree
from support.waiting import until

pytestmark = pytest.mark.window

NAME = "acme/bearing-faults"
SOME = ("test.csv", "config.json", "predict.py")


def test_from_a_folder_to_a_colleague(
    desktop: Desktop,
    guarded_server: RegistryServer,
    authority: Authority,
    desktops_keyring: SecretService,
    sample_folder: Path,
    tmp_path: Path,
    after_first_run: None,
) -> None:
    window, server = desktop.start_kitops(), guarded_server
    window.place(40, 30, 1240, 820)
    add_registry(window, server.host, authority.write(tmp_path / "authority.pem"))
    sign_in(window, server.host)
    assert [PASSWORD in secret for _, secret in desktops_keyring.items().values()] == [True]

    kit = f"{server.host}/{NAME}:v1"
    open_folder(window, sample_folder)
    pack_and_push(window, kit)
    assert server.count("PUT", f"/{NAME}/manifests/v1") == 1
    remove_here(window, kit)

    browse(window, server.host)
    see_tensors(window)
    part, target = tmp_path / "part", tmp_path / "colleague"
    tick(window, *SOME)
    pull_and_unpack_ticked(window, part)
    assert tree(part) == some_of(sample_folder)
    pull_and_unpack(window, target)
    assert tree(target, without=("Kitfile",)) == tree(sample_folder, without=("Kitfile",))
    assert (target / "Kitfile").exists()


def some_of(folder: Path) -> Tree:
    """The files that are ticked, in their folders."""
    return {
        name: value
        for name, value in tree(folder).items()
        if name in ("data", "model") or name.endswith(SOME)
    }


def add_registry(window: Application, host: str, authority: Path) -> None:
    window.find("radio button", re.compile("^Registries")).click()
    window.find("push button", "Add registry…").click()
    window.find("text", "Registry").type(host)
    window.find("push button", "Test the connection", state="sensitive").click()
    window.find("label", re.compile("authority this computer does not know"))
    window.find("push button", "More options").click()
    window.find("text", "CA certificate file").type(str(authority))
    window.find("push button", "Add", state="sensitive").click()


def sign_in(window: Application, host: str) -> None:
    window.find("text", "User name").type(USERNAME)
    window.find("password text", "Password or access token").click()
    window.desktop.type(PASSWORD)
    window.find("push button", "Sign in", state="sensitive").click()
    window.find("label", re.compile(f"Signed in to {re.escape(host)}"))


def open_folder(window: Application, folder: Path) -> None:
    window.desktop.keys("ctrl+o")
    window.find("text", "Directory:", state="focused")
    window.desktop.type(str(folder))
    window.tab_to("push button", "Choose")
    window.desktop.keys("space")
    window.find("text", "Package name").wait_text("bearing-faults")


def pack_and_push(window: Application, kit: str) -> None:
    window.find("push button", "Pack…").click()
    window.find("text", "Reference").type(kit)
    window.find("label", re.compile("^v1 is a new tag at "))
    window.find("push button", "Pack & push", state="sensitive").click()
    window.find("label", re.compile("^Packed and pushed .*v1"))


def remove_here(window: Application, kit: str) -> None:
    window.find("radio button", re.compile("^Library")).click()
    window.find("table cell", kit).click()
    window.desktop.keys("Delete")
    window.gone("table cell", kit)


def browse(window: Application, host: str) -> None:
    window.find("radio button", re.compile("^Registries")).click()
    window.find("table cell", host).click(times=2)
    window.find("table cell", NAME).click(times=2)
    window.find("table cell", "v1").click(times=2)


def see_tensors(window: Application) -> None:
    """What is in the weights, of which little was fetched for that."""
    window.find("page tab", "Files").click()
    window.find("label", re.compile(r"^[0-9.]+ \w+ of [0-9.]+ \w+ read"))
    window.find("label", re.compile("^7 files, "))
    window.gone("progress bar", "Listing files")
    window.find("text", "Filter files").type("safetensors")
    window.find("table cell", "bearing-faults.safetensors").click()
    window.find("page tab", "Tensors (6)").click()
    window.find("table cell", "hidden.weight")
    window.find("label", re.compile("^Read by range from the registry: not verified by the digest"))


def tick(window: Application, *names: str) -> None:
    for number, name in enumerate(names, start=1):
        window.find("text", "Filter files").type(name)
        window.find("table cell", name).click_tick()
        window.find("label", re.compile(f"^{number} files? ticked"))


def pull_and_unpack_ticked(window: Application, target: Path) -> None:
    window.find("push button", "Pull & unpack ticked…").click()
    window.find("text", "Unpack into").type(str(target))
    window.find("push button", "Pull & unpack", state="sensitive").click()
    window.find("label", re.compile("^Unpacked 3 files"))


def pull_and_unpack(window: Application, target: Path) -> None:
    """Everything, and elsewhere than the last time."""
    window.desktop.keys("ctrl+shift+u")
    window.find("text", "Unpack into").type(str(target))
    window.find("radio button", "Everything").click()
    window.find("push button", "Pull & unpack", state="sensitive", nth=1).click()
    until((target / "Kitfile").exists, "the unpacked kit", explain=window.explain)
    window.find("label", re.compile("^(Unpacked|Pulled and unpacked) "))
