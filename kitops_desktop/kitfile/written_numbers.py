"""Numbers that remember how they were written: ``1e-5`` and ``0.10`` stay as a person typed them.

They are numbers like all others, equal to what they mean; only edits of a text look at ``text``.
"""

from __future__ import annotations

from typing import Self


class WrittenInt(int):
    """An integer with the YAML scalar it was read from."""

    text: str

    def __new__(cls, value: int, text: str = "") -> Self:
        made = super().__new__(cls, value)
        made.text = text
        return made


class WrittenFloat(float):
    """A number with the YAML scalar it was read from."""

    text: str

    def __new__(cls, value: float, text: str = "") -> Self:
        made = super().__new__(cls, value)
        made.text = text
        return made


def as_written(value: object, text: str) -> object:
    """A number with its text; any other value itself."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return WrittenInt(value, text)
    return WrittenFloat(value, text) if isinstance(value, float) else value


def written_text(value: object) -> str:
    """How a number was written, "" when that is not known."""
    return value.text if isinstance(value, (WrittenInt, WrittenFloat)) else ""
