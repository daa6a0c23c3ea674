"""What files of a project can be moved to: the sections of the Kitfile that hold paths, and .kitignore."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.kitfile.ignore import IGNORE_FILE

FieldPath = tuple[str | int, ...]
IGNORE: FieldPath = (IGNORE_FILE,)
"""Stands where a section does: what is moved there gets a pattern."""


@dataclass(frozen=True, slots=True)
class Target:
    """``title`` is what a person reads on it, or ``short`` where it has to be narrow; ``letter`` is its key,
    together with Ctrl+Shift: none that the window has for itself, as then it would do neither.
    """

    section: FieldPath
    title: str
    icon: str
    letter: str
    short: str = ""

    @property
    def shortcut(self) -> str:
        return f"Ctrl+Shift+{self.letter}"

    @property
    def deed(self) -> str:
        """What moving there is called."""
        return "Ignore" if self.section == IGNORE else f"Move to {self.title}"


TARGETS = (
    Target(("model",), "Model", "model", "M"),
    Target(("model", "parts"), "Parts", "model", "P"),
    Target(("datasets",), "Datasets", "dataset", "D"),
    Target(("code",), "Code", "code", "C"),
    Target(("docs",), "Docs", "docs", "S"),
    Target(("prompts",), "Prompts", "prompt", "R"),
    Target(("mcpServers",), "MCP servers", "mcpserver", "V", "MCP"),
    Target(IGNORE, "Ignore", "eye-off", "I"),
)
