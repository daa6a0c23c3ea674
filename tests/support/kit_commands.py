"""Run our command line in this process, and find what the real `kit` answered."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kitops_desktop.cli.main import main

GOLDEN = Path(__file__).parents[1] / "data" / "golden"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


def run_command(*arguments: str, stdin: str = "") -> Answer:
    """Run ``kitops-desktop ARGUMENTS`` in this process, with nobody to ask anything."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), _nobody_at_stdin(stdin):
        code = main(list(arguments))
    return Answer(code, out.getvalue(), err.getvalue())


def fine(*arguments: str, stdin: str = "") -> Answer:
    """As ``run_command``, of a command that does what it is told to."""
    answer = run_command(*arguments, stdin=stdin)
    assert answer.code == 0, answer.err
    return answer


def refused(*arguments: str, stdin: str = "") -> str:
    """What is said of a command that ends with 1, on one line."""
    answer = run_command(*arguments, stdin=stdin)
    assert answer.code == 1, answer
    assert "Traceback" not in answer.err
    return " ".join(answer.err.split())


def expected(case: str) -> dict[str, Any]:
    """What a golden case records of the real `kit`."""
    content: dict[str, Any] = json.loads((GOLDEN / case / "expected.json").read_text(encoding="utf-8"))
    return content


def cases() -> list[str]:
    return sorted(path.parent.name for path in GOLDEN.glob("*/expected.json"))


def release_digests(case: str) -> dict[str, str]:
    """Manifest digests of the `kit` that made the golden data (it calls itself "unknown") -> those of release
    1.7.0.
    """
    key = "manifest_digest_if_cli_version_were (computed, not run)"
    return {
        kit["manifest_digest"]: kit[key]["1.7.0"]["manifest_digest"] for kit in expected(case)["modelkits"]
    }


def vectors(name: str) -> object:
    """The question/answer pairs of one vector file."""
    found: object = json.loads((GOLDEN / "vectors" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def as_release(text: str, digests: dict[str, str]) -> str:
    """What `kit` 1.7.0 would have printed."""
    for made, released in digests.items():
        text = text.replace(made, released)
    return text


def flags(command: Sequence[str]) -> list[str]:
    """A golden command line without the program's name."""
    return list(command[1:])


@contextmanager
def _nobody_at_stdin(text: str) -> Iterator[None]:
    before, sys.stdin = sys.stdin, io.StringIO(text)
    try:
        yield
    finally:
        sys.stdin = before
