"""Fixtures for every test: its own folders, the golden ModelKits, and a system that says no."""

from __future__ import annotations

import gc
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from support import privileges, programs, secret_service
from support import small_disk as disks

pytest_plugins = ("support.secret_watch",)

# Tests in this process draw into memory, display or not; the ones marked `window` start their own X server.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

# How long an example takes says more of the machine than of us.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

# Python would look for cycles in any thread, and end objects of Qt there that live in this one; the window's
# own program takes care of that too (kitops_desktop/ui/cycle_collection.py).
gc.disable()

GOLDEN = Path(__file__).parent / "data" / "golden"
FOREIGN_SETTINGS = (
    *("DOCKER_CONFIG", "DOCKER_AUTH_CONFIG", "KITOPS_DESKTOP_USERNAME", "KITOPS_DESKTOP_PASSWORD"),
    *("HF_ENDPOINT", "HF_TOKEN"),
    *("DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND"),  # no test reaches the keyring of whoever runs it
)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new home folder with KITOPS_HOME and all XDG folders in it, so that no test touches the real one."""
    home = tmp_path_factory.mktemp("home")
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("KITOPS_HOME", str(home / "kitops"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={runtime}/no-bus")  # no test keeps us awake
    for name in FOREIGN_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(autouse=True)
def cycles() -> Iterator[None]:
    """Cycles are looked for here, after each test, as often as Python would have done it."""
    yield
    thresholds, counts = gc.get_threshold(), gc.get_count()
    gc.collect(max((age for age in (0, 1, 2) if counts[age] > thresholds[age]), default=0))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: no search for cycles goes through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def golden() -> Path:
    """The folder of the ModelKits that the real kit made; its README.md says what is in it."""
    return GOLDEN


@pytest.fixture
def extract_input(tmp_path: Path) -> Callable[..., Path]:
    """extract_input(case, target=tmp_path / "input"): a golden case's input with all its modes and links."""

    def extract(case: str, target: Path | None = None) -> Path:
        folder = target or tmp_path / "input"
        folder.mkdir(parents=True)
        archive = GOLDEN / case / "input.tar"
        subprocess.run(["tar", "-xpf", str(archive), "-C", str(folder)], check=True)
        return folder

    return extract


@pytest.fixture
def require_program() -> Callable[[str], str]:
    """require_program(name): its path; without it the test is skipped, or fails under ``CI=true``."""
    return programs.require_program


@pytest.fixture
def keyring(home: Path) -> Iterator[secret_service.SecretService]:
    """A real keyring, unlocked and empty, that this process and what it starts can reach."""
    with secret_service.secret_service() as service:
        yield service


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """small_disk(size, name="disk"): the folder of a new, empty file system that holds `size` bytes."""
    with ExitStack() as mounted:

        def mount(size: int, name: str = "disk") -> Path:
            return mounted.enter_context(disks.small_disk(tmp_path / name, size))

        yield mount


@pytest.fixture
def run_unprivileged() -> Callable[..., subprocess.CompletedProcess[str]]:
    """run_unprivileged(argv, env=None, cwd=None): run a program whom file permissions stop, even as root."""
    return privileges.run_unprivileged
