"""An error laid out as text; the sentences themselves come from ``explanation``."""

from __future__ import annotations

from kitops_desktop.explanation import Explanation, diagnostics, explain


def as_explanation(error: Explanation | BaseException) -> Explanation:
    return error if isinstance(error, Explanation) else explain(error)


def diagnostics_text(error: Explanation | BaseException) -> str:
    """What "Copy diagnostics" copies: all of it for an error, the sentences when only those are left."""
    return explanation_text(error) if isinstance(error, Explanation) else diagnostics(error)


def explanation_text(explanation: Explanation) -> str:
    """All four sentences, one per line, for the clipboard and for screen readers."""
    parts = (explanation.title, explanation.reason, explanation.kept, explanation.next_step)
    return "\n".join(part for part in parts if part)
