"""The place of registries as a widget of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pytestqt.qtbot import QtBot

from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator


@contextmanager
def browser_page(qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator) -> Iterator[BrowserPage]:
    """The page, showing its list. In the end it is hidden, and the workspace closed."""
    made = BrowserPage(workspace, navigator)
    navigator.page = made
    qtbot.addWidget(made)
    made.resize(1100, 750)
    made.show()
    made.show_detail("")
    yield made
    made.hide()
    workspace.close()
