"""Sheets are made inside the window: nothing of them is a window of its own, not even for a moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.records.reference_history import HistoryEntry
from kitops_desktop.registry.host_label import HostLabel
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.delete_choice import Deletion
from kitops_desktop.ui.browser.delete_sheet import DeleteSheet
from kitops_desktop.ui.browser.registry_memory import RegistryMemory
from kitops_desktop.ui.browser.remove_sheet import RemoveSheet

DIGEST = "sha256:" + "ab" * 32
OPENED = "r.example/team/churn:v1"
PRODUCTION = HostLabel("Models", "red", "prod")


class Windows(QObject):
    """Which widgets were shown as windows."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.opened.append(repr(watched))
        return False


@pytest.fixture
def windows(page: BrowserPage, qapp: QApplication) -> Iterator[Windows]:
    watch = Windows()
    qapp.installEventFilter(watch)
    yield watch
    qapp.removeEventFilter(watch)


def test_adding_a_registry(page: BrowserPage, windows: Windows) -> None:
    page.care.add().close_sheet()
    assert windows.opened == []


def test_deleting_in_a_registry_with_a_name(qtbot: QtBot, page: BrowserPage, windows: Windows) -> None:
    deletion = Deletion(parse_reference(OPENED), DIGEST)
    sheet = DeleteSheet(deletion, page, PRODUCTION)
    sheet.open_sheet()
    assert sheet.mark.isVisible()
    assert windows.opened == []


def test_removing_a_registry_of_which_something_was_opened(page: BrowserPage, windows: Windows) -> None:
    memory = RegistryMemory(opened=(HistoryEntry(OPENED, "open", 1.0),))
    sheet = RemoveSheet("r.example", PRODUCTION, memory, page)
    sheet.open_sheet()
    assert sheet.keeps.isVisible()
    assert windows.opened == []
