"""A folder dropped anywhere is opened, also over a field that would take its name as text."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support import drag_source
from support.desktop import Desktop

pytestmark = pytest.mark.window


def test_a_folder_dropped_on_a_field_is_opened(
    desktop: Desktop, sample_folder: Path, after_first_run: None
) -> None:
    window = desktop.start_kitops()
    window.place(100, 0, 1200, 780)
    files = desktop.start(sys.executable, drag_source.__file__, sample_folder)
    files.place(1100, 820, 260, 60)
    field = window.find("text", "Filter ModelKits")
    files.find("label", sample_folder.name).drag_to(field)
    window.find("text", "Package name").wait_text("bearing-faults")
