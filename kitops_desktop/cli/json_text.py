"""JSON as Go's encoding/json prints it: indented by two blanks, ``<``, ``>`` and ``&`` escaped."""

from __future__ import annotations

import json

_ESCAPES = (
    ("<", "\\u003c"),
    (">", "\\u003e"),
    ("&", "\\u0026"),
    ("\u2028", "\\u2028"),
    ("\u2029", "\\u2029"),
)


def go_indented_json(value: object) -> str:
    """``value`` as indented JSON with Go's escapes."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    for raw, escaped in _ESCAPES:
        text = text.replace(raw, escaped)
    return text
