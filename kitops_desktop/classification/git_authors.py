"""Who worked on a folder, as far as git's own files say it. git itself is never run: in a strange folder its
configuration may name programs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.classification.small_text import read_end, read_start

_MOST_AUTHORS = 5
_LONGEST_NAME = 100
_SECTION = re.compile(r"^\[\s*user\s*\]\s*$(?P<body>(?:\n(?!\[).*)*)", re.MULTILINE | re.IGNORECASE)
_NAME = re.compile(r"^\s*name\s*=\s*(?P<name>.+?)\s*$", re.MULTILINE | re.IGNORECASE)
_LOG_LINE = re.compile(
    r"[0-9a-f]{40,64} [0-9a-f]{40,64} (?P<name>[^<>\n]+?) <[^>\n]*> \d+ [-+]\d{4}\t(?P<what>\w+)"
)
_OWN_WORK = ("commit",)
_ROBOT = re.compile(r"\[bot\]|\bbot\b|^root$|github-actions|dependabot", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Authors:
    names: tuple[str, ...]
    why: str


def git_authors(folder: Path) -> Authors | None:
    """The names in the last lines of the reflog of the current branch, newest first, or the user that the
    repository's configuration names."""
    git = folder / ".git"
    names = [
        found["name"].strip()
        for found in _LOG_LINE.finditer(read_end(git / "logs" / "HEAD"))
        if found["what"] in _OWN_WORK
    ]
    authors = tuple(dict.fromkeys(name for name in reversed(names) if _is_person(name)))[:_MOST_AUTHORS]
    if authors:
        return Authors(authors, "They made the last commits here, by .git/logs/HEAD.")
    section = _SECTION.search(read_start(git / "config"))
    name = _NAME.search(section["body"]) if section is not None else None
    if name is None or not _is_person(plain := name["name"].strip('"')):
        return None
    return Authors((plain,), ".git/config names them as the user of this repository.")


def _is_person(name: str) -> bool:
    return 0 < len(name) <= _LONGEST_NAME and name.isprintable() and not _ROBOT.search(name)
