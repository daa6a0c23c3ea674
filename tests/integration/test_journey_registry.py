"""A kit goes to a registry that asks for a password, and a colleague's copy comes back: in a real window.

The registry, its certificate of an authority that nobody knows, and the keyring are real; everything is found
by role and name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.application import Application
from support.certificates import Authority
from support.desktop import Desktop
from support.planted import PASSWORD, USERNAME
from support.registry_server import RegistryServer
from support.secret_service import SecretService, secret_service
from support.trees import tree
from support.waiting import until

pytestmark = pytest.mark.window

NAME = "acme/bearing-faults"


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
def server(tmp_path: Path, authority: Authority) -> Iterator[RegistryServer]:
    with RegistryServer(
        tmp_path / "registry",
        passwords={USERNAME: PASSWORD},
        identity=authority.server(),
        authority=authority,
    ) as server:
        yield server


@pytest.fixture
def desktops_keyring(desktop: Desktop) -> Iterator[SecretService]:
    with secret_service(desktop.environment) as service:
        yield service


def test_from_a_folder_to_a_colleague(
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
    sign_in(window, server.host)
    assert [PASSWORD in secret for _, secret in desktops_keyring.items().values()] == [True]

    kit = f"{server.host}/{NAME}:v1"
    open_folder(window, sample_folder)
    pack_and_push(window, kit)
    assert server.count("PUT", f"/{NAME}/manifests/v1") == 1
    remove_here(window, kit)

    browse(window, server.host)
    look_inside(window)
    target = tmp_path / "colleague"
    pull_and_unpack(window, target)
    assert tree(target, without=("Kitfile",)) == tree(sample_folder, without=("Kitfile",))
    assert (target / "Kitfile").exists()


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


def look_inside(window: Application) -> None:
    window.find("page tab", "Files").click()
    window.find("table cell", "predict.py")
    window.find("label", re.compile(r"^[0-9.]+ \w+ of [0-9.]+ \w+ read"))


def pull_and_unpack(window: Application, target: Path) -> None:
    window.find("push button", "Pull & unpack…").click()
    window.find("text", "Unpack into").type(str(target))
    window.find("push button", "Pull & unpack", state="sensitive").click()
    until((target / "Kitfile").exists, "the unpacked kit", explain=window.explain)
    window.find("label", re.compile("^(Unpacked|Pulled and unpacked) "))
