"""Globs for single files of a kit, with ``**`` for any number of folders."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence


def path_matcher(globs: Sequence[str]) -> Callable[[str], bool]:
    """Whether a path matches any of the globs; without globs every path does.

    ``*`` and ``?`` stand for characters of one name, ``**`` for folders too, ``[...]`` for one character. A
    glob without ``/`` in it is no different: it means a file at the top. A folder that matches brings all
    that is in it.
    """
    if not globs:
        return lambda path: True
    patterns = "|".join(f"(?:{_to_regex(glob)})" for glob in globs)
    matches = re.compile(f"(?:{patterns})(?:/.*)?", re.DOTALL).fullmatch
    return lambda path: matches(path) is not None


def _to_regex(glob: str) -> str:
    glob = glob.removeprefix("./").rstrip("/")
    made: list[str] = []
    at = 0
    while at < len(glob):
        token = _TOKEN.match(glob, at)
        assert token is not None
        made.append(_piece(token[0]))
        at = token.end()
    return "".join(made)


_TOKEN = re.compile(r"\*\*/|/\*\*\Z|\*\*|\*|\?|\[[!^]?\]?[^\]/]*\]|.", re.DOTALL)
_PIECES = {"**/": "(?:.*/)?", "/**": "/.+", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _piece(token: str) -> str:
    if token in _PIECES:
        return _PIECES[token]
    if len(token) == 1:
        return re.escape(token)
    negated = token[1] in "!^"
    inside = token[2:-1] if negated else token[1:-1]
    escaped = re.sub(r"([\\\[\]^&~|])", r"\\\1", inside)
    return f"[{'^/' if negated else ''}{escaped}]"
