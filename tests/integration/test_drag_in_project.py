"""Files are moved to sections in a real window: dragged from the tree, from elsewhere, between sections,
and all of it by keys; undoing restores the screen, and the file once saved.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from support import drag_source
from support.application import Application
from support.desktop import Desktop
from support.element import Element
from support.waiting import until

pytestmark = pytest.mark.window


KITFILE = """\
# of the team
manifestVersion: 1.0.0
package:
  name: churn  # keep
datasets:
  - name: train
    path: train.csv
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose form has few enough fields to be seen at once."""
    folder = tmp_path / "churn"
    folder.mkdir()
    for name, content in {"Kitfile": KITFILE, "train.csv": "a,b\n1,2\n", "notes.txt": "mine"}.items():
        (folder / name).write_text(content)
    return folder


@pytest.fixture
def window(desktop: Desktop, folder: Path, after_first_run: None) -> Application:
    window = desktop.start_kitops(folder)
    window.place(0, 0, 1380, 780)
    window.find("text", "Package name").wait_text("churn")
    window.find("table cell", re.compile(r"^notes\.txt, .*In no entry"))
    return window


def row(window: Application, name: str) -> Element:
    """A row of the tree."""
    return window.find("table cell", re.compile(f"^{re.escape(name)}, "))


def text(window: Application) -> Element:
    return window.find("text", "Kitfile text")


def saved(window: Application, kitfile: Path, expected: re.Pattern[str] | str) -> None:
    """Save, and wait until that is what the file has."""
    window.desktop.keys("ctrl+s")

    def fits() -> bool:
        now = kitfile.read_text()
        return bool(expected.search(now)) if isinstance(expected, re.Pattern) else now == expected

    until(fits, f"{kitfile} to hold {expected!r}", explain=window.explain)


def undone(window: Application, kitfile: Path) -> None:
    """Undo; the screen is as it was, and the file when it is saved."""
    window.desktop.keys("ctrl+z")
    text(window).wait_text(KITFILE)
    saved(window, kitfile, KITFILE)


def ignored(window: Application, folder: Path) -> str:
    """What .kitignore has once it is saved."""
    window.desktop.keys("ctrl+s")
    file = folder / ".kitignore"
    return file.read_text() if file.exists() else ""


def test_by_mouse(desktop: Desktop, window: Application, folder: Path) -> None:
    from_the_tree_to_targets_and_sections(window, folder)
    between_sections(window, folder)
    from_another_program(desktop, window, folder)


def from_the_tree_to_targets_and_sections(window: Application, folder: Path) -> None:
    kitfile = folder / "Kitfile"
    notes = row(window, "notes.txt").click()
    notes.drag_to(window.find("push button", "Move to Docs"))
    saved(window, kitfile, KITFILE + "docs:\n  - path: notes.txt\n")
    window.find("table cell", re.compile(r"^notes\.txt, .*Docs"))
    undone(window, kitfile)
    window.find("table cell", re.compile(r"^notes\.txt, .*In no entry"))
    row(window, "notes.txt").drag_to(window.find("push button", "Add part"))
    saved(window, kitfile, re.compile(r"parts:\n.*- path: notes\.txt\n"))
    undone(window, kitfile)


def from_another_program(desktop: Desktop, window: Application, folder: Path) -> None:
    kitfile = folder / "Kitfile"
    files = desktop.start(sys.executable, drag_source.__file__, folder / "notes.txt")
    files.place(1100, 820, 260, 60)
    file = files.find("label", "notes.txt")
    file.drag_to(window.find("push button", "Add dataset"))
    window.find("table cell", re.compile(r"^notes\.txt, .*Dataset")).click()  # the keys are the other's
    saved(window, kitfile, KITFILE + "  - name: notes\n    path: notes.txt\n")
    undone(window, kitfile)
    file.drag_to(window.find("push button", "Ignore"))
    window.find("table cell", re.compile(r"^notes\.txt, .*Ignored")).click()
    until(lambda: ignored(window, folder) == "notes.txt\n", "the pattern", explain=window.explain)
    window.desktop.keys("ctrl+z")
    until(lambda: ignored(window, folder) == "", "no pattern", explain=window.explain)


def between_sections(window: Application, folder: Path) -> None:
    grip = window.find("*", re.compile("^Drag dataset 1 to"))
    grip.drag_to(window.find("push button", "Add part"))
    saved(window, folder / "Kitfile", re.compile(r"parts:\n(.*\n)*.*path: train\.csv\n"))
    window.find("table cell", re.compile(r"^train\.csv, .*Model part"))
    undone(window, folder / "Kitfile")
    window.find("table cell", re.compile(r"^train\.csv, .*Dataset"))


def test_by_keys_alone(window: Application, folder: Path) -> None:
    kitfile, keys = folder / "Kitfile", window.desktop.keys
    window.tab_to("text", "Filter files", key="shift+Tab")
    keys("Down", "Home")  # into the tree
    window.desktop.type("not")  # type-ahead
    row(window, "notes.txt").wait_state("selected")
    keys("ctrl+shift+d")
    saved(window, kitfile, KITFILE + "  - name: notes\n    path: notes.txt\n")
    undone(window, kitfile)
    keys("ctrl+shift+i")
    until(lambda: ignored(window, folder) == "notes.txt\n", "the pattern", explain=window.explain)
    window.find("table cell", re.compile(r"^notes\.txt, .*Ignored by notes\.txt"))
    keys("ctrl+z")
    window.find("table cell", re.compile(r"^notes\.txt, .*In no entry"))
    until(lambda: ignored(window, folder) == "", "no pattern", explain=window.explain)
