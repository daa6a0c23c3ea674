"""A hundred kills and their figures: ``python tests/faults/long_kills.py [KILLS] [SEED]``.

Prints one line for each, and at the end how many bytes were sent again (``docs/reliability.md`` has them).
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.kills import WAYS, Report, shooting_range


def main(kills: int = 100, seed: int | None = None) -> int:
    seed = random.randrange(1 << 32) if seed is None else seed
    _say(f"{kills} kills, seed {seed}")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        os.environ["HOME"] = os.environ["USERPROFILE"] = str(home)
        for name in ("CONFIG", "DATA", "STATE", "CACHE"):
            os.environ[f"XDG_{name}_HOME"] = str(home / name.lower())
        with shooting_range(Path(folder), seed) as shooting:
            for number in range(kills):
                report = shooting.kill(WAYS[number % len(WAYS)])
                _say(f"{number + 1:4} {_line(report)}")
    _say(f"all well after {time.monotonic() - begun:.0f} s")
    _sum_up(shooting.reports)
    return 0


def _line(report: Report) -> str:
    died = f"killed at byte {report.offset:,}" if report.killed else "was done before it could be killed"
    return f"{report.way!s:53} {died}; {report.again:,} bytes of {report.allowed:,} allowed sent again"


def _sum_up(reports: Sequence[Report]) -> None:
    for way in WAYS:
        mine = [report for report in reports if report.way == way and report.killed]
        most = max((report.again for report in mine), default=0)
        _say(f"{way!s:53} {len(mine):3} kills; at most {most:,} bytes sent again")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
