"""How each severity is said and shown."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.kitfile.problems import Severity


@dataclass(frozen=True, slots=True)
class SeverityLook:
    """``colour`` is a role of ``Colours``."""

    word: str
    icon: str
    colour: str


SEVERITY_LOOKS = {
    Severity.ERROR: SeverityLook("Error", "error", "danger"),
    Severity.WARNING: SeverityLook("Warning", "warning", "warning"),
    Severity.ADVICE: SeverityLook("Advice", "info", "accent"),
}
