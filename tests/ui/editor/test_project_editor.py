"""One way to change a project: form, text and .kitignore, all undone in the order in which they were done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from kitops_desktop.errors import KitOpsError
from kitops_desktop.jobs.background import Background
from kitops_desktop.ui.editor import form_edits
from kitops_desktop.ui.editor.project import Part, Project
from kitops_desktop.ui.editor.project_editor import LONG, UNDO_LIMIT, ProjectEditor


@pytest.fixture
def editor(folder: Path, qtbot: QtBot) -> Iterator[ProjectEditor]:
    background = Background(2)
    made = ProjectEditor(Project(folder), background)
    yield made
    shiboken6.delete(made)
    background.close()


def type_in(editor: ProjectEditor, part: Part, text: str) -> None:
    """Type at the end of the text, letter by letter."""
    for letter in text:
        editor.type_text(part, editor.text(part) + letter)


def set_name(editor: ProjectEditor, name: str) -> None:
    edit = form_edits.set_field(("package", "name"), name)
    editor.edit(edit.change, edit.label, edit.merge_key)


def test_a_field_typed_into_is_one_step(editor: ProjectEditor) -> None:
    before = editor.text(Part.KITFILE)
    for name in ("c", "ch", "chu", "Xchu"):
        set_name(editor, name)
    assert editor.undo_stack.count() == 1
    assert editor.undo_stack.undoText() == "edit of package name"
    assert "name: Xchu  # keep this comment" in editor.text(Part.KITFILE)
    editor.undo_stack.undo()
    assert editor.text(Part.KITFILE) == before
    editor.undo_stack.redo()
    assert "name: Xchu  # keep this comment" in editor.text(Part.KITFILE)


def test_typed_text_is_undone_by_runs(editor: ProjectEditor) -> None:
    before = editor.text(Part.KITFILE)
    type_in(editor, Part.KITFILE, "# one")
    type_in(editor, Part.KITFILE, "\n# two")
    assert editor.undo_stack.count() == 2
    editor.undo_stack.undo()
    assert editor.text(Part.KITFILE) == before + "# one"
    editor.undo_stack.undo()
    assert editor.text(Part.KITFILE) == before


def test_both_files_share_one_history(editor: ProjectEditor) -> None:
    ignore = editor.text(Part.IGNORE)
    type_in(editor, Part.IGNORE, "tmp")
    set_name(editor, "other")
    editor.replace_text(Part.IGNORE, "all\n", "ignoring of all")
    labels = [editor.undo_stack.text(index) for index in range(editor.undo_stack.count())]
    assert labels == ["typing in .kitignore", "edit of package name", "ignoring of all"]
    editor.undo_stack.undo()
    assert editor.text(Part.IGNORE) == ignore + "tmp"
    editor.undo_stack.undo()
    editor.undo_stack.undo()
    assert editor.text(Part.IGNORE) == ignore
    assert not editor.project.modified


def test_going_back_letter_by_letter_leaves_no_step(editor: ProjectEditor) -> None:
    set_name(editor, "churns")
    set_name(editor, "churn")
    assert editor.undo_stack.count() == 0
    assert not editor.project.modified


def test_typed_text_is_read_after_a_pause(editor: ProjectEditor, qtbot: QtBot) -> None:
    with qtbot.waitSignal(editor.document_changed):
        editor.type_text(Part.KITFILE, editor.text(Part.KITFILE).replace("churn", "other"))
    assert editor.document.value(("package", "name")) == "other"


def test_an_edit_comes_after_what_was_typed_just_before(editor: ProjectEditor) -> None:
    editor.type_text(Part.KITFILE, editor.text(Part.KITFILE).replace("MLTeam", "DataLab"))
    set_name(editor, "other")
    assert editor.document.value(("package", "authors")) == ("DataLab",)
    assert editor.document.value(("package", "name")) == "other"


def test_an_edit_that_the_text_does_not_allow_is_refused(editor: ProjectEditor, qtbot: QtBot) -> None:
    editor.type_text(Part.KITFILE, "package: {\n")
    with qtbot.waitSignal(editor.refused) as refused:
        set_name(editor, "other")
    assert isinstance(refused.args[0], KitOpsError)
    assert editor.text(Part.KITFILE) == "package: {\n"


def test_long_texts_are_read_and_edited_in_the_background(editor: ProjectEditor, qtbot: QtBot) -> None:
    tail = "# a long comment\n" * (LONG // 16)
    editor.replace_text(Part.KITFILE, editor.text(Part.KITFILE) + tail, "pasting")
    assert not editor.project.is_read, "not in this thread"
    set_name(editor, "fo")
    set_name(editor, "foo")
    editor.type_text(Part.KITFILE, editor.text(Part.KITFILE) + "# typed meanwhile\n")
    qtbot.waitUntil(lambda: editor.project.is_read and editor.document.value(("package", "name")) == "foo")
    text = editor.text(Part.KITFILE)
    assert text.endswith(tail + "# typed meanwhile\n")
    assert "name: foo  # keep this comment" in text


def test_what_cannot_be_done_to_a_long_text_does_not_hold_up_the_rest(
    editor: ProjectEditor, qtbot: QtBot
) -> None:
    editor.replace_text(Part.KITFILE, editor.text(Part.KITFILE) + "#\n" * LONG, "pasting")
    wrong = form_edits.remove_entry(("datasets", 7))
    with qtbot.waitSignal(editor.refused):
        editor.edit(wrong.change, wrong.label)
        set_name(editor, "other")
    qtbot.waitUntil(lambda: editor.document.value(("package", "name")) == "other")


def test_the_oldest_steps_go_when_there_are_very_many(editor: ProjectEditor) -> None:
    for number in range(UNDO_LIMIT + 20):
        editor.replace_text(Part.IGNORE, f"{number}\n", "edit")
    assert editor.undo_stack.count() == UNDO_LIMIT
    editor.undo_stack.undo()
    assert editor.text(Part.IGNORE) == f"{UNDO_LIMIT + 18}\n"
