"""What assistive programs are told of scroll areas, at any moment."""

from __future__ import annotations

import subprocess
import sys

LOOK = """
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QScrollArea
from kitops_desktop.ui.application import make_application

application = make_application()
area = QScrollArea()
area.setAccessibleName("Form")
area.setWidget(QLabel("inside"))
seen = QAccessible.queryAccessibleInterface(area)
print(seen.text(QAccessible.Text.Name), seen.childCount() > 0, seen.child(7))
"""


def test_a_child_that_has_just_gone_is_none_and_no_end_of_the_program() -> None:
    outcome = subprocess.run(
        [sys.executable, "-c", LOOK], capture_output=True, text=True, check=False, timeout=60
    )
    assert (outcome.returncode, outcome.stdout) == (0, "Form True None\n"), outcome.stderr
