"""All that is wrong with a project as rows of one list, each with its place and a fix where there is one."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.classification.concerns import Concern
from kitops_desktop.classification.remedies import IgnoreFix, Remedy, remedy_of
from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.problems import Problem, Severity, field_path
from kitops_desktop.ui.editor.folder_scan import Doubts, Flagged, patterns_for
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.units import count_text

_TYPE_NAME = re.compile(r" into (\[\])?artifact\.\w+$")
_UNKNOWN_KEY = re.compile(r"field (.+) not found in type ")


_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.ADVICE: 2}
_MOST_DOUBTS = 20
"""Secrets, and pickles, that have a row each; all of them are in the list of doubts."""


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """``place`` is where it is, in words; ``line`` and ``column`` count from 1. ``path`` is the file or
    folder that it is about, "" for the texts themselves.
    """

    severity: Severity
    text: str
    place: str
    part: Part = Part.KITFILE
    line: int | None = None
    column: int | None = None
    field: str = ""
    suggestion: str = ""
    fix: Remedy | None = None
    path: str = ""


def problem_rows(
    document: KitfileDocument,
    ignore_problem: Problem | None,
    found: Iterable[Problem | Concern],
    doubts: Iterable[ProblemRow] = (),
    folder: Path | None = None,
) -> tuple[ProblemRow, ...]:
    """Errors first, then warnings, then advice, each in the order of its lines. ``found`` are those that the
    look through the folder found.
    """
    rows = [_row(document, problem, folder) for problem in (*document.problems, *found)]
    rows += doubts
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
    return tuple(sorted(rows, key=lambda row: (_ORDER[row.severity], row.line or 0)))


def doubt_rows(doubts: Doubts, agreed: Container[str]) -> Iterator[ProblemRow]:
    """Secrets, pickles and junk that would be packed, without those that somebody agreed to pack."""
    secrets = [one for one in doubts.secrets if one.path not in agreed]
    pickles = [one for one in doubts.pickles if one.path not in agreed]
    for one in secrets[:_MOST_DOUBTS]:
        yield _doubt_row(one, f"A secret would be packed. {one.flag.reason}", Severity.WARNING)
    for one in pickles[:_MOST_DOUBTS]:
        is_dangerous = one.flag.reason.startswith("Loading it can run")
        yield _doubt_row(one, one.flag.reason, Severity.WARNING if is_dangerous else Severity.ADVICE)
    left = len(secrets[_MOST_DOUBTS:]) + len(pickles[_MOST_DOUBTS:])
    if left:
        yield ProblemRow(Severity.WARNING, f"{left:,} more secrets and pickles are listed under To check", "")
    if doubts.junk:
        label, patterns = "Ignore all of it", patterns_for(doubts.junk)
        text = f"{count_text(len(doubts.junk), 'piece of junk', 'pieces of junk')} would be packed"
        yield ProblemRow(
            Severity.ADVICE, text, name_text(doubts.junk[0].path), fix=IgnoreFix(label, patterns)
        )


def fix_name(row: ProblemRow) -> str:
    """What undo calls the fix of a row."""
    label = "" if row.fix is None else row.fix.label
    return f"“{label}” in line {row.line}" if row.line else f"“{label}”: {row.place or row.field}"


def _doubt_row(one: Flagged, text: str, severity: Severity) -> ProblemRow:
    fix = IgnoreFix("Add to .kitignore", patterns_for((one,)))
    return ProblemRow(severity, text, name_text(one.path), fix=fix, path=one.path)


def texts_by_field(rows: Iterable[ProblemRow]) -> Mapping[str, str]:
    """What the form shows beside its fields: what is wrong there. Advice stands in the list only."""
    texts: dict[str, str] = {}
    for row in rows:
        if row.field and row.severity is not Severity.ADVICE:
            texts[row.field] = f"{texts[row.field]}\n{row.text}" if row.field in texts else row.text
    return texts


def _row(document: KitfileDocument, found: Problem | Concern, folder: Path | None) -> ProblemRow:
    problem = found.problem if isinstance(found, Concern) else found
    path = found.path if isinstance(found, Concern) else ""
    line = problem.line
    if line is None and problem.field:
        line = _nearest_line(document, problem.field)
    return ProblemRow(
        problem.severity,
        _plain(name_text(problem.message) if isinstance(found, Concern) else problem.message),
        _place("Line" if line is not None else problem.field, line) or name_text(path),
        line=line,
        column=problem.column,
        field=problem.field,
        suggestion=problem.suggestion,
        fix=found.remedy if isinstance(found, Concern) else remedy_of(problem, folder),
        path=path,
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
