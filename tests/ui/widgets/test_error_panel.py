"""Errors as people see them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.errors import DiskFull
from kitops_desktop.explanation import Explanation, explain
from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.widgets.error_panel import ErrorPanel, error_sheet

FULL = DiskFull(Path("/data"), 40 << 30, 3 << 30)


def test_all_four_sentences_are_shown(
    theme: Theme, qtbot: QtBot, get_texts: Callable[[QWidget], list[str]]
) -> None:
    panel = ErrorPanel(FULL)
    qtbot.addWidget(panel)
    told = explain(FULL)
    assert get_texts(panel) == [told.title, told.reason, told.kept, told.next_step]
    assert panel.accessibleName() == told.title
    assert told.next_step in panel.accessibleDescription()


def test_in_a_narrow_panel_the_buttons_stand_below_each_other(theme: Theme, qtbot: QtBot) -> None:
    panel = ErrorPanel(FULL)
    made = [panel.add_button(text, "retry") for text in ("Try again", "Set up registry…")]
    qtbot.addWidget(panel)
    panel.resize(240, 500)
    panel.show()
    buttons = [panel.findChild(QPushButton), *made]
    qtbot.waitUntil(lambda: all(one.width() >= one.sizeHint().width() for one in buttons))
    assert all(panel.rect().contains(one.geometry()) for one in buttons)
    assert panel.width() == 240
    assert len({one.y() for one in buttons}) > 1
    panel.resize(900, 500)
    qtbot.waitUntil(lambda: len({one.y() for one in buttons}) == 1)
    assert all(one.width() == one.sizeHint().width() for one in buttons)


def test_diagnostics_are_copied(theme: Theme, qtbot: QtBot) -> None:
    panel = ErrorPanel(FULL)
    qtbot.addWidget(panel)
    with qtbot.waitSignal(panel.copied):
        panel.findChild(QPushButton).click()
    assert "DiskFull" in QApplication.clipboard().text()


def test_an_explanation_alone_can_be_copied_as_well(theme: Theme, qtbot: QtBot) -> None:
    panel = ErrorPanel(Explanation("It broke", "A reason.", "All is kept.", "Try again."))
    qtbot.addWidget(panel)
    panel.findChild(QPushButton).click()
    assert QApplication.clipboard().text() == "It broke\nA reason.\nAll is kept.\nTry again."


def test_the_sheet_closes_by_its_button(theme: Theme, qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.show()
    with qtbot.waitActive(host):
        host.activateWindow()
    sheet = error_sheet(FULL, host)
    sheet.open_sheet()
    close = QApplication.focusWidget()
    assert isinstance(close, QPushButton)
    with qtbot.waitSignal(sheet.closed):
        close.click()
