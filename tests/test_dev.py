"""packaging/dev.py on machines that lack something: what it says, and what it asks apt for."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

DEV = Path(__file__).resolve().parents[1] / "packaging" / "dev.py"
INSTALLED = (
    "installed|libdbus-1-3|\ninstalled|libglib2.0-0t64|libglib2.0-0 (= 2.80.0-6)\nconfig-files|openbox|\n"
)


@pytest.fixture
def dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev", DEV)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """machine(program=script, ...): a machine with these programs alone; SAID is the file it gives."""
    said = tmp_path / "said"

    def build(**scripts: str) -> Path:
        for name, script in {
            "env": 'while [ "${1#*=}" != "$1" ]; do shift; done; exec "$@"',
            **scripts,
        }.items():
            program = tmp_path / name.replace("_", "-")
            program.write_text(f"#!/bin/sh\n{script.replace('SAID', str(said))}\n")
            program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        return said

    return build


def dpkg(installed: str = INSTALLED) -> str:
    return f"printf '%s' '{installed}'"


def test_missing_packages_are_named_and_installed(
    dev: ModuleType,
    machine: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    said = machine(dpkg_query=dpkg(), apt_get='echo "apt-get $@" >> SAID')
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    dev.provide_system_packages({"libdbus-1-3": "", "libglib2.0-0": "", "openbox": "", "xvfb": ""})
    assert said.read_text().splitlines() == [
        "apt-get update",
        "apt-get install --yes --no-install-recommends openbox xvfb",
    ]
    assert "openbox xvfb" in capfd.readouterr().out


def test_an_ordinary_user_installs_by_sudo(
    dev: ModuleType, machine: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = machine(dpkg_query=dpkg(), apt_get="", sudo='echo "sudo $@" >> SAID')
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    dev.provide_system_packages({"xvfb": ""})
    assert all(line.startswith("sudo env DEBIAN_FRONTEND=") for line in said.read_text().splitlines())
    assert "install --yes --no-install-recommends xvfb" in said.read_text()


def test_without_sudo_it_says_what_root_is_to_do(
    dev: ModuleType, machine: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(dpkg_query=dpkg(), apt_get="exit 9")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match=r"apt-get install .* xvfb"):
        dev.provide_system_packages({"xvfb": ""})


def test_without_apt_it_names_what_is_missing(dev: ModuleType, machine: Callable[..., Path]) -> None:
    machine(xdotool="")
    with pytest.raises(SystemExit) as stopped:
        dev.provide_system_packages({"xdotool": "xdotool", "openbox": "openbox", "libnone": "libnone.so.1"})
    assert "openbox" in str(stopped.value)
    assert "libnone.so.1" in str(stopped.value)
    assert "xdotool" not in str(stopped.value)


def test_nothing_is_asked_of_apt_when_nothing_is_missing(
    dev: ModuleType, machine: Callable[..., Path]
) -> None:
    said = machine(dpkg_query=dpkg(), apt_get="echo asked >> SAID")
    dev.provide_system_packages({"libdbus-1-3": ""})
    assert not said.exists()


def test_the_registry_is_unpacked_and_not_installed(
    dev: ModuleType, machine: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "REGISTRY", tmp_path / "docker-registry")
    unpack = '/bin/mkdir -p "$3/usr/bin"; : > "$3/usr/bin/docker-registry"; echo "dpkg-deb $1" >> SAID'
    said = machine(
        apt_get='echo "apt-get $3 $4" >> SAID; : > docker-registry_2.8.2_amd64.deb', dpkg_deb=unpack
    )
    dev.provide_registry()
    assert (tmp_path / "docker-registry" / "usr" / "bin" / "docker-registry").exists()
    dev.provide_registry()
    assert said.read_text().splitlines() == ["apt-get download docker-registry", "dpkg-deb --extract"]


def test_lists_of_packages_are_fetched_where_they_are_missing(
    dev: ModuleType, machine: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = machine(
        apt_get='echo "$@" >> SAID; [ "$1" = update ] && : > lists; [ ! -f lists ] || : > some_1.deb',
        sudo='exec "$@"',
    )
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert dev.downloaded("some", folder) == folder / "some_1.deb"
    assert said.read_text().splitlines()[1] == "update"


def test_a_registry_that_is_there_is_left_alone(dev: ModuleType, machine: Callable[..., Path]) -> None:
    said = machine(docker_registry="", apt_get="echo asked >> SAID", dpkg_deb="echo asked >> SAID")
    dev.provide_registry()
    assert not said.exists()


@pytest.mark.parametrize("programs", [{}, {"apt_get": "exit 100", "dpkg_deb": "exit 9"}])
def test_without_the_registry_it_says_what_is_skipped(
    dev: ModuleType,
    machine: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    programs: dict[str, str],
) -> None:
    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "REGISTRY", tmp_path / "docker-registry")
    machine(**programs)
    dev.provide_registry()
    assert "the tests that need a registry are skipped" in capfd.readouterr().out
    assert not (tmp_path / "docker-registry").exists()


def test_what_is_compiled_is_kept_apart_from_the_files(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "BYTECODE", tmp_path / "bytecode")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "imported.py").write_text("")
    command = [sys.executable, "-c", "import imported"]
    subprocess.run(command, cwd=tmp_path / "files", env=dev.environment_of_tests(), check=True)
    assert [path.name for path in (tmp_path / "files").iterdir()] == ["imported.py"]
    assert len(list((tmp_path / "bytecode").rglob("imported.*.pyc"))) == 1


def test_the_tests_that_run_alone_are_all_named(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    (tmp_path / "tests" / "ui").mkdir(parents=True)
    mark = "pytest." + "mark.{}".format("alone")  # this file is not one of them
    (tmp_path / "tests" / "test_all.py").write_text(f"pytestmark = [{mark}, pytest.mark.slow]\n")
    (tmp_path / "tests" / "test_none.py").write_text("def test_that_is_left_alone(): ...\n")
    (tmp_path / "tests" / "ui" / "test_one.py").write_text(f"@{mark}\ndef test_it(): ...\n")
    assert dev.tests([], None)["tests (pytest, one by one)"][-2:] == [
        "tests/test_all.py",
        "tests/ui/test_one.py",
    ]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="where it is in memory is known of Linux")
def test_in_ci_tests_write_into_memory_where_there_is_plenty(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "MEMORY", tmp_path)
    monkeypatch.setattr(dev, "ROOM", 0)
    monkeypatch.setenv("CI", "true")
    with dev.folder_in_memory() as folder:
        assert folder.parent == tmp_path
        together, alone = dev.tests([], folder).values()
        assert f"--basetemp={folder}/tests" in together
        assert not any("basetemp" in word for word in alone), "what measures time writes to a disk"
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("CI", "")
    with dev.folder_in_memory() as folder:
        assert folder is None
    monkeypatch.setenv("CI", "true")
    for name, value in (("ROOM", 1 << 60), ("MEMORY", tmp_path / "none")):
        monkeypatch.setattr(dev, name, value)
        with dev.folder_in_memory() as folder:
            assert folder is None


def run_dev(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    displays = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in displays} | variables
    command = [sys.executable, str(DEV), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_no_display_is_one_sentence() -> None:
    outcome = run_dev("run")
    assert outcome.returncode == 1
    assert outcome.stderr == (
        "There is no display to open the window on: neither DISPLAY nor WAYLAND_DISPLAY is set.\n"
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only X11 has displays with numbers")
def test_a_display_that_does_not_answer_is_one_sentence(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":987")
    assert dev.display_refused() == "The display :987 does not answer, so the window cannot open."


def test_an_unknown_command_shows_the_two_there_are() -> None:
    outcome = run_dev("launch")
    assert outcome.returncode == 2
    assert "dev.py run" in outcome.stdout
    assert "dev.py test" in outcome.stdout
