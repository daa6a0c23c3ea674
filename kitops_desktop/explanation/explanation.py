"""What a person is told about an error."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened, why, what was kept and what to do now. Plain English; any but ``title`` may be empty.

    ``reason`` may have several lines, one per problem; the others are one line each.
    """

    title: str
    reason: str = ""
    kept: str = ""
    next_step: str = ""

    @property
    def what_and_why(self) -> str:
        """Title and reason as sentences, for where they follow one another."""
        return f"{self.title}. {self.reason}".rstrip()
