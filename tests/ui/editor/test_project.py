"""A project: its two texts, what is saved of them, and a first Kitfile where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.kitfile.problems import Severity
from kitops_desktop.ui.editor.project import Part, Project
from kitops_desktop.ui.editor.text_file import ChangedOutside

KITFILE = "manifestVersion: 1.0.0\npackage:\n  name: churn # keep\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "churn"
    made.mkdir()
    (made / "Kitfile").write_text(KITFILE)
    return made


def test_a_folder_with_a_kitfile(folder: Path) -> None:
    project = Project(folder)
    assert project.name == "churn"
    assert not project.is_new
    assert not project.needs_saving
    assert project.text(Part.KITFILE) == KITFILE
    assert project.document.value(("package", "name")) == "churn"


def test_a_folder_without_one_gets_a_proposal_that_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"1")
    project = Project(tmp_path, author="MLTeam")
    assert project.is_new
    assert project.needs_saving
    assert not project.modified, "closing would lose nothing"
    assert [reason.path for reason in project.reasons] == ["model.onnx"]
    assert project.document.value(("model", "path")) == "model.onnx"
    assert project.document.value(("package", "authors")) == ("MLTeam",)
    assert not (tmp_path / "Kitfile").exists()
    project.save()
    assert (tmp_path / "Kitfile").read_text() == project.text(Part.KITFILE)
    assert not project.is_new


def test_saving_writes_what_was_edited_and_nothing_else(folder: Path) -> None:
    project = Project(folder)
    project.set_text(Part.KITFILE, KITFILE.replace("churn", "other"))
    assert project.modified
    assert not project.is_read
    assert project.read().value(("package", "name")) == "other"
    project.save()
    assert (folder / "Kitfile").read_text() == KITFILE.replace("churn", "other")
    assert not (folder / ".kitignore").exists()
    assert not project.modified


def test_a_file_written_by_others_is_not_overwritten(folder: Path) -> None:
    project = Project(folder)
    project.set_text(Part.IGNORE, "*.log\n")
    (folder / "Kitfile").write_text("theirs\n")
    assert project.changed_outside
    with pytest.raises(ChangedOutside):
        project.save()
    assert not (folder / ".kitignore").exists(), "nothing is written by halves"
    assert project.on_disk().kitfile == "theirs\n"
    assert project.accept_disk().kitfile == "theirs\n"
    assert project.is_modified(Part.KITFILE), "ours is now the edited one"
    project.save()
    assert (folder / "Kitfile").read_text() == KITFILE


@pytest.mark.parametrize(
    ("text", "patterns", "after"),
    [
        ("", ["a"], "a\n"),
        ("# x\n*.log", ["a", "b"], "# x\n*.log\na\nb\n"),
        ("*.log\r\n", ["a"], "*.log\r\na\r\n"),
        ("a\n", ["a"], "a\n"),
        ("", ["a", "a"], "a\n"),
    ],
)
def test_patterns_are_added_at_the_end(folder: Path, text: str, patterns: list[str], after: str) -> None:
    project = Project(folder)
    project.set_text(Part.IGNORE, text)
    assert project.with_patterns(patterns) == after


def test_a_kitignore_that_cannot_be_used_is_a_problem_with_its_line(folder: Path) -> None:
    project = Project(folder)
    assert project.ignore_problem() is None
    project.set_text(Part.IGNORE, "ok\n[a\n")
    problem = project.ignore_problem()
    assert problem is not None
    assert problem.severity is Severity.ERROR
    assert problem.line == 2
