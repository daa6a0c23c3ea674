"""How an error looks on a terminal: what happened, why, what was kept, what now."""

from __future__ import annotations

import textwrap

from kitops_desktop.explanation import Explanation

WIDTH = 100


def error_lines(explanation: Explanation, prefix: str = "") -> str:
    """The text after ``[ERROR]``: a headline, then one indented paragraph for each thing worth saying."""
    paragraphs = [explanation.title if not prefix else f"{prefix}: {explanation.title}"]
    for label, text in (
        ("", explanation.reason),
        ("Kept: ", explanation.kept),
        ("Next: ", explanation.next_step),
    ):
        if text:
            paragraphs.append(_indented(label + text))
    return "\n".join(paragraphs)


def _indented(text: str) -> str:
    lines = []
    for line in text.splitlines():
        lines += textwrap.wrap(
            line, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
        ) or [""]
    return "\n".join(lines)
