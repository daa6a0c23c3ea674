"""Problems as rows: in plain words, with their place, and mended where it is plain what was meant."""

from __future__ import annotations

import pytest

from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.problems import Problem, Severity
from kitops_desktop.ui.editor.problem_rows import problem_rows, texts_by_field
from kitops_desktop.ui.editor.problems_model import problem_text
from kitops_desktop.ui.editor.project import Part

HEAD = "manifestVersion: 1.0.0\n"


def rows_of(text: str) -> list[str]:
    return [problem_text(row) for row in problem_rows(KitfileDocument(text), None, ())]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            f"{HEAD}package:\n  licence: MIT\n",
            "Line 3: “licence” is no key of a Kitfile here\nDid you mean license?",
        ),
        (f"{HEAD}code: src\n", "Line 2: Cannot unmarshal !!str `src` here\n"),
        ("package: {\n", "Line 1: Did not find expected node content"),
        ("", "Line 1: EOF\nThe Kitfile is empty."),
        ("package:\n  name: x\n", "Line 1: Invalid manifestVersion: expect 1.0.0 but got \n"),
    ],
)
def test_problems_are_said_in_plain_words(text: str, shown: str) -> None:
    assert rows_of(text)[0].startswith(shown)


@pytest.mark.parametrize(
    ("text", "label", "after"),
    [
        (f"{HEAD}package:\n  licence: MIT # c\n", "Write license", f"{HEAD}package:\n  license: MIT # c\n"),
        (f"{HEAD}'dataset':\n- path: a\n", "Write datasets", f"{HEAD}'datasets':\n- path: a\n"),
        ("\ufeffPackage:\r\n  name: x\r\n", "Write package", "\ufeffpackage:\r\n  name: x\r\n"),
        ("package: # c\n  name: x\n", "Write 1.0.0", f"{HEAD}package: # c\n  name: x\n"),
    ],
)
def test_what_was_plainly_meant_is_mended(text: str, label: str, after: str) -> None:
    document = KitfileDocument(text)
    fix = next(row.fix for row in problem_rows(document, None, ()) if row.fix is not None)
    assert fix.label == label
    assert fix.edit(document) == after


def test_a_fix_does_nothing_to_a_text_that_has_changed_meanwhile() -> None:
    document = KitfileDocument(f"{HEAD}package:\n  licence: MIT\n")
    fix = problem_rows(document, None, ())[0].fix
    assert fix is not None
    later = document.changed(f"# one line more\n{document.text}")
    assert fix.edit(later) == later.text


def test_what_the_folder_lacks_stands_at_its_line_and_is_mended() -> None:
    document = KitfileDocument(f"{HEAD}datasets:\n  - name: a\n    path: tets.csv\n")
    missing = Problem(
        Severity.ERROR,
        "“tets.csv” is not in the folder",
        field="datasets[0].path",
        suggestion="Did you mean test.csv?",
    )
    (row,) = problem_rows(document, None, [missing])
    assert (row.line, row.place) == (4, "Line 4")
    assert row.fix is not None
    assert row.fix.edit(document) == f"{HEAD}datasets:\n  - name: a\n    path: test.csv\n"
    assert texts_by_field([row]) == {"datasets[0].path": "“tets.csv” is not in the folder"}


def test_errors_come_first_and_the_kitignore_has_its_own_place() -> None:
    document = KitfileDocument("package:\n  name: x\n")
    ignore = Problem(Severity.ERROR, "unclosed bracket", 7)
    first, second = problem_rows(document, ignore, ())
    assert (first.part, first.line, first.place) == (Part.IGNORE, 7, ".kitignore, line 7")
    assert second.severity is Severity.WARNING
