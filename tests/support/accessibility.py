"""What an application shows, as an outside program sees it: elements by role and name, through AT-SPI."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AGENT = Path(__file__).with_name("atspi_agent.py")
SYSTEM_PYTHON = "/usr/bin/python3"  # PyGObject is installed for the system's Python only
ORDINARY_STATES = {"enabled", "visible", "sensitive", "selectable", "focusable", "showing"}


class AgentError(Exception):
    """The agent could not answer; most often the element has gone."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """How an element looked at one moment. `extents` are x, y, width and height on the screen, in pixels."""

    number: int
    role: str
    name: str
    labels: tuple[str, ...]
    description: str
    states: frozenset[str]
    text: str | None
    value: tuple[float, float, float] | None  # least, current, greatest
    actions: tuple[str, ...]
    extents: tuple[int, int, int, int]

    @property
    def centre(self) -> tuple[int, int]:
        x, y, width, height = self.extents
        return x + width // 2, y + height // 2

    def is_called(self, name: str | re.Pattern[str]) -> bool:
        """Whether its own or a label's name is `name`, or is matched by it."""
        names = (self.name, *self.labels)
        return any(name.search(one) if isinstance(name, re.Pattern) else name == one for one in names)

    def __str__(self) -> str:
        parts = [f"[{self.role}] {self.name!r}"]
        if any(label != self.name for label in self.labels):
            parts.append(f"label={'/'.join(self.labels)!r}")
        if self.text is not None and self.text != self.name:
            parts.append(f"text={self.text!r}")
        if self.value is not None:
            parts.append("value={1:g} ({0:g}..{2:g})".format(*self.value))
        unusual = sorted(self.states - ORDINARY_STATES) + ["!enabled"] * ("enabled" not in self.states)
        if unusual:
            parts.append("{" + ",".join(unusual) + "}")
        return " ".join([*parts, "@{},{} {}x{}".format(*self.extents)])


def appearance(answer: Mapping[str, Any]) -> Appearance:
    return Appearance(
        number=answer["number"],
        role=answer["role"],
        name=answer["name"],
        labels=tuple(answer["labels"]),
        description=answer["description"],
        states=frozenset(answer["states"]),
        text=answer["text"],
        value=tuple(answer["value"]) if answer["value"] else None,
        actions=tuple(answer["actions"]),
        extents=tuple(answer["extents"]),
    )


class Agent:
    """The long-lived process that asks applications over AT-SPI; one question at a time."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [SYSTEM_PYTHON, str(AGENT)],
            env={**environment, "PYTHONPATH": "", "NO_AT_BRIDGE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, question: str, **details: object) -> Any:  # noqa: ANN401 - whatever JSON the question is answered by
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"ask": question, **details}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the AT-SPI agent ended with exit code {self._process.wait()}")
        reply = json.loads(line)
        if "error" in reply:
            raise AgentError(reply["error"])
        return reply["answer"]

    def find(
        self,
        pid: int,
        role: str,
        name: str | re.Pattern[str],
        *,
        within: int = 0,
        hidden: bool = False,
        state: str = "showing",
        enough: int = 0,
    ) -> list[Appearance]:
        """All elements of `role` ("*": any) whose own or label's name is `name`, or is matched by it; no more
        are looked for when `enough` of them have the `state`.
        """
        pattern = name.pattern if isinstance(name, re.Pattern) else f"^{re.escape(name)}$"
        details = {"within": within, "hidden": hidden, "state": state, "enough": enough}
        found = self.ask("find", pid=pid, role=role, name=pattern, **details)
        return [appearance(answer) for answer in found]

    def close(self) -> None:
        with self._process:  # closes its stdin, at which it ends
            pass
