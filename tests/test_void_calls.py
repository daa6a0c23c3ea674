"""Qt calls that return nothing must not wear the interpreter out.

PySide6 6.12.0 on Python before 3.12 drops a reference to None at each of them and ends the process with
"Fatal Python error: none_dealloc" after some 5,200.
"""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from PySide6.QtCore import QObject
thing = QObject()
for _ in range(20_000):
    thing.blockSignals(False)
    thing.setObjectName("thing")
print("alive")
"""


def test_20000_void_calls_survive() -> None:
    outcome = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert outcome.stdout == "alive\n", outcome.stderr[-2000:]
