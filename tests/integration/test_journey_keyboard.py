"""The same way from a folder to a kit and back, in a real window, by keys alone: the mouse is not touched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.application import Application
from support.desktop import Desktop
from support.trees import tree
from support.waiting import until

pytestmark = pytest.mark.window

REFERENCE = "registry.example/acme/bearing-faults:v8"
VERSION = "8.0.0"


def test_from_a_folder_to_the_same_folder_elsewhere(
    desktop: Desktop, sample_folder: Path, tmp_path: Path, after_first_run: None
) -> None:
    window = desktop.start_kitops()
    open_folder(window, sample_folder)
    edit_form_and_text(window)
    pack(window)
    look_at_transfers(window)
    look_into_the_kit(window)
    target = tmp_path / "elsewhere"
    unpack(window, target)
    assert tree(target, without=("Kitfile",)) == tree(sample_folder, without=("Kitfile",))
    assert f"\n  version: {VERSION}\n" in (target / "Kitfile").read_text()


def open_folder(window: Application, folder: Path) -> None:
    keys = window.desktop.keys
    window.find("push button", "Choose a folder…")
    keys("ctrl+o")
    window.find("text", "Directory:", state="focused")
    window.desktop.type(str(folder))
    window.tab_to("push button", "Choose")
    keys("space")
    window.find("text", "Package name").wait_text("bearing-faults")


def edit_form_and_text(window: Application) -> None:
    """A field of the form is written, and seen in the text; a word of the text, and seen in the form."""
    keys = window.desktop.keys
    window.tab_to("text", "Package version")
    keys("ctrl+a")
    window.desktop.type(VERSION)
    text = window.find("text", "Kitfile text")
    text.wait_text(re.compile(f'\n  version: "?{VERSION}"?\n'))
    window.tab_to("text", "Kitfile text", key="shift+Tab")
    keys("ctrl+Home", "Down", "Down", "End")
    window.desktop.type("-8")
    window.find("text", "Package name").wait_text("bearing-faults-8")
    keys("ctrl+z")
    window.find("text", "Package name").wait_text("bearing-faults")
    keys("ctrl+s")
    window.find("push button", "Save", state="visible").wait_state("sensitive", held=False)


def pack(window: Application) -> None:
    window.desktop.keys("ctrl+Return")
    window.find("text", "Reference", state="focused")
    window.desktop.keys("ctrl+a")
    window.desktop.type(REFERENCE)
    window.find("push button", "Pack", state="sensitive")
    window.desktop.keys("Return")
    window.find("label", re.compile("^Packed .*v8"))


def look_at_transfers(window: Application) -> None:
    window.desktop.keys("ctrl+4")
    window.find("list item", re.compile(f"Pack.*{REFERENCE}.*Done", re.DOTALL))


def look_into_the_kit(window: Application) -> None:
    keys = window.desktop.keys
    keys("ctrl+1")
    window.find("table cell", REFERENCE)
    window.tab_to("table cell", re.compile("bearing-faults"))
    keys("Down", "Return")
    window.find("page tab", "Files")
    window.tab_to("page tab", "Overview")
    keys("Right")
    window.find("table cell", "predict.py")
    window.find("label", re.compile("^7 files"))


def unpack(window: Application, target: Path) -> None:
    window.tab_to("push button", "Unpack…")
    window.desktop.keys("space")
    window.find("text", "Unpack into", state="focused")
    window.desktop.keys("ctrl+a")
    window.desktop.type(str(target))
    window.find("push button", "Unpack", state="sensitive")
    window.tab_to("push button", "Unpack")
    window.desktop.keys("space")
    until((target / "Kitfile").exists, "the unpacked kit", explain=window.explain)
    window.find("label", re.compile("^Unpacked "))
