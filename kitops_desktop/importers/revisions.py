"""Names of revisions: which can be one of a branch, a tag or a commit at all."""

from __future__ import annotations

import re

_NOT_IN_REVISIONS = re.compile(r"[\s~^:?*\[\\]|\.\.|//|@\{")
"""As git has it (git-check-ref-format(1))."""
_LONGEST = 255


def is_revision(text: str) -> bool:
    """Whether it can be one; ``text`` is not empty."""
    return (
        len(text) <= _LONGEST
        and text.isprintable()
        and not _NOT_IN_REVISIONS.search(text)
        and not text.startswith(("-", "/", "."))
        and not text.endswith(("/", ".", ".lock"))
    )


def no_revision(text: str) -> str:
    """What is said of what cannot be one."""
    return f"“{text[:200]}” is no revision: that is a branch, a tag or a commit."
