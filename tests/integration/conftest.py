"""The desktop on which integration tests open real windows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.certificates import Authority
from support.desktop import Desktop
from support.planted import PASSWORD, USERNAME
from support.portal import Portal
from support.registry_server import RegistryServer
from support.secret_service import SecretService, secret_service

SAMPLE_KIT = Path(__file__).parents[2] / "resources" / "sample-kit"


@pytest.fixture(scope="session")
def shared_desktop() -> Iterator[Desktop]:
    """One X server, window manager and D-Bus session for the whole run."""
    with Desktop() as desktop:
        yield desktop


@pytest.fixture
def portal(desktop: Desktop) -> Iterator[Portal]:
    """What the desktop prefers, light or dark; start what is to follow it with the variables `FOLLOWING`."""
    with Portal(desktop.environment) as portal:
        yield portal


@pytest.fixture
def desktop(shared_desktop: Desktop) -> Iterator[Desktop]:
    """The desktop with nothing open; what the test starts on it is ended after the test."""
    yield shared_desktop
    shared_desktop.stop_applications()


@pytest.fixture
def run_command() -> Callable[..., str]:
    """run_command("pack", ...): what the command line prints, with the folders of the test."""

    def run(*arguments: str | os.PathLike[str]) -> str:
        command = [sys.executable, "-P", "-m", "kitops_desktop", *map(os.fspath, arguments)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    return run


@pytest.fixture
def sample_folder(tmp_path: Path) -> Path:
    """The sample kit as a project of the user's."""
    return shutil.copytree(SAMPLE_KIT, tmp_path / "bearing-faults")


@pytest.fixture
def settings_file(home: Path) -> Path:
    """Where the window keeps its settings."""
    return home / "config" / "kitops-desktop" / "settings.json"


@pytest.fixture
def after_first_run(settings_file: Path) -> None:
    """The window begins with the library."""
    settings_file.parent.mkdir(parents=True)
    settings_file.write_text('{"first_run_done": true}')


@pytest.fixture
def authority() -> Authority:
    """One that nobody knows."""
    return Authority()


@pytest.fixture
def guarded_server(tmp_path: Path, authority: Authority) -> Iterator[RegistryServer]:
    """A registry that asks for a password, with a certificate of ``authority``."""
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
