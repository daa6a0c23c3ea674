"""Globs for single files of a kit, with ``**`` for any number of folders."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from kitops_desktop.errors import InvalidArgument

Matcher = Callable[[str], bool]


def path_matcher(globs: Sequence[str]) -> Matcher:
    """Whether a path matches any of the globs; without globs every path does.

    ``*`` and ``?`` stand for characters of one name, ``**`` for any folders, ``[...]`` for one character. A
    glob is compared with the whole path, so one without ``/`` means something at the top. A folder that
    matches brings all that is in it. Thousands of globs for single paths cost no more than one. Raises
    ``InvalidArgument``.
    """
    if not globs:
        return lambda path: True
    parsed = [_parse(glob) for glob in globs]
    exact = {glob.literal for glob in parsed if glob.literal is not None and not glob.below}
    folders = {glob.literal for glob in parsed if glob.literal is not None and glob.below}
    patterns = [glob for glob in parsed if glob.literal is None]

    def matches(path: str) -> bool:
        names = path.split("/")
        above = ["", *accumulate(names[:-1], "{}/{}".format)]
        if path in exact or not exact.isdisjoint(above) or not folders.isdisjoint(above):
            return True
        return any(glob.matches(names) for glob in patterns)

    return matches


@dataclass(frozen=True, slots=True)
class _Glob:
    """``parts`` are matchers of single names, None for ``**``. With ``below`` the glob ended with ``/**``: it
    means what is in a folder and not the folder. ``literal`` is the path when no part has a wildcard."""

    parts: tuple[Matcher | None, ...]
    below: bool
    literal: str | None

    def matches(self, names: list[str]) -> bool:
        """Whether the glob matches the path or a folder on the way to it.

        Each part is tried at the earliest name; only the last ``**`` is ever extended, since what matched
        before it leaves the most names as it is.
        """
        part = at = 0
        folders, tried = -1, 0
        while part < len(self.parts):
            matcher = self.parts[part]
            if matcher is None:
                folders, tried = part, at
                part += 1
            elif at < len(names) and matcher(names[at]):
                part, at = part + 1, at + 1
            elif folders < 0 or tried >= len(names):
                return False
            else:
                tried += 1
                part, at = folders + 1, tried
        return not self.below or at < len(names)


def _parse(glob: str) -> _Glob:
    texts = [text for text in glob.split("/") if text not in ("", ".")]
    below = bool(texts) and texts[-1] == "**"
    while texts and texts[-1] == "**":
        texts.pop()
    literals = [_literal(text) for text in texts]
    if None not in literals:
        return _Glob((), below, "/".join(text for text in literals if text is not None))
    return _Glob(tuple(None if text == "**" else _name_matcher(text, glob) for text in texts), below, None)


_TOKEN = re.compile(r"\*+|\?|\[[!^]?\]?[^\]]*\]|.", re.DOTALL)
_ONE_CHARACTER = re.compile(r"\[[^!^]\]")


def _literal(text: str) -> str | None:
    """The only name that matches, with ``[*]`` read as the star itself; None when there are more."""
    made = ""
    for token in _TOKEN.findall(text):
        if _ONE_CHARACTER.fullmatch(token):
            made += token[1]
        elif len(token) > 1 or token in "*?":
            return None
        else:
            made += token
    return made


def _name_matcher(text: str, glob: str) -> Matcher:
    """Between two stars the earliest match will do, so that no glob makes the search go back and forth."""
    runs = [""]
    for token in _TOKEN.findall(text):
        if token.startswith("*"):
            runs.append("")
        else:
            runs[-1] += _piece(token)
    first, *others = runs
    pattern = first + "".join(f"(?>.*?{run})" for run in others[:-1])
    if others:
        pattern += f".*{others[-1]}"
    try:
        compiled = re.compile(pattern, re.DOTALL)
    except re.error as error:
        raise InvalidArgument(f"invalid path pattern {glob}: {error}") from error
    return lambda name: compiled.fullmatch(name) is not None


def _piece(token: str) -> str:
    if token == "?":
        return "."
    if len(token) == 1:
        return re.escape(token)
    negated = token[1] in "!^"
    inside = re.sub(r"([\\\[\]^&~|])", r"\\\1", token[2:-1] if negated else token[1:-1])
    return f"[{'^' if negated else ''}{inside}]"
