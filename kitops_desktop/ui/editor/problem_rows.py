"""All that is wrong with a project as rows of one list, each with its place and a fix where there is one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.kitfile import MANIFEST_VERSION
from kitops_desktop.kitfile.problems import Problem, Severity, field_path
from kitops_desktop.ui.editor.project import Part

_MEANT = re.compile(r"Did you mean (.+)\?")
_TYPE_NAME = re.compile(r" into (\[\])?artifact\.\w+$")
_UNKNOWN_KEY = re.compile(r"field (.+) not found in type ")


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of the Kitfile that mends one problem. ``label`` is for its button: "Write datasets"."""

    label: str
    edit: Callable[[KitfileDocument], str]


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """``place`` is where it is, in words; ``line`` and ``column`` count from 1."""

    severity: Severity
    text: str
    place: str
    part: Part = Part.KITFILE
    line: int | None = None
    column: int | None = None
    field: str = ""
    suggestion: str = ""
    fix: Fix | None = None


def problem_rows(
    document: KitfileDocument, ignore_problem: Problem | None, found: Iterable[Problem]
) -> tuple[ProblemRow, ...]:
    """Errors first, each in the order of its lines. ``found`` are those that the look through the folder
    found.
    """
    rows = [_row(document, problem) for problem in (*document.problems, *found)]
    if ignore_problem is not None:
        rows.append(
            ProblemRow(
                Severity.ERROR,
                _sentence(ignore_problem.message),
                _place(".kitignore", ignore_problem.line),
                Part.IGNORE,
                ignore_problem.line,
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.severity is not Severity.ERROR, row.line or 0)))


def texts_by_field(rows: Iterable[ProblemRow]) -> Mapping[str, str]:
    """What the form shows beside its fields."""
    texts: dict[str, str] = {}
    for row in rows:
        if row.field:
            texts[row.field] = f"{texts[row.field]}\n{row.text}" if row.field in texts else row.text
    return texts


def _row(document: KitfileDocument, problem: Problem) -> ProblemRow:
    line = problem.line
    if line is None and problem.field:
        line = _nearest_line(document, problem.field)
    return ProblemRow(
        problem.severity,
        _plain(problem.message),
        _place("Line" if line is not None else problem.field, line),
        line=line,
        column=problem.column,
        field=problem.field,
        suggestion=problem.suggestion,
        fix=fix_of(problem),
    )


def _nearest_line(document: KitfileDocument, field: str) -> int | None:
    path = field_path(field)
    lines = (document.line_of(path[:length]) for length in range(len(path), 0, -1))
    return next((line for line in lines if line is not None), None)


def _place(what: str, line: int | None) -> str:
    if line is None:
        return what
    return f"{what} {line}" if what == "Line" else f"{what}, line {line}"


def _plain(message: str) -> str:
    """What `kit` says, without its names for types."""
    unknown = _UNKNOWN_KEY.match(message)
    if unknown is not None:
        return f"“{unknown[1]}” is no key of a Kitfile here"
    return _sentence(_TYPE_NAME.sub(" here", message))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def fix_of(problem: Problem) -> Fix | None:
    """The change that mends it, where it is plain what was meant."""
    if problem.field == "manifestVersion" and problem.severity is Severity.WARNING:
        return Fix(
            f"Write {MANIFEST_VERSION}",
            lambda document: document.with_field(("manifestVersion",), MANIFEST_VERSION),
        )
    meant = _MEANT.fullmatch(problem.suggestion)
    if meant is None:
        return None
    if _UNKNOWN_KEY.match(problem.message):
        return _rename_key(problem, meant[1])
    path = field_path(problem.field)
    return Fix(f"Write {meant[1]}", lambda document: document.with_field(path, meant[1]))


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
