"""An error laid out as text; the sentences themselves come from ``explanation``."""

from __future__ import annotations

from dataclasses import replace

from kitops_desktop.explanation import Explanation, diagnostics, explain
from kitops_desktop.explanation.words import without_commands, without_sign_in_command


def as_explanation(error: Explanation | BaseException) -> Explanation:
    """What the window says of it: no commands for what has a place there."""
    explanation = error if isinstance(error, Explanation) else explain(error)
    return replace(explanation, next_step=without_commands(explanation.next_step))


def beside_sign_in(explanation: Explanation) -> Explanation:
    """As it is said where a button that signs in stands beside it, and nobody needs a command."""
    return replace(explanation, next_step=without_sign_in_command(explanation.next_step))


def diagnostics_text(error: Explanation | BaseException) -> str:
    """What "Copy diagnostics" copies: all of it for an error, the sentences when only those are left."""
    return explanation_text(error) if isinstance(error, Explanation) else diagnostics(error)


def explanation_text(explanation: Explanation) -> str:
    """All four sentences, one per line, for the clipboard and for screen readers."""
    parts = (explanation.title, explanation.reason, explanation.kept, explanation.next_step)
    return "\n".join(part for part in parts if part)
