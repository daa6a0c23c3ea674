"""Which files a ``.kitignore`` keeps out of a ModelKit.

The file stands beside the Kitfile and has the rules of ``.dockerignore``: one pattern per line, ``#`` at
the start of a line makes a comment, later patterns override earlier ones, ``!`` takes back. A path is
ignored when a pattern fits it or a folder above it. The Kitfile and the ``.kitignore`` themselves are
always ignored, whatever the patterns say.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.errors import FileAccessError, IgnoreFileError
from kitops_desktop.kitfile.ignore_patterns import PatternError, to_regex
from kitops_desktop.kitfile.lookup import KITFILE_NAMES
from kitops_desktop.kitfile.paths import clean

IGNORE_FILE = ".kitignore"
OWN_FILES = (*KITFILE_NAMES, IGNORE_FILE)
"""Never packed from the folder itself; deeper down they are files like others."""
MAX_TEXT = 1 << 20
"""Bytes of an ignore file we are willing to read."""

_LONGEST_LINE = 64 << 10
_REMEMBERED_FOLDERS = 100_000
_NOTHING = -1
_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
_BLANKS += "\u2028\u2029\u202f\u205f\u3000"


@dataclass(frozen=True, slots=True)
class IgnorePattern:
    """One pattern, cleaned, without its ``!``; ``line`` counts from 1, and is None for those that always
    hold."""

    text: str
    exception: bool = False
    line: int | None = None

    def __str__(self) -> str:
        return f"!{self.text}" if self.exception else self.text


class IgnoreRules:
    """The patterns of one ``.kitignore``, ready to be asked. Safe to use from several threads.

    Paths are relative to the folder of the Kitfile, with ``/``, without ``./``; names that are not UTF-8 in
    the form of ``surrogateescape``.
    """

    def __init__(self, patterns: tuple[IgnorePattern, ...] = ()) -> None:
        """Raises IgnoreFileError for a pattern that cannot be used."""
        self.patterns = patterns + tuple(IgnorePattern(name) for name in OWN_FILES)
        self.has_exceptions = any(pattern.exception for pattern in self.patterns)
        """Whether something below an ignored folder may still be packed."""
        self._exact: dict[str, int] = {}
        regexes: list[tuple[int, str]] = []
        for index, pattern in enumerate(self.patterns):
            regex = _compiled(pattern)
            if regex is None:
                self._exact[pattern.text] = index
            else:
                regexes.append((index, regex))
        regexes.reverse()
        self._indices = [index for index, _ in regexes]
        # The last pattern that fits decides, so the last is tried first.
        self._regex = re.compile("|".join(f"({regex})" for _, regex in regexes)) if regexes else None
        self._folders: dict[str, int] = {}

    @classmethod
    def parse(cls, text: str | bytes) -> IgnoreRules:
        """The rules in the text of a ``.kitignore``. Raises IgnoreFileError."""
        return cls(tuple(_patterns(text)))

    @classmethod
    def load(cls, directory: Path) -> IgnoreRules:
        """The rules of a folder; those that always hold when it has no ``.kitignore``.

        Raises IgnoreFileError and FileAccessError.
        """
        path = directory / IGNORE_FILE
        try:
            with open(path, "rb", opener=_without_waiting) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise FileAccessError(path, "read", "it is no file")
                content = file.read(MAX_TEXT + 1)
        except FileNotFoundError:
            return cls()
        except OSError as error:
            raise FileAccessError(path, "read", error.strerror or str(error)) from error
        try:
            return cls.parse(content)
        except IgnoreFileError as error:
            error.path = path
            raise

    def ignores(self, path: str, is_dir: bool = False) -> bool:
        """Whether ``path`` stays out. Files and folders are treated alike; ``"."`` is never ignored."""
        return self.decision(path) is not None

    def reason(self, path: str) -> str | None:
        """The pattern that keeps ``path`` out, as written but cleaned, or None when it is packed."""
        pattern = self.decision(path)
        return None if pattern is None else str(pattern)

    def decision(self, path: str) -> IgnorePattern | None:
        """The pattern that keeps ``path`` out, or None when it is packed."""
        pattern = self.last_word(path)
        return None if pattern is None or pattern.exception else pattern

    def last_word(self, path: str) -> IgnorePattern | None:
        """The pattern that decides about ``path``, also one that takes back; None when no pattern fits."""
        index = self._last_fitting(path) if path != "." else _NOTHING
        return None if index == _NOTHING else self.patterns[index]

    def _last_fitting(self, path: str) -> int:
        """The index of the last pattern that fits the path or a folder above it."""
        parent = path.rpartition("/")[0]
        above = self._folder(parent) if parent else _NOTHING
        return max(above, self._fitting(path))

    def _folder(self, path: str) -> int:
        unknown = []
        while path and path not in self._folders:
            unknown.append(path)
            path = path.rpartition("/")[0]
        found = self._folders[path] if path else _NOTHING
        for folder in reversed(unknown):  # from the top down, as a path may have thousands of folders
            found = max(found, self._fitting(folder))
            if len(self._folders) >= _REMEMBERED_FOLDERS:
                self._folders.clear()
            self._folders[folder] = found
        return found

    def _fitting(self, path: str) -> int:
        exact = self._exact.get(path, _NOTHING)
        found = self._regex.fullmatch(path) if self._regex is not None else None
        if found is None or found.lastindex is None:
            return exact
        return max(exact, self._indices[found.lastindex - 1])


def _without_waiting(path: str, flags: int) -> int:
    """Opens a pipe too, which nobody may ever write to."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def literal_pattern(path: str) -> str:
    """A pattern that fits this path and, for a folder, what is below it, but nothing else."""
    escaped = re.sub(r"([\\*?\[\]^])", r"\\\1", path)
    if escaped[0] in "!#":
        escaped = "\\" + escaped
    # Blanks around a pattern are cut off; in a class they stay.
    if escaped[0] in _BLANKS:
        escaped = f"[{escaped[0]}]{escaped[1:]}"
    return f"{escaped[:-1]}[{escaped[-1]}]" if escaped[-1] in _BLANKS else escaped


def add_pattern(text: str, pattern: str) -> str:
    """The text of a ``.kitignore`` with one more line, in the line ends it has; unchanged when it is there
    already."""
    if pattern in text.splitlines():
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text or text.endswith("\n") else newline
    return f"{text}{gap}{pattern}{newline}"


def _compiled(pattern: IgnorePattern) -> str | None:
    try:
        regex = to_regex(pattern.text)
        if regex is not None:
            re.compile(regex)
    except (PatternError, re.error, RecursionError):
        raise IgnoreFileError("syntax error in pattern", pattern.line) from None
    return regex


def _patterns(text: str | bytes) -> list[IgnorePattern]:
    if isinstance(text, str):
        text = text.encode("utf-8", "surrogateescape")
    if len(text) > MAX_TEXT:
        raise IgnoreFileError(f"the file has more than {MAX_TEXT >> 20} MiB")
    lines = text.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    found = [
        _pattern(line.decode("utf-8", "surrogateescape"), number) for number, line in enumerate(lines, 1)
    ]
    return [pattern for pattern in found if pattern is not None]


def _pattern(line: str, number: int) -> IgnorePattern | None:
    """The pattern of a line, or None for a comment or an empty line."""
    if len(line) >= _LONGEST_LINE:
        raise IgnoreFileError("the line is too long", number)
    if line.startswith("#"):
        return None
    text = line.strip(_BLANKS)
    mark = "!" if text.startswith("!") else ""
    text = text[len(mark) :].strip(_BLANKS)
    if not text and not mark:
        return None
    text = clean(text) if text else ""
    if len(text) > 1 and text.startswith("/"):
        text = text[1:]
    # Moby trims and cleans a second time, with the mark in front, and looks for the mark only then.
    text = clean((mark + text).strip(_BLANKS))
    if text == "!":
        raise IgnoreFileError('illegal exclusion pattern: "!"', number)
    return IgnorePattern(text.removeprefix("!"), text.startswith("!"), number)
