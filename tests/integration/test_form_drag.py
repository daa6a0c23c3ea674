"""An entry of the form goes to another section by a real pointer and by keys alone; undo brings it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.desktop import Desktop

pytestmark = pytest.mark.window
KITFILE = "manifestVersion: 1.0.0\ncode:\n  - path: weights.bin  # kept\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "churn"
    made.mkdir()
    (made / "weights.bin").write_bytes(b"w" * 100)
    (made / "Kitfile").write_text(KITFILE)
    return made


def test_an_entry_is_dragged_and_sent_by_keys(desktop: Desktop, folder: Path, after_first_run: None) -> None:
    window = desktop.start_kitops(folder)
    window.place(0, 0, 1200, 780)
    window.find("text", "Code entry 1 path").wait_text("weights.bin")
    grip = window.find("label", "Drag code entry 1 to another place or section")
    grip.drag_to(window.find("push button", "Add dataset"))
    moved = window.find("text", "Dataset 1 path")
    moved.wait_text("weights.bin")
    moved.wait_state("focused")
    desktop.keys("ctrl+z")
    window.find("text", "Code entry 1 path").click()
    desktop.keys("ctrl+shift+p")
    window.find("text", "Part 1 path").wait_text("weights.bin")
    desktop.keys("ctrl+z")
    window.find("text", "Code entry 1 path").wait_text("weights.bin")
    window.find("text", "Kitfile text").wait_text(KITFILE)
