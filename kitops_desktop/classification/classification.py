"""What a folder holds, as a value: a Kitfile, and for everything in it why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kitops_desktop.classification.file_look import SecretFound
from kitops_desktop.kitfile.kitfile import Kitfile


class Section(StrEnum):
    """Where a path of the folder goes."""

    MODEL = "model"
    PART = "model part"
    DATASET = "dataset"
    CODE = "code"
    DOCS = "docs"
    PROMPT = "prompt"
    MCP_SERVER = "MCP server"
    IGNORED = "left out"


@dataclass(frozen=True, slots=True)
class Alternative:
    """What a guess could be instead: another ``value`` of its field, or another ``section`` for its path."""

    value: str = ""
    section: Section | None = None


@dataclass(frozen=True, slots=True)
class Guess:
    """One value of the Kitfile. ``field`` is as ``model.framework`` or ``datasets[0].path``; ``why`` is a
    sentence with the evidence; the likeliest of ``alternatives`` comes first."""

    field: str
    value: str
    why: str
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class IgnoreProposal:
    """A line for ``.kitignore``. ``count`` are the files and folders that it was found for, ``examples`` the
    first of them."""

    pattern: str
    why: str
    examples: tuple[str, ...]
    count: int
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class SecretFile:
    path: str
    found: tuple[SecretFound, ...]


@dataclass(frozen=True, slots=True)
class PickleFile:
    """``imports`` are the names that loading it would import and that are not known to be harmless."""

    path: str
    imports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnreadPath:
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Classification:
    """``kinds`` says of every entry and every proposal where it goes, by path. ``left_out`` are links and
    special files. ``looked_at`` of ``files`` had their headers read; of a large folder these are a part."""

    kitfile: Kitfile
    guesses: tuple[Guess, ...] = ()
    ignore: tuple[IgnoreProposal, ...] = ()
    secrets: tuple[SecretFile, ...] = ()
    pickles: tuple[PickleFile, ...] = ()
    kinds: Mapping[str, Section] = field(default_factory=dict)
    problems: tuple[UnreadPath, ...] = ()
    left_out: tuple[str, ...] = ()
    files: int = 0
    looked_at: int = 0
