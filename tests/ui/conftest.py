"""A dressed application, a queue and a workspace for every test of the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kitops_desktop.jobs.queue import JobQueue
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.records.journal import Journal
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import Workspace, open_workspace
from support.patient_bot import PatientBot
from support.recording_navigator import RecordingNavigator


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[PatientBot]:
    """Pytest-qt's, with our patience. No key stays held for the next test, as Alt would after a click."""
    yield PatientBot(request)
    if QGuiApplication.keyboardModifiers():
        QTest.keyRelease(QWidget(), Qt.Key.Key_Alt)
        assert not QGuiApplication.keyboardModifiers()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The theme, light; the application is left as it was."""
    made = Theme(qapp, "light")
    yield made
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # nobody looks at them, and all are undressed
    qapp.setStyleSheet("")
    made.deleteLater()


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[JobQueue]:
    """A queue over an empty store; what still runs at the end is cancelled."""
    journal = Journal(tmp_path / "state" / "journal.sqlite")
    tools = Tools(LocalStore(tmp_path / "kitops"))
    made = JobQueue(journal, tools, logs=tmp_path / "logs" / "jobs")
    yield made
    made.close()
    journal.close()


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    """A workspace over KITOPS_HOME, closed at the end."""
    made = open_workspace()
    yield made
    made.close()


@pytest.fixture
def navigator(workspace: Workspace, theme: Theme) -> Iterator[RecordingNavigator]:
    """What pages over ``workspace`` asked of their window."""
    made = RecordingNavigator(workspace, theme)
    yield made
    made.job_signals.stop()


@pytest.fixture
def chosen_workspace(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A workspace whose store is where the settings say: KITOPS_HOME is not set."""
    monkeypatch.delenv("KITOPS_HOME")
    made = open_workspace()
    yield made
    made.close()


@pytest.fixture
def recording(chosen_workspace: Workspace, theme: Theme) -> Iterator[RecordingNavigator]:
    """What pages over ``chosen_workspace`` asked of their window."""
    made = RecordingNavigator(chosen_workspace, theme)
    yield made
    made.job_signals.stop()
