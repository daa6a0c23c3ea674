"""A folder becomes a kit and a kit becomes a folder: by mouse, in a real window, by role and name only."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from support import drag_source
from support.application import Application
from support.desktop import Desktop
from support.trees import tree
from support.waiting import until

pytestmark = pytest.mark.window

REFERENCE = "registry.example/acme/bearing-faults:v7"
DESCRIPTION = "Says which bearing to change first"
FORMAT = "safetensors-v2"


@pytest.fixture
def project(sample_folder: Path) -> Path:
    """The sample with a script that can be run, and a file that no layer takes."""
    (sample_folder / "predict.py").chmod(0o755)
    (sample_folder / "notes.txt").write_text("not for others")
    return sample_folder


def test_from_a_dropped_folder_to_the_same_folder_elsewhere(
    desktop: Desktop, project: Path, tmp_path: Path
) -> None:
    window = desktop.start_kitops()
    window.place(40, 30, 1240, 800)
    drop(desktop, project, window)
    edit_form_and_text(window)
    pack(window)
    look_at_transfers(window)
    look_into_the_kit(window)
    target = tmp_path / "elsewhere"
    unpack(window, target)
    assert tree(target, without=("Kitfile",)) == tree(project, without=("Kitfile", "notes.txt"))
    unpacked = (target / "Kitfile").read_text()
    assert DESCRIPTION in unpacked
    assert FORMAT in unpacked


def drop(desktop: Desktop, project: Path, window: Application) -> None:
    """Drag the folder out of another program onto the window: its Kitfile is there, as form and as text."""
    files = desktop.start(sys.executable, drag_source.__file__, project)
    files.place(1100, 820, 260, 60)
    files.find("label", project.name).drag_to(window.find("label", "Welcome to KitOps Desktop"))
    window.find("text", "Package name").wait_text("bearing-faults")
    kitfile = (project / "Kitfile").read_text()
    window.find("text", "Kitfile text").wait_text(kitfile)
    window.find("page tab", "Layers").click()
    window.find("table cell", re.compile("^Left out: 1 path"))
    files.stop()


def edit_form_and_text(window: Application) -> None:
    """What is written into the form stands in the text at once, and the reverse; comments stay."""
    window.find("text", "Package description").type(DESCRIPTION)
    text = window.find("text", "Kitfile text")
    text.wait_text(re.compile(f"\n  description: '?{DESCRIPTION}'?\n"))
    text.click()
    text.wait_state("focused")
    window.desktop.keys("ctrl+Home", *["Down"] * 11, "End")
    window.desktop.type("-v2")
    window.find("text", "Model format").wait_text(FORMAT)
    assert "# What the network was trained with" in text.text


def pack(window: Application) -> None:
    window.find("push button", "Pack…").click()
    window.find("text", "Reference").type(REFERENCE)
    window.find("push button", "Pack", state="sensitive").click()
    window.find("label", re.compile("^Packed .*v7"))


def look_at_transfers(window: Application) -> None:
    window.find("radio button", "Transfers").click()
    window.find("list item", re.compile(f"Pack.*{REFERENCE}.*Done", re.DOTALL))


def look_into_the_kit(window: Application) -> None:
    window.find("radio button", "Library").click()
    window.find("table cell", REFERENCE).click(times=2)
    window.find("page tab", "Files").click()
    window.find("table cell", "predict.py")
    window.find("label", re.compile("^7 files"))


def unpack(window: Application, target: Path) -> None:
    window.find("push button", "Unpack…").click()
    window.find("text", "Unpack into").type(str(target))
    window.find("push button", "Unpack", state="sensitive").click()
    until((target / "Kitfile").exists, "the unpacked kit", explain=window.explain)
    window.find("label", re.compile("^Unpacked "))
