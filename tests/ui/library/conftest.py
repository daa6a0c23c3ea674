"""Stores that kit wrote, a workspace over them, and a window that writes down what pages ask of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import Workspace, open_workspace
from support.recording_navigator import RecordingNavigator


@pytest.fixture
def golden_store(golden: Path, home: Path) -> Callable[..., Path]:
    """golden_store(case): make the store of a golden case the store of this test, and give its home."""

    def copy(case: str) -> Path:
        target = home / "kitops" / "storage"
        shutil.copytree(golden / case / "storage", target)
        return target.parent

    return copy


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    """A workspace over KITOPS_HOME, closed at the end."""
    workspace = open_workspace()
    yield workspace
    workspace.close()


@pytest.fixture
def navigator(workspace: Workspace, theme: Theme) -> Iterator[RecordingNavigator]:
    """A window that only writes down what it is asked."""
    navigator = RecordingNavigator(workspace, theme)
    yield navigator
    navigator.job_signals.stop()
