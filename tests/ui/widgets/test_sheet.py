"""The panel over a page: focus, keys, and what is left when it has gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.widgets.sheet import Sheet


@pytest.fixture
def host(theme: Theme, qtbot: QtBot) -> QWidget:
    host = QWidget()
    layout = QVBoxLayout(host)
    layout.addWidget(QPushButton("Before"))
    layout.addStretch(1)
    qtbot.addWidget(host)
    host.resize(800, 600)
    host.show()
    with qtbot.waitActive(host):
        host.activateWindow()
    host.findChild(QPushButton).setFocus()
    return host


@pytest.fixture
def sheet(host: QWidget) -> Sheet:
    made = Sheet("Pack", host)
    made.body.addWidget(QLineEdit())
    made.body.addWidget(QLineEdit())
    made.add_button("Cancel")
    made.add_button("Pack", "primary")
    made.open_sheet()
    return made


def focus() -> QWidget | None:
    return QApplication.focusWidget()


def test_the_first_field_has_the_focus(sheet: Sheet) -> None:
    assert focus() is sheet.findChildren(QLineEdit)[0]


def test_tab_stays_inside_and_comes_round(sheet: Sheet, qtbot: QtBot) -> None:
    seen = []
    for _ in range(5):
        seen.append(focus())
        qtbot.keyClick(focus(), Qt.Key.Key_Tab)
    assert all(widget is not None and sheet.isAncestorOf(widget) for widget in seen)
    assert len(set(seen)) == 5
    assert focus() is seen[0]
    qtbot.keyClick(focus(), Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert focus() is seen[-1]


def test_escape_closes_and_gives_the_focus_back(sheet: Sheet, host: QWidget, qtbot: QtBot) -> None:
    gone: list[bool] = []
    sheet.destroyed.connect(lambda: gone.append(True))
    with qtbot.waitSignal(sheet.closed):
        qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: gone == [True])
    assert focus() is host.findChild(QPushButton)


def test_return_presses_the_primary_button(sheet: Sheet, qtbot: QtBot) -> None:
    primary = next(made for made in sheet.findChildren(QPushButton) if made.text() == "Pack")
    with qtbot.waitSignal(primary.clicked):
        qtbot.keyClick(focus(), Qt.Key.Key_Return)


def test_a_disabled_primary_button_is_not_pressed(sheet: Sheet, qtbot: QtBot) -> None:
    primary = next(made for made in sheet.findChildren(QPushButton) if made.text() == "Pack")
    primary.setEnabled(False)
    with qtbot.assertNotEmitted(primary.clicked):
        qtbot.keyClick(focus(), Qt.Key.Key_Return)


def test_what_is_disabled_gives_the_focus_to_what_comes_after_it(sheet: Sheet) -> None:
    first, second = sheet.findChildren(QLineEdit)
    cancel = next(made for made in sheet.findChildren(QPushButton) if made.text() == "Cancel")
    second.setFocus()
    second.setEnabled(False)
    assert focus() is cancel
    first.setFocus()
    first.hide()
    assert focus() is cancel


@pytest.mark.parametrize(("place", "closes"), [(QPoint(20, 300), True), (QPoint(780, 300), False)])
def test_a_click_beside_it_closes(sheet: Sheet, qtbot: QtBot, place: QPoint, closes: bool) -> None:
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=place)
    assert sheet.isHidden() is closes


def test_it_covers_its_host_whatever_its_size(sheet: Sheet, host: QWidget, qtbot: QtBot) -> None:
    host.resize(500, 400)
    qtbot.waitUntil(lambda: sheet.size() == host.size())


def test_one_that_is_kept_can_be_opened_again(host: QWidget, qtbot: QtBot) -> None:
    sheet = Sheet("Again", host, keep=True)
    sheet.open_sheet()
    sheet.close_sheet()
    sheet.open_sheet()
    assert sheet.isVisible()


def test_its_title_is_its_accessible_name(sheet: Sheet, get_texts: Callable[[QWidget], list[str]]) -> None:
    assert sheet.accessibleName() == "Pack"
    sheet.set_title("Unpack")
    assert sheet.accessibleName() == "Unpack"
    assert "Unpack" in get_texts(sheet)
