"""The command line in a process of its own that gets little memory, and says what each command cost.

``python -m support.limited_program`` reads commands as lines of JSON and answers each with one; the tests use
``LimitedProgram``.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

TESTS = Path(__file__).parents[1]
_ADDRESSES = 3 << 30
"""Bytes of addresses the process may take; what it uses is far less, and what a bomb wants far more."""
_FORGET_PEAK = "5"


@dataclass(frozen=True, slots=True)
class Told:
    """What a command printed, how it ended, how many seconds it took, and by how many bytes of memory it
    exceeded what the process had before."""

    code: int
    out: str
    err: str
    seconds: float
    memory: int

    @property
    def said(self) -> str:
        """What is on standard error, in one line."""
        return " ".join(self.err.split())


class LimitedProgram:
    """A process that runs one command after another; ``environment`` is added to this one's."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.limited_program"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment, "PYTHONPATH": str(TESTS), "MALLOC_ARENA_MAX": "2"},
        )

    def run(self, *arguments: str) -> Told:
        """Run ``kitops-desktop ARGUMENTS``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(arguments) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the process ended at {arguments}"
        return Told(**json.loads(line))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=60)


def _serve() -> None:
    from support.kit_commands import run_command

    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    for line in sys.stdin:
        before = _memory("VmRSS")
        Path("/proc/self/clear_refs").write_text(_FORGET_PEAK)
        started = time.monotonic()
        answer = run_command(*json.loads(line))
        seconds = time.monotonic() - started
        told = Told(answer.code, answer.out, answer.err, seconds, _memory("VmHWM") - before)
        print(json.dumps(asdict(told)), flush=True)  # noqa: T201 - this is its answer


def _memory(name: str) -> int:
    """A line of what Linux says about this process, in bytes."""
    status = Path("/proc/self/status").read_text()
    found = next(line for line in status.splitlines() if line.startswith(name))
    return int(found.split()[1]) << 10


if __name__ == "__main__":
    _serve()
