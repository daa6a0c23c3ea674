"""From ticked files and folders to the globs that `unpack --path` takes."""

from __future__ import annotations

from collections.abc import Iterable


def globs_of(paths: Iterable[str]) -> tuple[str, ...]:
    """A glob for each path; one that ends with a slash is a folder, which brings all that is in it."""
    return tuple(literal(path.rstrip("/")) for path in paths)


def literal(path: str) -> str:
    """A glob that matches this path and no other."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in path)
