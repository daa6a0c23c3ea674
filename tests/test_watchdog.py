"""The window never waits: no pause of its event loop over 50 ms while 10,000 files are packed, and while four
transfers run beside that.

The one kind of test that asserts a time. It must hold in three runs of three; when it did not, it is measured
once more, since other programs may have had the processors.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.registry.host import HostOptions
from kitops_desktop.workspace import open_workspace
from support.registry_server import RegistryServer

pytestmark = pytest.mark.alone
LONGEST_MILLISECONDS = 50.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of 10,000 files."""
    folder = tmp_path_factory.mktemp("watched") / "project"
    for number in range(100):
        part = folder / "data" / f"{number:02}"
        part.mkdir(parents=True)
        for name in range(100):
            (part / f"{name:02}.json").write_text(f"{number} {name}\n" * 50)
    (folder / "Kitfile").write_text("manifestVersion: 1.0.0\ndatasets:\n  - path: data\n")
    return folder


def longest_gap(folder: Path, run: int, *arguments: str) -> float:
    """Milliseconds, in a process of its own."""
    (folder / "data" / "00" / "00.json").write_text(f"run {run}")  # so that the layer is made anew
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "support.watchdog", str(folder), f"watched:v{run}", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


def assert_fluid(measured: Callable[[int], float]) -> None:
    gaps = [measured(run) for run in range(3)]
    if max(gaps) > LONGEST_MILLISECONDS:
        again = [measured(run) for run in range(3, 6)]
        assert max(again) <= LONGEST_MILLISECONDS, (gaps, again)


def test_no_pause_of_the_window_while_10_000_files_are_packed(folder: Path) -> None:
    assert_fluid(lambda run: longest_gap(folder, run))


def test_no_pause_of_the_window_while_four_transfers_run_beside_that(
    folder: Path, tmp_path: Path, home: Path
) -> None:
    def measured(run: int) -> float:
        with RegistryServer(tmp_path / "registry", elsewhere=True) as server:
            workspace = open_workspace()
            workspace.save_registry(server.host, HostOptions(plain_http=True))
            workspace.change_settings(transfer_slots=4)
            workspace.close()
            gap = longest_gap(folder, run, server.host)
        for used in (home / "kitops", tmp_path / "registry", *folder.parent.glob("model-*")):
            shutil.rmtree(used)
        shutil.rmtree(folder.parent / "unpacked")
        return gap

    assert_fluid(measured)
