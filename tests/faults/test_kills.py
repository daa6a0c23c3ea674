"""Commands that are killed at any byte of their work, and begun again (``support.kills``)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from support.kills import WAYS, shooting_range

COMMANDS = tuple(dict.fromkeys(way.command for way in WAYS))


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_any_byte(command: str, tmp_path: Path) -> None:
    """Once in each way, and twice in those that upload. ``tests/faults/long_kills.py`` does it for longer."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")  # noqa: T201 - shown when it fails
    with shooting_range(tmp_path, seed) as shooting:
        for way in WAYS:
            for _ in range(0 if way.command != command else 2 if way.uploads else 1):
                shooting.kill(way)
    assert any(report.killed for report in shooting.reports), "they died in their work"
