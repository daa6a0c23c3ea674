"""What is wrong with a Kitfile, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    ERROR = "error"
    """``kit`` refuses the Kitfile."""

    WARNING = "warning"
    """It can be packed, but newer ``kit`` refuses it or part of it is lost."""

    ADVICE = "advice"
    """It is packed as it says; a careful person would have another look."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    ``message`` is worded as ``kit`` words it. ``line`` and ``column`` count from 1 and are None where the
    problem has no place in the text. ``field`` is a path such as ``model.parts[0].path``, or ``""``.
    ``suggestion`` says what to do instead (for an unknown key: the key that was probably meant), or is
    ``""``.
    """

    severity: Severity
    message: str
    line: int | None = None
    column: int | None = None
    field: str = ""
    suggestion: str = ""

    def __str__(self) -> str:
        return self.message if self.line is None else f"line {self.line}: {self.message}"


def field_name(path: tuple[str | int, ...]) -> str:
    """``("model", "parts", 0, "path")`` as ``model.parts[0].path``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def field_path(name: str) -> tuple[str | int, ...]:
    """The reverse of ``field_name``."""
    return tuple(int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", name))
