"""Commands that are killed at any byte of their work, and begun again (``support.kills``)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from support.kills import WAYS, shooting_range

KILLS_EACH = 2


@pytest.mark.slow
def test_killed_at_any_byte(tmp_path: Path) -> None:
    """Twice in each way. ``tests/faults/long_kills.py`` does the same for longer."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")  # noqa: T201 - shown when it fails
    with shooting_range(tmp_path, seed) as shooting:
        for way in WAYS * KILLS_EACH:
            shooting.kill(way)
    killed = [report for report in shooting.reports if report.killed]
    assert len(killed) >= len(WAYS) * KILLS_EACH - 2, "they died in their work"
