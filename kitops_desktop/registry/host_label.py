"""What people call a registry, and what it is for: to tell one for tests from one that all rely on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Stage = Literal["", "dev", "staging", "prod"]
Colour = Literal["", "blue", "teal", "green", "orange", "red", "purple", "pink"]
STAGES: tuple[Stage, ...] = get_args(Stage)
COLOURS: tuple[Colour, ...] = get_args(Colour)
MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class HostLabel:
    """``name`` is one printable line, "" for none. It changes nothing about how a registry is spoken to."""

    name: str = ""
    colour: Colour = ""
    stage: Stage = ""

    def to_json(self) -> dict[str, str]:
        """Only what is there."""
        values = {"name": self.name, "colour": self.colour, "stage": self.stage}
        return {key: value for key, value in values.items() if value}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> HostLabel:
        """Read what ``to_json`` made; what makes no sense counts as not given."""
        name, colour, stage = (value.get(key, "") for key in ("name", "colour", "stage"))
        return cls(
            clean_name(name) if isinstance(name, str) else "",
            colour if colour in COLOURS else "",
            stage if stage in STAGES else "",
        )


def clean_name(text: str) -> str:
    """A name as it is kept: one line of ``MAX_NAME`` printable characters at most."""
    words = " ".join(text.split())
    return "".join(letter for letter in words if letter.isprintable())[:MAX_NAME].strip()


def without_label(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What else the settings have of a registry."""
    return {key: value for key, value in entry.items() if key not in ("name", "colour", "stage")}
