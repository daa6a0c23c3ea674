"""Run a function in a process of its own and say how long it took and how much memory that process used."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Run:
    """One run: ``seconds`` on the clock for the work alone, ``peak`` memory of the process in bytes."""

    seconds: float
    peak: int


def in_child(script: Path, arguments: Sequence[str]) -> Run:
    """Run ``script`` with ``arguments``; it prints the line that ``report`` makes.

    What earlier runs wrote is brought to the disk first: otherwise a run would pay for the one before it.
    """
    os.sync()
    done = subprocess.run(
        [sys.executable, script, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=HERE.parents[1],
    )
    figures = json.loads(done.stdout.splitlines()[-1])
    return Run(figures["seconds"], figures["peak"])


def report(work: Callable[[], object]) -> None:
    """Do the work and print its figures; called in the child."""
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "peak": peak}) + "\n")


def ratio(plain: Sequence[Run], ours: Sequence[Run]) -> float:
    """How many times as fast ours is: the median over the pairs that ran one after the other."""
    return statistics.median(a.seconds / b.seconds for a, b in zip(plain, ours, strict=True))


def median_seconds(runs: Sequence[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def peak_mib(runs: Sequence[Run]) -> float:
    return max(run.peak for run in runs) / 2**20
