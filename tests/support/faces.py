"""Both faces of the program, and what they say about something that failed."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtWidgets import QApplication

from support.kit_commands import run_command
from support.window_probe import show_job


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


def window(application: QApplication, work: Described) -> Said:
    """Give the work to a window's queue, wait until it has ended or explains what it waits for, and read what
    the panel shows. In this process too.
    """
    written = io.StringIO()
    with redirect_stdout(written), redirect_stderr(written):
        shown = show_job(application, work.kind, json.dumps(work.parameters()))
    assert "Traceback" not in written.getvalue(), written.getvalue()
    return Said(shown.state in ("failed", "waiting"), _line(" ".join(shown.texts)), written.getvalue())


def _line(text: str) -> str:
    return " ".join(text.split())
