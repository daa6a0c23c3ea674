"""Programs of the system that a test cannot do without."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import pytest

# docker-registry is unpacked there by packaging/dev.py, not installed: its package would start a daemon.
UNPACKED = Path(sys.prefix) / "docker-registry" / "usr" / "bin"


def missing(reason: str) -> NoReturn:
    """Skip the running test for `reason`; under ``CI=true`` fail it, so that nothing is left out unseen."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and under CI=true nothing may be left out")
    pytest.skip(reason)


def require_program(name: str) -> str:
    """The path of the program `name`; without it the test is skipped, or fails under ``CI=true``."""
    path = shutil.which(name) or shutil.which(name, path=str(UNPACKED))
    if path is None:
        missing(f"the program {name} is not installed (packaging/dev.py test installs it where apt is)")
    return path
