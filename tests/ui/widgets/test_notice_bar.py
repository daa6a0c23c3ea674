"""Notices: one at a time, an action that works once, and no vanishing under the mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.widgets.notice_bar import NoticeBar


@pytest.fixture
def bar(theme: Theme, qtbot: QtBot) -> Iterator[NoticeBar]:
    host = QWidget()
    layout = QVBoxLayout(host)
    layout.addWidget(QPushButton("Elsewhere"))
    bar = NoticeBar()
    layout.addWidget(bar)
    qtbot.addWidget(host)
    host.show()
    qtbot.waitExposed(host)
    yield bar
    del host  # it owns the bar, and lives as long


def timer_of(bar: NoticeBar) -> QTimer:
    return bar.findChild(QTimer)


def action_of(bar: NoticeBar) -> QPushButton:
    return bar.findChild(QPushButton)


def test_hidden_until_there_is_something_to_say(bar: NoticeBar) -> None:
    assert bar.isHidden()
    assert bar.text == ""


def test_it_goes_by_itself(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.show_notice("Copied")
    assert (bar.text, bar.accessibleName(), action_of(bar).isHidden()) == ("Copied", "Copied", True)
    timer_of(bar).setInterval(1)
    qtbot.waitUntil(bar.isHidden)


def test_the_action_is_done_once(bar: NoticeBar, qtbot: QtBot) -> None:
    done: list[str] = []
    bar.show_notice("Removed churn:v1", "Undo", lambda: done.append("undone"))
    qtbot.mouseClick(action_of(bar), Qt.MouseButton.LeftButton)
    assert (done, bar.isHidden()) == (["undone"], True)
    action_of(bar).click()
    assert done == ["undone"]


def test_a_new_notice_replaces_the_action(bar: NoticeBar) -> None:
    bar.show_notice("Removed", "Undo", lambda: None)
    bar.show_notice("Copied")
    assert (bar.text, action_of(bar).isHidden()) == ("Copied", True)


def test_it_waits_while_the_mouse_is_over_it(bar: NoticeBar) -> None:
    bar.show_notice("Removed", "Undo", lambda: None)
    assert timer_of(bar).isActive()
    place = QPointF(5, 5)
    QApplication.sendEvent(bar, QEnterEvent(place, place, place))
    assert not timer_of(bar).isActive()
    QApplication.sendEvent(bar, QEvent(QEvent.Type.Leave))
    assert timer_of(bar).isActive()


def test_it_waits_while_the_focus_is_in_it(bar: NoticeBar) -> None:
    bar.show_notice("Removed", "Undo", lambda: None)
    action_of(bar).setFocus()
    assert not timer_of(bar).isActive()
    bar.window().findChild(QPushButton, options=Qt.FindChildOption.FindDirectChildrenOnly).setFocus()
    assert timer_of(bar).isActive()
