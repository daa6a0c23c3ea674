"""What bad folders get in the editor: one table. Each is shown as what it is, and what was typed stays.

What takes processes, time or a quiet machine has tests of its own: folders of 200,000 files
(``tests/classification/test_folder_lister.py``, ``tests/test_folder_watchdog.py``), a file system that stalls
(``test_tree_pane.py``), a Kitfile of 5 MB (``tests/test_text_watchdog.py``), and packing all of it
(``tests/test_bad_input.py``).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.projects_page import ProjectsPage
from kitops_desktop.ui.widgets.error_panel import ErrorPanel

TESTS = Path(__file__).parents[2]
KITFILE = "manifestVersion: 1.0.0\npackage:\n  name: churn\ncode:\n  - path: src\n"
TYPED = "# typed by hand\n"


@dataclass(frozen=True)
class Row:
    """``shown`` are pieces of what the tree says of single paths, ``problem`` one of what the list says."""

    name: str
    arrange: Callable[[Path], None]
    shown: dict[str, str]
    problem: str = ""


def links_in_circles(folder: Path) -> None:
    (folder / "src" / "loop").symlink_to(folder / "src")
    (folder / "src" / "again").symlink_to("again")


def odd_names(folder: Path) -> None:
    for name in (b"caf\xe9.py", b"two\nlines.py", b" blanks "):
        (folder / "src" / os.fsdecode(name)).write_text("1\n")


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "src" / "pipe")


def tabs(folder: Path) -> None:
    (folder / "Kitfile").write_text(KITFILE.replace("  - path", "\t- path"))


def anchors(folder: Path) -> None:
    (folder / "Kitfile").write_text(KITFILE.replace("path: src", "&src {path: src}") + "docs: [*src]\n")


def no_text(folder: Path) -> None:
    (folder / "Kitfile").write_bytes(KITFILE.encode() + b"docs: \xff\n")


def two_kitfiles(folder: Path) -> None:
    (folder / "kitfile").write_text(KITFILE)


def damaged(folder: Path) -> None:
    (folder / "src" / "model.safetensors").write_bytes(b"\xff" * 64)


def bad_patterns(folder: Path) -> None:
    (folder / ".kitignore").write_text("[a\n")


def a_link_for_a_kitfile(folder: Path) -> None:
    (folder / "Kitfile").rename(folder / "src" / "real")
    (folder / "Kitfile").symlink_to("src/real")


def a_missing_path(folder: Path) -> None:
    shutil.rmtree(folder / "src")


ROWS = (
    Row("links in circles", links_in_circles, {"src/loop": "Link", "src/again": "Link"}),
    Row(
        "names that are no text",
        odd_names,
        {
            "src/caf\udce9.py": "caf\\xe9.py",
            "src/two\nlines.py": "two\\nlines.py",
            "src/ blanks ": "Code: src",
        },
    ),
    Row("a pipe", pipe, {"src/pipe": "Special file"}),
    Row("tabs", tabs, {"src": "src"}, "Indent with blanks instead of a tab."),
    Row("anchors", anchors, {"src": "Code"}),
    Row("a Kitfile that is no text", no_text, {"src": "src"}, "Invalid UTF-8"),
    Row("two Kitfiles", two_kitfiles, {"src": "Code"}, "Kitfile"),
    Row("a damaged model", damaged, {"src/model.safetensors": "Code: src"}),
    Row("patterns that cannot be used", bad_patterns, {"src": "src"}, "pattern"),
    Row("a Kitfile that is a link", a_link_for_a_kitfile, {"src/real": "Code: src"}),
    Row("a path that is not there", a_missing_path, {}, "“src” is not in the folder"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "churn"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "run.py").write_text("1\n")
    (folder / "Kitfile").write_text(KITFILE)
    return folder


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_it_is_shown_as_what_it_is_and_nothing_typed_is_lost(
    projects: ProjectsPage, folder: Path, row: Row, qtbot: QtBot
) -> None:
    row.arrange(folder)
    before = (folder / "Kitfile").read_bytes()
    projects.show_detail(str(folder))
    qtbot.waitUntil(lambda: projects.current is not None)
    page = projects.current
    assert page is not None
    tree = page.folder_side.tree_pane
    for path, text in row.shown.items():
        qtbot.waitUntil(lambda path=path, text=text: text in about(tree.model.index_of(path)))
    if row.problem:
        qtbot.waitUntil(
            lambda: any(row.problem in one.text + one.suggestion for one in page.problems.model.rows)
        )
    page.text_pane.editors[Part.KITFILE].insertPlainText(TYPED)
    assert page.save()
    assert (folder / "Kitfile").read_bytes() == TYPED.encode() + before
    page.editor.undo_stack.undo()
    assert page.save()
    assert (folder / "Kitfile").read_bytes() == before


def press(owner: QWidget, text: str) -> None:
    (found,) = [one for one in owner.findChildren(QAbstractButton) if one.text() == text]
    found.click()


def about(index: QModelIndex) -> str:
    """All that is said of a row of the tree."""
    return str(index.data(Qt.ItemDataRole.AccessibleTextRole) or "")


@pytest.mark.parametrize("name", ["Kitfile", ".kitignore"])
def test_a_pipe_in_the_place_of_a_text_is_not_waited_for(
    projects: ProjectsPage, folder: Path, name: str, qtbot: QtBot
) -> None:
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    projects.show_detail(str(folder))
    qtbot.waitUntil(lambda: projects.findChild(ErrorPanel) is not None)
    texts = [one.text() for one in projects.findChild(ErrorPanel).findChildren(QLabel)]
    assert any("no file" in text for text in texts), texts


def test_a_folder_that_vanishes_keeps_what_was_typed(
    projects: ProjectsPage, folder: Path, qtbot: QtBot
) -> None:
    projects.show_detail(str(folder))
    qtbot.waitUntil(lambda: projects.current is not None)
    page = projects.current
    assert page is not None
    qtbot.waitUntil(lambda: not page.look.busy)
    page.text_pane.editors[Part.KITFILE].insertPlainText(TYPED)
    shutil.rmtree(folder)
    page.folder_side.tree_pane.list_again()
    qtbot.waitUntil(lambda: "cannot be listed" in page.folder_side.tree_pane.says.text())
    assert not page.save(), "there is nowhere to write it"
    assert page.text_pane.editors[Part.KITFILE].text == TYPED + KITFILE
    folder.mkdir()
    qtbot.waitUntil(page.outside.isVisible)
    press(page.outside, "Keep mine")
    assert page.save()
    assert (folder / "Kitfile").read_text() == TYPED + KITFILE


def test_a_folder_that_may_not_be_written_and_one_that_may_not_be_read(
    folder: Path, home: Path, run_unprivileged: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    (folder / "closed").mkdir(mode=0)
    folder.chmod(0o555)
    environment = {**os.environ, "PYTHONPATH": str(TESTS), "QT_QPA_PLATFORM": "offscreen"}
    ended = run_unprivileged([sys.executable, "-m", "support.forbidden_folder", str(folder)], env=environment)
    assert ended.returncode == 0, ended.stderr
    shown = json.loads(ended.stdout)
    assert "closed, folder, In no entry of the Kitfile, permission denied" in shown["rows"]
    assert not shown["saved"]
    assert any("Kitfile" in text for text in shown["said"]), shown["said"]
    assert shown["text"] == TYPED + KITFILE
    assert (folder / "Kitfile").read_text() == KITFILE
