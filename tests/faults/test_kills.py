"""Commands that are killed at any byte of their work, and begun again (``support.kills``)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from support.kills import WAYS, shooting_range

KILLS_EACH = 2
COMMANDS = tuple(dict.fromkeys(way.command for way in WAYS))


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_any_byte(command: str, tmp_path: Path) -> None:
    """Twice in each way. ``tests/faults/long_kills.py`` does the same for longer."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")  # noqa: T201 - shown when it fails
    ways = [way for way in WAYS if way.command == command] * KILLS_EACH
    with shooting_range(tmp_path, seed) as shooting:
        for way in ways:
            shooting.kill(way)
    assert any(report.killed for report in shooting.reports), "they died in their work"
