"""File names for people: bytes that are no text and control characters are shown as what they are."""

from __future__ import annotations

import os


def name_text(name: str | bytes) -> str:
    """A printable form of a file name; ``\\xff`` for bytes that are no UTF-8, ``\\n`` for a line break."""
    raw = os.fsencode(name) if isinstance(name, str) else name
    text = raw.decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
