"""What was typed and not saved is there at the next start, and only then."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.editor.project import Part, Project
from kitops_desktop.ui.editor.project_draft import ProjectDraft
from kitops_desktop.ui.editor.projects_page import ProjectsPage
from kitops_desktop.workspace import Workspace
from support.kills import TESTS
from support.recording_navigator import RecordingNavigator
from support.waiting import until

Opened = tuple[Project, ProjectDraft, ProjectsPage]
Open = Callable[[], "contextmanager[Opened]"]


@pytest.fixture
def opened(workspace: Workspace, navigator: RecordingNavigator, folder: Path, qtbot: QtBot) -> Open:
    """opened(): the projects of a new start with the folder open; it ends without a word."""

    @contextmanager
    def start() -> Iterator[Opened]:
        page = ProjectsPage(workspace, navigator)
        page.resize(1100, 700)
        page.show()
        page.show_detail(str(folder))
        qtbot.waitUntil(lambda: page.current is not None)
        assert page.current is not None
        draft = page.current.findChild(ProjectDraft)
        assert draft is not None
        yield page.current.project, draft, page
        shiboken6.delete(page)

    return start


def typed(page: ProjectsPage, part: Part, text: str) -> None:
    assert page.current is not None
    page.current.editor.type_text(part, text)


def kept(workspace: Workspace, folder: Path) -> dict[str, str]:
    return {draft.name: draft.text for draft in workspace.drafts.find(folder)}


def test_it_is_written_soon_and_restored(
    opened: Open, workspace: Workspace, folder: Path, qtbot: QtBot
) -> None:
    with opened() as (project, _, page):
        before = project.text(Part.KITFILE)
        typed(page, Part.KITFILE, before + "# mine\n")
        typed(page, Part.IGNORE, "*.tmp\n")
        qtbot.waitUntil(lambda: len(kept(workspace, folder)) == 2)
    with opened() as (project, draft, page):
        assert project.text(Part.KITFILE) == before + "# mine\n"
        assert project.text(Part.IGNORE) == "*.tmp\n"
        assert project.modified
        assert draft.notice.isVisible()
        assert draft.notice.accessibleName() == "Unsaved edits from a moment ago were restored."
        assert page.current is not None
        stack = page.current.editor.undo_stack
        assert stack.undoText() == "restoring of unsaved edits"
        stack.undo()
        assert not project.modified
        qtbot.waitUntil(lambda: not kept(workspace, folder))
        assert not draft.notice.isVisible()
        stack.redo()
        assert project.text(Part.IGNORE) == "*.tmp\n"


def test_discarding_can_be_undone(opened: Open, workspace: Workspace, folder: Path, qtbot: QtBot) -> None:
    with opened() as (_, draft, page):
        typed(page, Part.IGNORE, "*.tmp\n")
        draft.flush()
    with opened() as (project, draft, page):
        draft.notice.discard_wanted.emit()
        assert not project.modified
        assert project.text(Part.IGNORE) == "**/*.log\n"
        qtbot.waitUntil(lambda: not kept(workspace, folder))
        assert page.current is not None
        page.current.editor.undo_stack.undo()
        assert project.text(Part.IGNORE) == "*.tmp\n"
        draft.flush()
    assert kept(workspace, folder) == {".kitignore": "*.tmp\n"}


def test_saving_ends_the_draft(opened: Open, workspace: Workspace, folder: Path, qtbot: QtBot) -> None:
    with opened() as (_, draft, page):
        typed(page, Part.IGNORE, "*.tmp\n")
        draft.flush()
        assert kept(workspace, folder)
        assert page.current is not None
        assert page.current.save()
        qtbot.waitUntil(lambda: not kept(workspace, folder))
    with opened() as (project, draft, _):
        assert not project.modified
        assert not draft.notice.isVisible()


def test_a_file_that_was_changed_meanwhile_is_asked_about(opened: Open, folder: Path, qtbot: QtBot) -> None:
    with opened() as (project, draft, page):
        mine = project.text(Part.KITFILE) + "# mine\n"
        typed(page, Part.KITFILE, mine)
        draft.flush()
    (folder / "Kitfile").write_text("package:\n  name: theirs\n")
    with opened() as (project, draft, page):
        typed(page, Part.KITFILE, mine + "# more\n")
        draft.flush()
    with opened() as (project, _, page):
        assert project.text(Part.KITFILE) == mine + "# more\n"
        current = page.current
        assert current is not None
        qtbot.waitUntil(current.outside.isVisible)
        assert not current.save(), "nothing of theirs is overwritten unasked"
        current.outside.theirs.emit()
        assert "theirs" in project.text(Part.KITFILE)
        current.editor.undo_stack.undo()
        assert project.text(Part.KITFILE) == mine + "# more\n"


def test_both_changes_are_merged_after_a_restart(opened: Open, folder: Path, qtbot: QtBot) -> None:
    with opened() as (project, draft, page):
        before = project.text(Part.KITFILE)
        typed(page, Part.KITFILE, before + "# mine\n")
        draft.flush()
    (folder / "Kitfile").write_text(before.replace("epochs: 40", "epochs: 50"))
    with opened() as (project, _, page):
        current = page.current
        assert current is not None
        qtbot.waitUntil(current.outside.isVisible)
        current.outside.merge.emit()
        qtbot.waitUntil(lambda: "epochs: 50" in project.text(Part.KITFILE))
        assert project.text(Part.KITFILE).endswith("# mine\n")
        assert current.save()


def test_what_was_saved_elsewhere_in_the_same_words_is_no_draft(
    opened: Open, workspace: Workspace, folder: Path, qtbot: QtBot
) -> None:
    with opened() as (project, draft, page):
        typed(page, Part.KITFILE, project.text(Part.KITFILE) + "# mine\n")
        draft.flush()
        (folder / "Kitfile").write_text(project.text(Part.KITFILE))
    with opened() as (project, draft, _):
        assert not project.modified
        assert not draft.notice.isVisible()
        qtbot.waitUntil(lambda: not kept(workspace, folder))


def test_discarding_all_keeps_nothing(opened: Open, workspace: Workspace, folder: Path) -> None:
    with opened() as (_, draft, page):
        typed(page, Part.IGNORE, "*.tmp\n")
        page.discard_all()
        draft.flush()
        assert kept(workspace, folder) == {}


def test_a_killed_window_has_it_at_the_next_start(opened: Open, workspace: Workspace, folder: Path) -> None:
    text = "# typed just before the end"
    before = (folder / "Kitfile").read_text()
    command = [sys.executable, "-m", "support.typing_window", str(folder), text]
    process = subprocess.Popen(command, cwd=TESTS, stderr=subprocess.PIPE)
    try:
        until(lambda: any(text in one for one in kept(workspace, folder).values()), "the draft")
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert (folder / "Kitfile").read_text() == before
    with opened() as (project, draft, _):
        assert project.text(Part.KITFILE) == before + text
        assert draft.notice.isVisible()
