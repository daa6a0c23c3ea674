"""Stores that kit wrote, a workspace over them, and a window that writes down what pages ask of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def golden_store(golden: Path, home: Path) -> Callable[..., Path]:
    """golden_store(case): make the store of a golden case the store of this test, and give its home."""

    def copy(case: str) -> Path:
        target = home / "kitops" / "storage"
        shutil.copytree(golden / case / "storage", target)
        return target.parent

    return copy
