"""Every place of the window as a user finds it: named controls, colours that follow, questions, undo."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from support.application import Application
from support.desktop import Desktop
from support.portal import FOLLOWING, Portal
from support.trees import tree
from support.waiting import until

pytestmark = pytest.mark.window

SAMPLE = Path(__file__).parents[2] / "resources" / "sample-kit"
NAME = "registry.example/acme/bearing-faults"
FIRST, SECOND = f"{NAME}:v1", f"{NAME}:v2"


@pytest.fixture
def two_versions(sample_folder: Path, run_command: Callable[..., str], after_first_run: None) -> None:
    """A library with two versions of a kit, which share all layers but one."""
    run_command("pack", sample_folder, "-t", FIRST)
    (sample_folder / "predict.py").write_text("print('healthy')\n")
    run_command("pack", sample_folder, "-t", SECOND)


def assert_named(window: Application) -> None:
    """Cells of a table may be empty; everything else that takes the keyboard can be told by its name."""
    unnamed = [one for one in window.unnamed() if one.role not in ("table cell", "table column header")]
    assert unnamed == [], window.dump()


def find_or_do(window: Application, text: str) -> None:
    """Do the one thing of that name, by the command palette."""
    window.desktop.keys("ctrl+k")
    window.find("text", "Find or do", state="focused")
    window.desktop.type(text)
    window.find("list item", re.compile(f"^{text}"), state="selected")
    window.desktop.keys("Return")
    window.gone("text", "Find or do")


def brightness(window: Application, folder: Path) -> float:
    """How light the empty place beside the page's title is, from 0 to 1."""
    picture = window.desktop.screenshot(folder / "screen.png")
    frame = window.find("frame").appearance.extents
    area = f"8x8+{frame[0] + frame[2] // 2}+{frame[1] + 60}"
    return float(window.desktop.run("convert", picture, "-crop", area, "-format", "%[fx:mean]", "info:"))


def test_every_place_names_its_controls(desktop: Desktop, two_versions: None, sample_folder: Path) -> None:
    window = desktop.start_kitops()
    window.find("table cell", SECOND)
    assert_named(window)
    window.find("table cell", FIRST).click(times=2)
    for tab in ("Overview", "Files", "Kitfile", "Manifest"):
        window.find("page tab", tab).click()
        window.find("page tab", tab, state="selected")
        assert_named(window)
    window.find("push button", "Unpack…").click()
    window.find("push button", "Unpack", state="sensitive")
    assert_named(window)
    desktop.keys("Escape")
    window.gone("push button", "Unpack")
    for place, head in (("Transfers", "Transfers"), ("Settings", "Settings"), ("Projects", "Projects")):
        window.find("radio button", place).click()
        window.find("label", head)
        assert_named(window)


def test_every_sheet_of_the_library_names_its_controls(desktop: Desktop, two_versions: None) -> None:
    window = desktop.start_kitops()
    window.find("table cell", SECOND).click()
    for command in ("Tags", "Prune the store", "Trash", "Keyboard shortcuts", "About"):
        find_or_do(window, command)
        window.find("push button", "Close")
        assert_named(window)
        desktop.keys("Escape")
        window.gone("push button", "Close")


def test_light_and_dark_follow_the_desktop(
    desktop: Desktop, portal: Portal, after_first_run: None, tmp_path: Path
) -> None:
    portal.prefer("light")
    window = desktop.start_kitops(**FOLLOWING)
    window.find("push button", "Try the sample…")

    until(lambda: brightness(window, tmp_path) > 0.8, "a light window")
    portal.prefer("dark")
    until(lambda: brightness(window, tmp_path) < 0.3, "a dark window")
    portal.prefer("light")
    until(lambda: brightness(window, tmp_path) > 0.8, "a light window again")


def test_another_appearance_shows_at_once_and_is_kept(
    desktop: Desktop, settings_file: Path, after_first_run: None, tmp_path: Path
) -> None:
    window = desktop.start_kitops()
    window.find("radio button", "Settings").click()
    window.find("combo box", "Colour scheme").select("Dark")

    until(lambda: brightness(window, tmp_path) < 0.3, "a dark window")
    kept = json.loads(settings_file.read_text())
    assert kept["appearance"] == "dark"


def test_the_first_run_leads_to_the_sample(desktop: Desktop, settings_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    window = desktop.start_kitops()
    window.find("label", "Welcome to KitOps Desktop")
    assert_named(window)
    window.find("push button", "Choose a place for it…").click()
    window.find("text", "Directory:", state="focused")
    desktop.type(str(target))
    window.tab_to("push button", "Choose")  # Return would be taken by the list of completions
    desktop.keys("space")
    window.find("text", "Package name").wait_text("bearing-faults")
    copied = next(target.rglob("Kitfile")).parent
    assert tree(copied) == tree(SAMPLE)
    until(lambda: json.loads(settings_file.read_text())["first_run_done"], "the end of the first run")


def test_a_window_with_a_running_job_asks_before_it_closes(
    desktop: Desktop, home: Path, after_first_run: None
) -> None:
    blob = home / "kitops" / "storage" / "blobs" / "sha256" / ("a" * 64)
    blob.parent.mkdir(parents=True)
    with blob.open("wb") as file:
        file.truncate(64 << 30)  # a hole, which takes a minute to read
    window = desktop.start_kitops()
    find_or_do(window, "Verify the store")
    window.find("push button", re.compile("^1 job"))
    desktop.keys("ctrl+q")
    window.find("push button", "Keep running", state="focused").click()
    window.find("push button", re.compile("^1 job"))
    desktop.keys("ctrl+q")
    window.find("push button", "Stop and quit").click()
    assert window.wait() == 0


@pytest.mark.parametrize(
    ("rule", "kept"), [("Keep what is there", True), ("Replace with what is unpacked", False)]
)
def test_files_in_the_way_are_shown_before_unpacking(
    desktop: Desktop, two_versions: None, sample_folder: Path, tmp_path: Path, rule: str, kept: bool
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "README.md").write_text("mine\n")
    window = desktop.start_kitops()
    window.find("table cell", SECOND).click()
    window.find("push button", "Unpack…", state="sensitive").click()
    window.find("text", "Unpack into").type(str(target))
    window.find("label", "1 file is there already")
    assert window.find("table cell", "README.md")
    window.find("radio button", rule).click()
    window.find("push button", "Unpack", state="sensitive").click()
    window.gone("push button", "Unpack")
    without = ("Kitfile", "README.md")
    until(
        lambda: (
            (target / "Kitfile").exists()
            and tree(target, without=without) == tree(sample_folder, without=without)
        ),
        "all files, and nothing else",
        explain=window.explain,
    )
    text = (target / "README.md").read_text()
    assert (text == "mine\n") is kept
    assert kept or text == (SAMPLE / "README.md").read_text()


def test_a_removed_kit_comes_back(
    desktop: Desktop, two_versions: None, run_command: Callable[..., str]
) -> None:
    before = run_command("list", "--format", "json")
    window = desktop.start_kitops()
    window.find("table cell", SECOND).click()
    window.find("label", re.compile("^Removing frees "))
    window.find("push button", "Remove", state="sensitive").click()
    window.gone("table cell", SECOND)
    assert "v2" not in run_command("list")
    window.find("push button", "Undo").click()
    window.find("table cell", SECOND)
    assert run_command("list", "--format", "json") == before
    assert "damaged" not in run_command("verify")
