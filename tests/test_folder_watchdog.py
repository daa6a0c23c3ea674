"""The window never waits for a folder: no pause of its event loop over 50 ms while 30,000 files are opened in
the tree of a project, searched and sorted.

Asserts a time, as ``test_watchdog`` does: three runs of three, and once more when it did not hold.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LONGEST_MILLISECONDS = 50.0
FOLDERS, FILES_EACH, FILES_AT_TOP = 20, 500, 20_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Most of its files in one folder."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(FILES_AT_TOP):
        os.close(os.open(folder / f"{number:05}.json", os.O_CREAT))
    for number in range(FOLDERS):
        part = folder / f"part-{number:03}"
        part.mkdir()
        for name in range(FILES_EACH):
            os.close(os.open(part / f"{name:03}.csv", os.O_CREAT))
    return folder


def gaps(folder: Path) -> list[float]:
    """Milliseconds, of three runs in a process of their own."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "support.folder_watchdog", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [float(line) for line in done.stdout.split()]


@pytest.mark.alone
@pytest.mark.slow
def test_no_pause_of_the_window_while_a_large_folder_is_opened(folder: Path) -> None:
    first = gaps(folder)
    if max(first) > LONGEST_MILLISECONDS:
        again = gaps(folder)
        assert max(again) <= LONGEST_MILLISECONDS, (first, again)
