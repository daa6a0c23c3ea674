"""100,000 files inside a kit are listed, searched, sorted, scrolled and ticked without the window pausing.

Asserts times, as ``test_watchdog`` does: they must hold in three runs of three, or in three more.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.alone
LONGEST_MILLISECONDS = 50.0


def gaps() -> list[tuple[float, str]]:
    """The longest pause of each run in milliseconds, and what was done meanwhile; in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "support.files_watchdog"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.partition(" ") for line in done.stdout.splitlines()]
    return [(float(gap), what) for gap, _, what in lines]


def test_no_pause_of_the_window_with_100_000_files_inside_a_kit() -> None:
    first = gaps()
    if max(first)[0] > LONGEST_MILLISECONDS:
        again = gaps()
        assert max(again)[0] <= LONGEST_MILLISECONDS, (first, again)
