"""Both faces of the program, and what they say about something that failed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from support.kit_commands import run_command

TESTS = Path(__file__).parents[1]
_SECONDS = 120.0
_WINDOW = "import json, sys; from support.window_probe import main; print(json.dumps(main(*sys.argv[1:3])))"


class Described(Protocol):
    """Work for the queue of jobs, as it is written into the journal."""

    @property
    def kind(self) -> str: ...
    def parameters(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Said:
    """``text`` is what a person reads, in one line; ``written`` is all that was written."""

    failed: bool
    text: str
    written: str


def command_line(arguments: Sequence[str]) -> Said:
    """Run ``kitops-desktop ARGUMENTS`` in this process, which is quicker and as real."""
    answer = run_command(*arguments)
    written = answer.out + answer.err
    assert answer.code in (0, 1), written
    assert "Traceback" not in written, written
    return Said(answer.code == 1, _line(answer.err), written)


def window(work: Described, prelude: str = "") -> Said:
    """Give the work to a window's queue, wait until it has ended or explains what it waits for, and read what
    the panel shows.

    The window is a process of its own; ``prelude`` is Python that it runs first.
    """
    done = _run([prelude + "\n" + _WINDOW, work.kind, json.dumps(work.parameters())])
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout.splitlines()[-1])
    failed = shown["state"] in ("failed", "waiting")
    return Said(failed, _line(" ".join(shown["texts"])), done.stdout + done.stderr)


def _run(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(TESTS), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-c", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=_SECONDS,
    )


def _line(text: str) -> str:
    return " ".join(text.split())
