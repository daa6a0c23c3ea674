"""What mends a problem with one key: a change of the Kitfile, or lines for .kitignore."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.free_data import FieldPath
from kitops_desktop.kitfile.kitfile import MANIFEST_VERSION
from kitops_desktop.kitfile.problems import Problem, Severity, field_path
from kitops_desktop.kitfile.updates import NoSuchField, field_at

DATASETS: FieldPath = ("datasets",)
PARTS: FieldPath = ("model", "parts")

_MEANT = re.compile(r"Did you mean (.+)\?")
_UNKNOWN_KEY = re.compile(r"field (.+) not found in type ")
_ABSOLUTE = re.compile(r"absolute paths are not supported in a Kitfile \(path (.+) in [^()]*\)", re.DOTALL)
_SAME_PATH = re.compile(r".+ use the same path ", re.DOTALL)
_BLANKS = re.compile(r"path .+ begins or ends with a blank", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of the Kitfile that mends one problem. ``label`` is for its button: "Write datasets"."""

    label: str
    edit: Callable[[KitfileDocument], str]


@dataclass(frozen=True, slots=True)
class IgnoreFix:
    """Lines at the end of .kitignore that mend one problem."""

    label: str
    patterns: tuple[str, ...]


Remedy = Fix | IgnoreFix


def set_text(path: FieldPath, value: str) -> Fix:
    return Fix(f"Write {value}", lambda document: document.with_field(path, value))


def remove_entry(entry: FieldPath) -> Fix:
    """A model loses its path only: what is known of it stays."""
    path = (*entry, "path") if entry == ("model",) else entry
    return Fix("Remove the entry", lambda document: document.without(path))


def add_entry(label: str, section: FieldPath, path: str) -> Fix:
    return Fix(label, lambda document: document.with_entry(section, {"path": path}))


def move_entry(label: str, entry: FieldPath, section: FieldPath) -> Fix:
    """Take an entry of a list to another section, with all that it can have there."""
    return Fix(label, lambda document: _moved(document, entry, section))


def _moved(document: KitfileDocument, entry: FieldPath, section: FieldPath) -> str:
    found = document.value(entry)
    field, _ = field_at(section)
    if field is None or field.struct is None:
        raise NoSuchField(section)
    kept = {one.key: getattr(found, one.attribute, "") for one in field.struct if one.key != "parameters"}
    parameters = getattr(found, "parameters", None)
    if parameters is not None and field.struct.find("parameters") is not None:
        kept["parameters"] = parameters.value
    added = document.changed(document.with_entry(section, kept))
    return added.without(entry)


def remedy_of(problem: Problem, folder: Path | None = None) -> Remedy | None:
    """The change that mends what is wrong with the text, where it is plain what was meant.

    ``folder`` is that of the Kitfile: a path that leads into it from the root of the disk can be shortened.
    """
    path = field_path(problem.field)
    if problem.field == "manifestVersion" and problem.severity is Severity.WARNING:
        return set_text(path, MANIFEST_VERSION)
    meant = _MEANT.fullmatch(problem.suggestion)
    if meant is not None:
        if _UNKNOWN_KEY.match(problem.message):
            return _rename_key(problem, meant[1])
        return set_text(path, meant[1])
    return _path_remedy(problem, path, folder)


def _path_remedy(problem: Problem, path: FieldPath, folder: Path | None) -> Remedy | None:
    if _SAME_PATH.match(problem.message):
        return remove_entry(path[:-1])
    if _BLANKS.match(problem.message):
        return Fix("Remove the blank", lambda document: document.with_field(path, _value(document, path)))
    absolute = _ABSOLUTE.fullmatch(problem.message)
    if absolute is not None and folder is not None:
        inside = _path_inside(absolute[1], folder)
        if inside:
            return set_text(path, inside)
    return None


def _value(document: KitfileDocument, path: FieldPath) -> str:
    return str(document.value(path)).strip()


def _path_inside(path: str, folder: Path) -> str:
    try:
        return Path(path).relative_to(folder.absolute()).as_posix()
    except ValueError:
        return ""


def _rename_key(problem: Problem, key: str) -> Fix | None:
    match = _UNKNOWN_KEY.match(problem.message)
    if match is None or problem.line is None or problem.column is None:
        return None
    wrong, line, column = match[1], problem.line, problem.column
    return Fix(f"Write {key}", lambda document: _with_key(document.text, wrong, key, line, column))


def _with_key(text: str, wrong: str, key: str, line: int, column: int) -> str:
    """The text with another key at its place; as it is when something else stands there by now."""
    lines = text.split("\n")
    if line > len(lines):
        return text
    shown = lines[line - 1]
    start = column - 1
    if line == 1 and text.startswith("\ufeff"):
        start += 1
    if shown[start : start + 1] in ("'", '"'):
        start += 1
    if not shown.startswith(wrong, start):
        return text
    lines[line - 1] = shown[:start] + key + shown[start + len(wrong) :]
    return "\n".join(lines)
