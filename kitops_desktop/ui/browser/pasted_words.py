"""What stands around an address that people paste, and the words of lines for a terminal."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection

_AROUND = re.compile(r"\A[\s\"'`<>“”(]+|[\s\"'`<>“”),;]+\Z")
"""What stands around an address in a text."""
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_BEFORE = frozenset({"$", "#", ">", "%", "!", "sudo", "-E", "time", "uvx"})
_ENDS = frozenset({"&&", "||", "|", ";", "&", "#"})
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*")
_BROKEN_LINE = re.compile(r"\\\s+")


def visible(text: str) -> str:
    """Without letters that nobody sees."""
    return text.translate(_UNSEEN)


def bare(text: str) -> str:
    """Without what stands around an address."""
    return _AROUND.sub("", text)


def first_command(text: str) -> list[str]:
    """The words of the first command, without what only the terminal needs."""
    words = _command(_split(_BROKEN_LINE.sub(" ", text)))
    end = next((place for place, word in enumerate(words) if word in _ENDS), len(words))
    return [word.rstrip(";") for word in words[:end]]


def commands(text: str) -> list[list[str]]:
    """The words of all commands, of several lines too."""
    found = []
    for line in _BROKEN_LINE.sub(" ", text).splitlines():
        words = [word.strip("\"'`“”") for word in _split(line)]  # a quote may be missing
        while words:
            end = next((place for place, word in enumerate(words) if word in _ENDS), len(words))
            found.append([word.rstrip(";") for word in _command(words[:end])])
            words = words[end + 1 :]
    return [words for words in found if words]


def arguments(
    words: list[str], with_value: Collection[str], standing: Collection[str] = frozenset()
) -> list[str]:
    """Without options and their values; the values of those that are ``standing`` stay."""
    found = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-") and word not in standing:
            skip = word in with_value
        elif word not in standing:
            found.append(word)
    return found


def option(words: list[str], names: Collection[str]) -> str:
    """The value of an option, "" when it is not there."""
    for place, word in enumerate(words):
        name, is_given, value = word.partition("=")
        if is_given and name in names:
            return value
        if word in names and place + 1 < len(words):
            return words[place + 1]
    return ""


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text, comments=False)
    except ValueError:
        return text.split()


def _command(words: list[str]) -> list[str]:
    """From the name of the program on, which is without its folder."""
    while words and (words[0] in _BEFORE or _ASSIGNMENT.fullmatch(words[0])):
        words = words[1:]
    if len(words) > 3 and words[0].startswith("python") and words[1:3] == ["-m", "kitops_desktop"]:
        words = ["kitops-desktop", *words[3:]]
    if len(words) > 1:
        program = re.split(r"[/\\]", words[0])[-1].removesuffix(".exe").lstrip("!%")
        words = [program if "://" not in words[0] else words[0], *words[1:]]
    return words
