"""Stores that kit wrote, a workspace over them, and a window that writes down what pages ask of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from kitops_desktop.oci.reference import Reference
from kitops_desktop.ui.job_signals import JobSignals


class RecordingNavigator(QObject):
    """What pages asked for, in order. ``errors`` and ``notices`` are what a person would have seen."""

    def __init__(self, workspace: Any) -> None:
        super().__init__()
        self.job_signals = JobSignals(workspace.jobs, self)
        self.places: list[tuple[str, str]] = []
        self.notices: list[tuple[str, str | None, Callable[[], None] | None]] = []
        self.errors: list[Any] = []

    def show_page(self, name: str) -> None:
        self.places.append((name, ""))

    def open_kit(self, reference: Reference | str) -> None:
        self.places.append(("library", reference.short if isinstance(reference, Reference) else reference))

    def open_project(self, folder: Path) -> None:
        self.places.append(("projects", str(folder)))

    def notify(
        self, text: str, action_text: str | None = None, callback: Callable[[], None] | None = None
    ) -> None:
        self.notices.append((text, action_text, callback))

    def show_error(self, error: object) -> None:
        self.errors.append(error)


@pytest.fixture
def golden_store(golden: Path, home: Path) -> Callable[..., Path]:
    """golden_store(case): make the store of a golden case the store of this test, and give its home."""

    def copy(case: str) -> Path:
        target = home / "kitops" / "storage"
        shutil.copytree(golden / case / "storage", target)
        return target.parent

    return copy


@pytest.fixture
def workspace(home: Path) -> Iterator[Any]:
    """A workspace over KITOPS_HOME, closed at the end."""
    from kitops_desktop.workspace import open_workspace

    workspace = open_workspace()
    yield workspace
    workspace.close()


@pytest.fixture
def navigator(qapp: object, workspace: Any) -> Iterator[RecordingNavigator]:
    """A window that only writes down what it is asked."""
    navigator = RecordingNavigator(workspace)
    yield navigator
    navigator.job_signals.stop()
